// Tokens that lack one capability or one function each: what they lose, loudly or in silence, and
// that they lose nothing else.
#include <rapidjson/document.h>

#include <map>
#include <set>

#include "../sim/sim_process.h"

namespace sim_test {
namespace {

using rapidjson::Document;
using rapidjson::Value;

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

class Rights : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        sim_ = new Sim({"--users", "300", "--courses", "30", "--per-course", "40", "--items", "9",
                        "--token", "full-moodle/course:view-mod/quiz:view:fromcommandline"});
    }
    static void TearDownTestSuite() { delete sim_; }
    void TearDown() override { sim_->client().Delete("/__sim/tokens"); }

    static void without(const std::string& capability) {
        const Answer answer =
            sim_->control("tokens", R"({"token":"less","without":[)" + quoted(capability) + "]}");
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    static Document ask(const std::string& function, const Form& form, const std::string& token) {
        Document body;
        const Answer answer = sim_->call(function, form, token);
        EXPECT_EQ(answer.status, 200);
        body.Parse(answer.body.c_str());
        EXPECT_FALSE(body.HasParseError()) << answer.body.substr(0, 200);
        return body;
    }
    static std::string errorcode(const std::string& function, const Form& form,
                                 const std::string& token = "less") {
        const Document body = ask(function, form, token);
        return body.IsObject() && body.HasMember("errorcode") ? body["errorcode"].GetString() : "";
    }
    static std::string body(const std::string& function, const Form& form,
                            const std::string& token = "less") {
        return sim_->call(function, form, token).body;
    }

    static const Sim* sim_;
};
const Sim* Rights::sim_ = nullptr;

const Form kEveryone = {{"criteria[0][key]", "everyone"}, {"criteria[0][value]", ""}};

struct Call {
    const char* function;
    Form form;
};

// One of each kind; each capability changes some of them.
const std::map<std::string, Call>& calls() {
    static const std::map<std::string, Call> all = {
        {"users", {"core_user_get_users", kEveryone}},
        {"found", {"core_user_get_users_by_field", {{"field", "id"}, {"values[0]", "20"}}}},
        {"courses", {"core_course_get_courses", {}}},
        {"listed", {"core_course_get_courses_by_field", {}}},
        {"categories", {"core_course_get_categories", {}}},
        {"people", {"core_enrol_get_enrolled_users", {{"courseid", "7"}}}},
        {"active",
         {"core_enrol_get_enrolled_users",
          {{"courseid", "5"}, {"options[0][name]", "onlyactive"}, {"options[0][value]", "1"}}}},
        {"grades", {"gradereport_user_get_grade_items", {{"courseid", "5"}}}},
        {"separate", {"gradereport_user_get_grade_items", {{"courseid", "7"}}}},
        {"items", {"core_grades_get_gradeitems", {{"courseid", "5"}}}},
        {"completion",
         {"core_completion_get_course_completion_status", {{"courseid", "7"}, {"userid", "20"}}}},
        {"progress",
         {"core_completion_get_activities_completion_status",
          {{"courseid", "5"}, {"userid", "20"}}}},
        {"groups", {"core_group_get_course_groups", {{"courseid", "7"}}}},
        {"cohorts", {"core_cohort_get_cohorts", {}}},
        {"report", {"core_reportbuilder_retrieve_report", {{"reportid", "4"}}}},
        {"contents", {"core_course_get_contents", {{"courseid", "5"}}}},
        {"submissions", {"mod_assign_get_submissions", {{"assignmentids[0]", "501"}}}},
        {"attempts", {"mod_quiz_get_user_attempts", {{"quizid", "502"}, {"userid", "20"}}}}};
    return all;
}

TEST_F(Rights, EachCapabilityTakesItsOwnAway) {
    using Names = std::set<std::string>;
    const std::map<std::string, Names> taken = {
        {"moodle/user:viewdetails", {"users", "found", "people", "active"}},
        {"moodle/user:viewalldetails",
         {"users", "found", "people", "active", "grades", "separate"}},
        {"moodle/site:viewuseridentity", {"users", "found", "people", "active"}},
        {"moodle/course:view",
         {"courses", "people", "active", "grades", "separate", "items", "completion", "progress",
          "groups", "contents", "submissions", "attempts"}},
        {"moodle/course:viewhiddencourses", {"courses", "listed"}},
        {"moodle/course:viewparticipants", {"people", "active"}},
        {"moodle/course:update", {"courses", "listed"}},
        {"moodle/category:viewhiddencategories", {"categories"}},
        {"moodle/category:manage", {"categories"}},
        {"moodle/site:accessallgroups", {"people", "separate"}},
        {"moodle/course:enrolreview", {"active"}},
        {"moodle/grade:viewall", {"grades", "separate"}},
        {"moodle/grade:viewhidden", {"grades", "separate"}},
        {"moodle/course:viewhiddenactivities", {"contents", "grades", "progress", "separate"}},
        {"gradereport/user:view", {"grades", "separate"}},
        {"report/completion:view", {"completion"}},
        {"report/progress:view", {"progress"}},
        {"moodle/course:managegroups", {"groups"}},
        {"moodle/cohort:view", {"cohorts"}},
        {"moodle/reportbuilder:view", {"report"}},
        {"mod/assign:view", {"grades", "separate", "progress", "contents", "submissions"}},
        {"mod/assign:grade", {"submissions"}},
        {"mod/quiz:view", {"grades", "separate", "progress", "contents", "attempts"}},
        {"mod/quiz:viewreports", {"attempts"}},
    };
    for (const auto& [capability, names] : taken) {
        SCOPED_TRACE(capability);
        without(capability);
        Names changed;
        for (const auto& [name, call] : calls()) {
            if (body(call.function, call.form) != body(call.function, call.form, "simadmin")) {
                changed.insert(name);
            }
        }
        EXPECT_EQ(changed, names);
    }
    without("webservice/rest:use");
    for (const auto& [name, call] : calls()) {
        EXPECT_EQ(errorcode(call.function, call.form), "accessexception");
    }
}

TEST_F(Rights, LossesAreSilentWhereMoodleIsSilent) {
    without("moodle/user:viewdetails");
    const auto count = [](const Document& body, const char* list) {
        return list == nullptr ? body.Size() : body[list].Size();
    };
    const Document users = ask("core_user_get_users", kEveryone, "less");
    const Document all = ask("core_user_get_users", kEveryone, "simadmin");
    EXPECT_GT(count(users, "users"), 2u);  // oneself, and who teaches
    EXPECT_LT(count(users, "users"), 40u);
    EXPECT_GT(count(all, "users"), 290u);
    EXPECT_LT(count(ask("core_enrol_get_enrolled_users", {{"courseid", "5"}}, "less"), nullptr),
              10u);
    without("moodle/site:accessallgroups");
    const auto people = [&](const char* course) {
        return count(ask("core_enrol_get_enrolled_users", {{"courseid", course}}, "less"), nullptr);
    };
    EXPECT_EQ(people("7"), 0u);  // in none of its groups
    EXPECT_GT(people("6"), 0u);  // in one
    EXPECT_LT(people("6"), 20u);
    EXPECT_GT(people("5"), 30u);  // has none
    EXPECT_EQ(
        count(ask("gradereport_user_get_grade_items", {{"courseid", "7"}}, "less"), "usergrades"),
        0u);
    for (const char* capability : {"mod/assign:view", "mod/quiz:view", "moodle/grade:viewhidden"}) {
        without(capability);
        const auto items = [&](const char* token) {
            const Document report =
                ask("gradereport_user_get_grade_items", {{"courseid", "5"}}, token);
            return report["usergrades"][0]["gradeitems"].Size();
        };
        EXPECT_LT(items("less"), items("simadmin")) << capability;
        EXPECT_EQ(body("core_grades_get_gradeitems", {{"courseid", "5"}}),
                  body("core_grades_get_gradeitems", {{"courseid", "5"}}, "simadmin"));
    }
    without("moodle/course:update");
    const Document courses = ask("core_course_get_courses", {}, "less");
    EXPECT_GT(courses.Size(), 20u);
    EXPECT_FALSE(courses[1].HasMember("idnumber"));
    EXPECT_TRUE(courses[1].HasMember("summary"));
}

TEST_F(Rights, LossesAreLoudWhereMoodleIsLoud) {
    const std::map<std::string, std::pair<std::string, std::string>> loud = {
        {"moodle/course:viewparticipants", {"people", "nopermissions"}},
        {"moodle/course:enrolreview", {"active", "nopermissions"}},
        {"moodle/grade:viewall", {"grades", "nopermissions"}},
        {"gradereport/user:view", {"grades", "nopermissions"}},
        {"report/completion:view", {"completion", "cannotviewreport"}},
        {"moodle/course:managegroups", {"groups", "nopermissions"}},
        {"moodle/cohort:view", {"cohorts", "nopermissions"}},
        {"moodle/course:view", {"people", "errorcoursecontextnotvalid"}},
        {"moodle/course:viewhiddencourses", {"courses", "errorcoursecontextnotvalid"}},
        {"moodle/reportbuilder:view", {"report", "errorreportview"}},
        {"mod/quiz:viewreports", {"attempts", "nopermissions"}}};
    for (const auto& [capability, what] : loud) {
        SCOPED_TRACE(capability);
        without(capability);
        const Call& call = calls().at(what.first);
        EXPECT_EQ(errorcode(call.function, call.form), what.second);
    }
}

TEST_F(Rights, FunctionsAreInTheServiceOrNot) {
    const auto named = [](const char* token) {
        std::set<std::string> names;
        const Document info = ask("core_webservice_get_site_info", {}, token);
        for (const Value& one : info["functions"].GetArray()) names.insert(one["name"].GetString());
        return names;
    };
    EXPECT_EQ(
        sim_->control("tokens", R"({"token":"few","functions":["core_webservice_get_site_info",
                                          "core_user_get_users"]})")
            .status,
        200);
    EXPECT_EQ(named("few").size(), 2u);
    EXPECT_EQ(errorcode("core_user_get_users", kEveryone, "few"), "");
    EXPECT_EQ(errorcode("core_course_get_courses", {}, "few"), "accessexception");
    EXPECT_EQ(sim_->control("tokens",
                            R"({"token":"less","without_functions":["core_course_get_courses"]})")
                  .status,
              200);
    EXPECT_EQ(named("less").size(), 384u);
    EXPECT_EQ(errorcode("core_course_get_courses", {}), "accessexception");
    EXPECT_EQ(errorcode("core_course_get_categories", {}), "");
    EXPECT_EQ(sim_->control("tokens", R"({"token":"x","without":["no/such:thing"]})").status, 400);
    EXPECT_EQ(sim_->control("tokens", R"({"token":"x","role":"nobody"})").status, 400);
    EXPECT_EQ(sim_->control("tokens", R"({"without":[]})").status, 400);
    sim_->client().Delete("/__sim/tokens");
    EXPECT_EQ(errorcode("core_course_get_categories", {}), "invalidtoken");
}

TEST_F(Rights, TheCommandLineTakesCapabilitiesToo) {
    EXPECT_EQ(errorcode("core_enrol_get_enrolled_users", {{"courseid", "5"}}, "fromcommandline"),
              "errorcoursecontextnotvalid");
    EXPECT_EQ(errorcode("core_course_get_categories", {}, "fromcommandline"), "");
}

}  // namespace
}  // namespace sim_test
