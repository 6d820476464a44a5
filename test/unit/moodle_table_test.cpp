// From what a query says to what a site is asked.
#include "moodle/table.h"

#include <gtest/gtest.h>

namespace moodle_fdw::moodle {
namespace {

using Kind = Restriction::Kind;

int position(const Table& table, std::string_view name) {
    for (size_t i = 0; i < table.columns.size(); i++) {
        if (table.columns[i].name == name) return static_cast<int>(i);
    }
    return -1;
}

Access access_to(const Table& table, const std::vector<Restriction>& restrictions,
                 const std::vector<std::string>& columns) {
    std::vector<int> wanted;
    for (const std::string& name : columns) wanted.push_back(position(table, name));
    Access access;
    std::string problem;
    EXPECT_TRUE(choose_access(table, restrictions, wanted, access, problem)) << problem;
    return access;
}

Table entity(const char* name) {
    return table_of(*find_entity(name));
}

std::string argument(const Arguments& arguments, const std::string& name) {
    for (const Argument& one : arguments) {
        if (one.name == name) return one.value;
    }
    return "(none)";
}

TEST(Table, ListsEveryoneWithAProof) {
    const Access access = access_to(entity("users"), {}, {"user_id"});
    EXPECT_EQ(access.plan.function, "core_user_get_users");
    EXPECT_EQ(argument(access.plan.fixed, "criteria[0][key]"), "everyone");
    EXPECT_EQ(access.plan.proof_warning, "everyone");
    EXPECT_TRUE(access.pushed.empty());
}

TEST(Table, AsksForFewIdsOneByOneAndForManyInBatches) {
    std::vector<std::string> ids;
    for (int i = 3; i < 8; i++) ids.push_back(std::to_string(i));
    Access access = access_to(entity("users"), {{"user_id", Kind::AnyOf, ids}}, {"email"});
    EXPECT_EQ(access.plan.function, "core_user_get_users");
    EXPECT_EQ(access.plan.units.size(), 5u);
    EXPECT_FALSE(access.plan.drop_deleted);

    for (int i = 8; i < 503; i++) ids.push_back(std::to_string(i));
    access = access_to(entity("users"), {{"user_id", Kind::AnyOf, ids}}, {"email"});
    EXPECT_EQ(access.plan.function, "core_user_get_users_by_field");
    EXPECT_TRUE(access.plan.drop_deleted);
    size_t values = 0;
    for (const Unit& unit : access.plan.units) {
        EXPECT_LE(unit.arguments.size(), kMaxArguments);
        values += unit.arguments.size();
    }
    EXPECT_EQ(values, 500u);
}

TEST(Table, NamesThatNameNothingAreNotAskedFor) {
    const Access access =
        access_to(entity("users"),
                  {{"user_id", Kind::AnyOf, {"0", "-5", "99999999999999999999", "12"}}}, {"email"});
    ASSERT_EQ(access.plan.units.size(), 1u);
    EXPECT_EQ(argument(access.plan.units[0].arguments, "criteria[0][value]"), "12");
}

TEST(Table, WildcardsAreEscapedAndUnsafeValuesStayHere) {
    Access access = access_to(entity("users"), {{"email", Kind::AnyOf, {"50%_\\@x"}}}, {"email"});
    ASSERT_EQ(access.plan.units.size(), 1u);
    EXPECT_EQ(argument(access.plan.units[0].arguments, "criteria[0][value]"), "50\\%\\_\\\\@x");
    for (const char* unsafe : {"", " x", "x ", "<b>x", "a\nb", "x&lt;"}) {
        access = access_to(entity("users"), {{"lastname", Kind::AnyOf, {unsafe}}}, {"lastname"});
        EXPECT_TRUE(access.pushed.empty()) << unsafe;
        EXPECT_EQ(access.plan.proof_warning, "everyone") << unsafe;
    }
}

TEST(Table, AsksOnlyForTheCoursesOfTheQuery) {
    const Access access = access_to(
        entity("enrolments"), {{"course_id", Kind::AnyOf, {"14", "1", "15", "14"}}}, {"user_id"});
    ASSERT_EQ(access.plan.units.size(), 2u);  // the front page is no course
    EXPECT_TRUE(access.plan.units_from_query);
    EXPECT_EQ(access.plan.lister, nullptr);
    EXPECT_EQ(access.plan.units[0].label, "course 14");
}

TEST(Table, ReadsOnlyTheFieldsThatAreWanted) {
    Access access = access_to(entity("enrolments"), {}, {"course_id", "email", "role_id"});
    EXPECT_EQ(argument(access.plan.fixed, "options[0][value]"), "email,id,roles");
    access = access_to(entity("enrolments"), {}, {"raw"});
    const std::string all = argument(access.plan.fixed, "options[0][value]");
    EXPECT_NE(all.find("customfields"), std::string::npos);
    EXPECT_EQ(all.find("enrolledcourses"), std::string::npos);
}

TEST(Table, CompletionsAskTheCourseWhoTakesPart) {
    const Access access = access_to(
        entity("completions"),
        {{"course_id", Kind::AnyOf, {"14"}}, {"user_id", Kind::AnyOf, {"114"}}}, {"completed"});
    ASSERT_NE(access.plan.lister, nullptr);
    EXPECT_EQ(access.plan.lister->plan->function, "core_enrol_get_enrolled_users");
    EXPECT_EQ(access.plan.lister->plan->units.size(), 1u);
    EXPECT_TRUE(access.plan.lister->arguments.back().only->contains("114"));
}

TEST(Table, GoesByOtherFunctionsWhereOneIsMissing) {
    const Access roles = access_to(entity("roles"), {}, {"role_id", "shortname"});
    std::vector<std::string> functions;
    for (const FetchPlan* plan = &roles.plan; plan != nullptr; plan = plan->otherwise.get()) {
        functions.push_back(plan->function);
        EXPECT_EQ(plan->columns.size(),
                  roles.plan.columns.size() + (plan->distinct != Distinct::None));
    }
    EXPECT_EQ(functions.back(), "core_enrol_get_enrolled_users");
    EXPECT_EQ(functions.size(), 3u);
}

TEST(Table, OwnTablesMultiplyTheirArguments) {
    Table table;
    table.function = "core_completion_get_activities_completion_status";
    table.rows = "/statuses/*";
    table.columns = {{"course", ColumnType::Bigint, "=courseid", "courseid"},
                     {"person", ColumnType::Bigint, "=userid", "userid"},
                     {"cmid", ColumnType::Bigint, "cmid", ""}};
    EXPECT_TRUE(can_push(table, "course", Kind::AnyOf));
    EXPECT_FALSE(can_push(table, "cmid", Kind::AnyOf));
    const Access access = access_to(
        table, {{"course", Kind::AnyOf, {"2", "3"}}, {"person", Kind::AnyOf, {"7", "8", "9"}}},
        {"cmid"});
    EXPECT_EQ(access.plan.units.size(), 6u);
}

std::string sent(const Unit& unit, const std::string& name) {
    Arguments arguments;
    set_arguments_of(unit, arguments);
    return argument(arguments, name);
}

TEST(Table, BatchesWhatAFunctionTakesInAList) {
    std::vector<std::string> ids;
    for (int i = 2; i < 122; i++) ids.push_back(std::to_string(i));
    const Access access =
        access_to(entity("assignments"), {{"course_id", Kind::AnyOf, ids}}, {"name"});
    ASSERT_EQ(access.plan.units.size(), 3u);
    EXPECT_EQ(access.plan.units[0].list.size(), 50u);
    EXPECT_EQ(access.plan.units[2].list.size(), 20u);
    EXPECT_EQ(access.plan.units[0].label, "50 courses");
    EXPECT_NE(sent(access.plan.units[0], "courseids[49]"), "(none)");
    EXPECT_EQ(sent(access.plan.units[0], "courseids[50]"), "(none)");
    EXPECT_EQ(argument(access.plan.fixed, "includenotenrolledcourses"), "1");
    const Access tags =
        access_to(entity("tags"), {{"tag_id", Kind::AnyOf, {"7", "x", "0"}}}, {"name"});
    ASSERT_EQ(tags.plan.units.size(), 1u);
    EXPECT_EQ(sent(tags.plan.units[0], "tags[0][id]"), "7");
}

// The caller's own courses are what Moodle takes an empty list for.
TEST(Table, ListsCoursesForWhatIsAskedInLists) {
    for (const char* name : {"assignments", "quizzes", "forums", "calendar_events"}) {
        const Access access = access_to(entity(name), {}, {"course_id"});
        ASSERT_NE(access.plan.lister, nullptr) << name;
        EXPECT_EQ(access.plan.lister->plan->function, "core_course_get_courses_by_field");
        EXPECT_GT(access.plan.lister->batch, 1);
        EXPECT_EQ(access.plan.lister->skip_site_course, name != std::string("calendar_events"));
        EXPECT_TRUE(access.plan.units.empty());
    }
}

TEST(Table, GoesDownFromCoursesToPosts) {
    const Access access = access_to(entity("posts"), {}, {"post_id"});
    std::vector<std::string> functions;
    for (const FetchPlan* plan = &access.plan; plan != nullptr;
         plan = plan->lister != nullptr ? plan->lister->plan.get() : nullptr) {
        functions.push_back(plan->function);
    }
    EXPECT_EQ(functions,
              (std::vector<std::string>{
                  "mod_forum_get_discussion_posts", "mod_forum_get_forum_discussions",
                  "mod_forum_get_forums_by_courses", "core_course_get_courses_by_field"}));
    const Access one =
        access_to(entity("posts"), {{"discussion_id", Kind::AnyOf, {"51"}}}, {"raw"});
    EXPECT_EQ(one.plan.lister, nullptr);
    ASSERT_EQ(one.plan.units.size(), 1u);
}

TEST(Table, ConditionsReachEveryLevelOfAttempts) {
    const Access access = access_to(entity("quiz_attempts"),
                                    {{"course_id", Kind::AnyOf, {"14"}},
                                     {"quiz_id", Kind::AnyOf, {"1"}},
                                     {"user_id", Kind::AnyOf, {"145"}}},
                                    {"state"});
    ASSERT_NE(access.plan.lister, nullptr);
    EXPECT_EQ(access.plan.function, "mod_quiz_get_user_attempts");
    ASSERT_EQ(access.plan.lister->arguments.size(), 3u);
    EXPECT_FALSE(access.plan.lister->arguments[0].sent);  // the course is shown
    EXPECT_TRUE(access.plan.lister->arguments[2].only->contains("145"));
    const FetchPlan& people = *access.plan.lister->plan;
    EXPECT_EQ(people.function, "core_enrol_get_enrolled_users");
    ASSERT_NE(people.lister, nullptr);
    EXPECT_TRUE(people.lister->arguments[0].only->contains("1"));
    const FetchPlan& quizzes = *people.lister->plan;
    EXPECT_EQ(quizzes.function, "mod_quiz_get_quizzes_by_courses");
    ASSERT_EQ(quizzes.units.size(), 1u);
    EXPECT_EQ(sent(quizzes.units[0], "courseids[0]"), "14");
    ASSERT_NE(access.plan.otherwise, nullptr);
    EXPECT_EQ(access.plan.otherwise->function, "mod_quiz_get_user_quiz_attempts");
}

TEST(Table, BoundsBecomeCursors) {
    const Access access = access_to(entity("submissions"),
                                    {{"timemodified", Kind::AtLeast, {"1795187402.500000"}},
                                     {"timemodified", Kind::AtMost, {"1795187999.000000"}},
                                     {"status", Kind::AnyOf, {"submitted"}}},
                                    {"user_id"});
    EXPECT_EQ(argument(access.plan.fixed, "since"), "1795187402");
    EXPECT_EQ(argument(access.plan.fixed, "before"), "1795187999");
    EXPECT_EQ(argument(access.plan.fixed, "status"), "submitted");
    const Access wild = access_to(
        entity("submissions"),
        {{"timemodified", Kind::AtLeast, {"-infinity"}}, {"status", Kind::AnyOf, {"Sub<b>"}}},
        {"user_id"});
    EXPECT_EQ(argument(wild.plan.fixed, "since"), "(none)");
    EXPECT_EQ(argument(wild.plan.fixed, "status"), "(none)");
    EXPECT_TRUE(can_push(entity("assignment_grades"), "timemodified", Kind::AtLeast));
    EXPECT_FALSE(can_push(entity("assignment_grades"), "timemodified", Kind::AtMost));
    EXPECT_FALSE(can_push(entity("assignment_grades"), "timemodified", Kind::AnyOf));
}

TEST(Table, LeavesOutWhatNobodyReads) {
    const Table modules = entity("modules");
    const Restriction assign = {"modname", Kind::AnyOf, {"assign"}};
    Access access = access_to(modules, {assign}, {"name"});
    EXPECT_EQ(argument(access.plan.fixed, "options[0][name]"), "modname");
    EXPECT_EQ(argument(access.plan.fixed, "options[1][name]"), "excludecontents");
    for (const char* column : {"contents", "raw"}) {
        access = access_to(modules, {}, {column});
        EXPECT_EQ(argument(access.plan.fixed, "options[0][name]"), "(none)") << column;
    }
    EXPECT_EQ(
        argument(access_to(entity("user_courses"), {}, {"progress"}).plan.fixed, "returnusercount"),
        "0");
}

TEST(Table, ArgumentsAreShownAsTheyWereAsked) {
    Access access = access_to(entity("course_updates"),
                              {{"since", Kind::AnyOf, {"1795187402.500000"}}}, {"since"});
    EXPECT_EQ(argument(access.plan.fixed, "since"), "1795187402");
    EXPECT_EQ(argument(access.plan.shown, "since"), "1795187402.500000");
    access = access_to(entity("course_updates"), {}, {"since"});
    EXPECT_EQ(argument(access.plan.fixed, "since"), "0");
    EXPECT_TRUE(access.plan.shown.empty());
}

TEST(Table, SaysWhatAConditionMustName) {
    EXPECT_EQ(access_to(entity("report_rows"), {}, {"columns"}).missing,
              std::vector<std::string>{"report_id"});
    const Access access =
        access_to(entity("report_rows"), {{"report_id", Kind::AnyOf, {"1", "2"}}}, {"columns"});
    EXPECT_TRUE(access.missing.empty());
    EXPECT_EQ(access.plan.units.size(), 2u);
}

}  // namespace
}  // namespace moodle_fdw::moodle
