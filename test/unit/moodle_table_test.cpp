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
    EXPECT_TRUE(access.plan.lister->only->contains("114"));
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

}  // namespace
}  // namespace moodle_fdw::moodle
