// What the simulated Moodle says of activities, cohorts, badges and reports agrees with what it
// says of its courses and people, and changes when they do.
#include <rapidjson/document.h>

#include <algorithm>
#include <map>
#include <set>

#include "../sim/sim_process.h"

namespace sim_test {
namespace {

using rapidjson::Document;
using rapidjson::Value;
using Ids = std::set<int64_t>;

class Activities : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        sim_ = new Sim({"--users", "300", "--courses", "30", "--per-course", "40", "--items", "9"});
    }
    static void TearDownTestSuite() { delete sim_; }
    void TearDown() override { sim_->control("set", R"({"reset":1})"); }

    static Document ask(const std::string& function, const Form& form,
                        const std::string& token = "simadmin") {
        Document body;
        const Answer answer = sim_->call(function, form, token);
        EXPECT_EQ(answer.status, 200);
        body.Parse(answer.body.c_str());
        EXPECT_FALSE(body.HasParseError()) << answer.body.substr(0, 200);
        return body;
    }
    static std::string errorcode(const std::string& function, const Form& form,
                                 const std::string& token = "simadmin") {
        const Document body = ask(function, form, token);
        return body.IsObject() && body.HasMember("errorcode") ? body["errorcode"].GetString() : "";
    }
    static Ids ids(const Value& list, const char* key) {
        Ids found;
        for (const Value& one : list.GetArray()) found.insert(one[key].GetInt64());
        return found;
    }
    static void change(const std::string& what) {
        EXPECT_EQ(sim_->control("set", what).status, 200) << what;
    }
    static Ids students(const char* course) {
        Ids found;
        const Document listed = ask("core_enrol_get_enrolled_users", {{"courseid", course}});
        for (const Value& one : listed.GetArray()) {
            for (const Value& role : one["roles"].GetArray()) {
                if (role["roleid"].GetInt() == 5) found.insert(one["id"].GetInt64());
            }
        }
        return found;
    }
    static bool within(const Ids& some, const Ids& all) {
        return std::includes(all.begin(), all.end(), some.begin(), some.end());
    }

    static const Sim* sim_;
};
const Sim* Activities::sim_ = nullptr;

// By type, the instances of a course's modules.
std::map<std::string, Ids> instances(const Value& sections) {
    std::map<std::string, Ids> found;
    for (const Value& section : sections.GetArray()) {
        for (const Value& one : section["modules"].GetArray()) {
            found[one["modname"].GetString()].insert(one["instance"].GetInt64());
        }
    }
    return found;
}

TEST_F(Activities, ContentsAreTheOnesThatTheOtherFunctionsName) {
    const Document contents = ask("core_course_get_contents", {{"courseid", "5"}});
    EXPECT_EQ(contents.Size(), 5u);
    const auto found = instances(contents);
    EXPECT_EQ(found.at("assign"), (Ids{501, 509}));
    const Document assignments = ask("mod_assign_get_assignments",
                                     {{"courseids[0]", "5"}, {"includenotenrolledcourses", "1"}});
    EXPECT_EQ(ids(assignments["courses"][0]["assignments"], "id"), found.at("assign"));
    const Document quizzes = ask("mod_quiz_get_quizzes_by_courses", {{"courseids[0]", "5"}});
    EXPECT_EQ(ids(quizzes["quizzes"], "id"), found.at("quiz"));
    const Document forums = ask("mod_forum_get_forums_by_courses", {{"courseids[0]", "5"}});
    EXPECT_EQ(ids(forums, "id"), found.at("forum"));
    // The grade report names the same modules.
    const Document report =
        ask("gradereport_user_get_grade_items", {{"courseid", "5"}, {"userid", "4"}});
    for (const Value& item : report["usergrades"][0]["gradeitems"].GetArray()) {
        if (std::string(item["itemtype"].GetString()) != "mod") continue;
        const int64_t instance = item["iteminstance"].GetInt64();
        EXPECT_TRUE(found.at(item["itemmodule"].GetString()).contains(instance));
    }
    const auto only = [&](const char* option, const char* value) {
        return instances(
            ask("core_course_get_contents",
                {{"courseid", "5"}, {"options[0][name]", option}, {"options[0][value]", value}}));
    };
    EXPECT_EQ(only("modname", "assign").size(), 1u);
    EXPECT_TRUE(only("excludemodules", "1").empty());
    EXPECT_EQ(only("cmid", "502").at("quiz"), (Ids{502}));
    EXPECT_EQ(errorcode("core_course_get_contents", {{"courseid", "-1"}}), "invalidrecord");
    EXPECT_EQ(ask("core_course_get_contents", {{"courseid", "1"}}).Size(), 0u);
    change(R"({"delete_item":5001})");
    const auto later = instances(ask("core_course_get_contents", {{"courseid", "5"}}));
    EXPECT_EQ(later.at("assign"), (Ids{509}));
}

TEST_F(Activities, StudentsHandInAndAreGraded) {
    const auto submitted = [](const Form& more) {
        Form form = {{"assignmentids[0]", "501"}};
        form.insert(form.end(), more.begin(), more.end());
        const Document body = ask("mod_assign_get_submissions", form);
        const Value& all = body["assignments"];
        return all.Empty() ? Ids{} : ids(all[0]["submissions"], "userid");
    };
    const Ids all = submitted({});
    EXPECT_GT(all.size(), 10u);
    EXPECT_TRUE(within(all, students("5")));
    const Ids drafts = submitted({{"status", "draft"}});
    EXPECT_EQ(drafts.size() + submitted({{"status", "submitted"}}).size(), all.size());
    const std::string user = std::to_string(*all.begin());
    const Form lately = {{"since", "1780000000"}};
    EXPECT_TRUE(submitted(lately).empty());
    change(R"({"submit":501,"user":)" + user + "}");
    EXPECT_EQ(submitted(lately), Ids{*all.begin()});
    const auto graded = [](const char* since) {
        const Document body =
            ask("mod_assign_get_grades", {{"assignmentids[0]", "501"}, {"since", since}});
        const Value& all = body["assignments"];
        return all.Empty() ? Ids{} : ids(all[0]["grades"], "userid");
    };
    EXPECT_TRUE(within(graded("0"), submitted({})));
    EXPECT_TRUE(graded("1780000000").empty());
    const std::string some = std::to_string(*graded("0").begin());
    change(R"({"bump_grade":5,"user":)" + some + "}");
    EXPECT_EQ(graded("1780000000"), Ids{*graded("0").begin()});
    const Document missing = ask("mod_assign_get_submissions", {{"assignmentids[0]", "999999"}});
    EXPECT_EQ(missing["assignments"].Size() + missing["warnings"].Size(), 0u);
}

TEST_F(Activities, AttemptsAreThoseOfStudents) {
    const Ids all = students("5");
    size_t found = 0, open = 0;
    for (int64_t user = 100; user <= 160; user++) {
        const auto count = [&](const char* status) {
            const Document body =
                ask("mod_quiz_get_user_attempts",
                    {{"quizid", "502"}, {"userid", std::to_string(user)}, {"status", status}});
            return body.IsObject() && body.HasMember("attempts") ? body["attempts"].Size() : 0;
        };
        const size_t attempts = count("all");
        EXPECT_TRUE(attempts == 0 || all.contains(user)) << user;
        EXPECT_EQ(count("finished") + count("unfinished"), attempts);
        found += attempts;
        open += count("unfinished");
    }
    EXPECT_GT(found, 5u);
    EXPECT_GT(open, 0u);
    EXPECT_EQ(errorcode("mod_quiz_get_user_attempts", {{"quizid", "501"}}), "invalidrecord");
}

TEST_F(Activities, DiscussionsComeInPages) {
    const auto page = [](const char* number) {
        return ask("mod_forum_get_forum_discussions",
                   {{"forumid", "505"}, {"page", number}, {"perpage", "4"}});
    };
    const Document whole = ask("mod_forum_get_forum_discussions", {{"forumid", "505"}});
    const Ids all = ids(whole["discussions"], "discussion");
    Ids paged;
    for (const char* number : {"0", "1", "2", "3"}) {
        const Document some = page(number);
        for (const int64_t id : ids(some["discussions"], "discussion")) paged.insert(id);
    }
    EXPECT_GT(all.size(), 4u);
    EXPECT_EQ(paged, all);
    EXPECT_EQ(page("99")["discussions"].Size(), 0u);
    for (const Value& one : whole["discussions"].GetArray()) {
        const std::string id = std::to_string(one["discussion"].GetInt64());
        const Document posts = ask("mod_forum_get_discussion_posts", {{"discussionid", id}});
        EXPECT_EQ(posts["posts"].Size(), one["numreplies"].GetUint() + 1);
        EXPECT_EQ(posts["posts"][0]["timecreated"].GetInt64(), one["timemodified"].GetInt64());
        EXPECT_TRUE(ids(posts["posts"], "id").contains(one["id"].GetInt64()));
    }
    const std::string last = std::to_string(*all.rbegin());
    change(R"({"reply":)" + last + "}");
    const Document after = page("0");
    EXPECT_EQ(after["discussions"][0]["discussion"].GetInt64(), *all.rbegin());
    EXPECT_EQ(errorcode("mod_forum_get_forum_discussions", {{"forumid", "9999"}}),
              "Unable to find forum with id 9999");
}

TEST_F(Activities, UpdatesNameWhatChangedSince) {
    const auto updated = [](const char* since) {
        const Document body =
            ask("core_course_get_updates_since", {{"courseid", "5"}, {"since", since}});
        return ids(body["instances"], "id");
    };
    EXPECT_EQ(updated("0").size(), 6u);  // two assignments, quiz, forum, news, page
    EXPECT_TRUE(updated("1780000000").empty());
    change(R"({"submit":501,"user":)" + std::to_string(*students("5").begin()) + "}");
    EXPECT_EQ(updated("1780000000"), (Ids{501}));
    change(R"({"reply":50502,"bump_item":5002})");
    EXPECT_EQ(updated("1780000000"), (Ids{501, 502, 505}));
}

TEST_F(Activities, ActivitiesAreCompletedByWhomTheyTrack) {
    const auto done = [](const char* course, int64_t user) {
        const Document body = ask("core_completion_get_activities_completion_status",
                                  {{"courseid", course}, {"userid", std::to_string(user)}});
        size_t count = 0;
        for (const Value& one : body["statuses"].GetArray()) count += one["state"].GetInt() > 0;
        return count;
    };
    size_t all = 0;
    for (const int64_t user : students("5")) all += done("5", user);
    EXPECT_GT(all, 20u);
    EXPECT_EQ(done("5", 2), 0u);
    const Document off = ask("core_completion_get_activities_completion_status",
                             {{"courseid", "4"}, {"userid", "5"}});
    EXPECT_EQ(off["statuses"].Size(), 0u);
}

TEST_F(Activities, ReportsGoThroughEveryoneOnceInPages) {
    const auto page = [](const char* report, int number, const char* size) {
        return ask("core_reportbuilder_retrieve_report",
                   {{"reportid", report}, {"page", std::to_string(number)}, {"perpage", size}});
    };
    std::multiset<std::string> seen;
    int64_t total = 1;
    for (int number = 0; static_cast<int64_t>(seen.size()) < total && number < 100; number++) {
        const Document body = page("4", number, "37");
        total = body["data"]["totalrowcount"].GetInt64();
        for (const Value& row : body["data"]["rows"].GetArray()) {
            seen.insert(row["columns"][1].GetString());
        }
    }
    const Document people =
        ask("core_user_get_users", {{"criteria[0][key]", "everyone"}, {"criteria[0][value]", ""}});
    std::multiset<std::string> listed;
    for (const Value& user : people["users"].GetArray()) {
        if (user["id"].GetInt() != 1) listed.insert(user["username"].GetString());  // no guest
    }
    EXPECT_EQ(seen, listed);
    EXPECT_EQ(page("4", 100, "37")["data"]["rows"].Size(), 0u);
    EXPECT_LT(page("1", 0, "5")["data"]["totalrowcount"].GetInt64(), total);
    EXPECT_EQ(page("3", 0, "5")["data"]["totalrowcount"].GetInt64(), 30);
    EXPECT_EQ(errorcode("core_reportbuilder_retrieve_report", {{"reportid", "9"}}),
              "invalidrecord");
    EXPECT_EQ(errorcode("core_reportbuilder_retrieve_report", {{"reportid", "1"}}, "simteacher"),
              "errorreportview");
    EXPECT_EQ(
        ask("core_reportbuilder_list_reports", {{"page", "1"}, {"perpage", "3"}})["reports"].Size(),
        1u);
}

TEST_F(Activities, CohortsEventsBadgesNotesAndTags) {
    const Document cohorts = ask("core_cohort_get_cohorts", {});
    EXPECT_EQ(ids(cohorts, "id"), (Ids{1, 2, 3}));
    const Document members = ask("core_cohort_get_cohort_members", {{"cohortids[0]", "2"}});
    EXPECT_EQ(members[0]["userids"].Size(), 30u);
    EXPECT_EQ(errorcode("core_cohort_get_cohort_members", {{"cohortids[0]", "9"}}),
              "invalidrecord");
    EXPECT_EQ(errorcode("core_cohort_get_cohorts", {}, "simteacher"), "nopermissions");
    const auto events = [](const Form& form) {
        return ask("core_calendar_get_calendar_events", form)["events"].Size();
    };
    EXPECT_EQ(events({}), 2u);  // of the site and of the caller
    EXPECT_EQ(events({{"events[courseids][0]", "5"}}), 6u);
    EXPECT_EQ(events({{"events[courseids][0]", "5"},
                      {"options[siteevents]", "0"},
                      {"options[userevents]", "0"},
                      {"options[timestart]", "1775000000"}}),
              2u);  // when assignments are due
    size_t badges = 0, notes = 0;
    for (int64_t user = 3; user < 60; user++) {
        const Form form = {{"userid", std::to_string(user)}};
        badges += ask("core_badges_get_user_badges", form)["badges"].Size();
    }
    EXPECT_GT(badges, 10u);
    for (const char* list : {"sitenotes", "coursenotes", "personalnotes"}) {
        notes += ask("core_notes_get_course_notes", {{"courseid", "5"}})[list].Size();
    }
    EXPECT_GT(notes, 2u);
    const Document tags = ask("core_tag_get_tags", {{"tags[0][id]", "1"}, {"tags[1][id]", "99"}});
    EXPECT_EQ(tags["tags"].Size(), 1u);
    EXPECT_EQ(tags["warnings"].Size(), 1u);
    EXPECT_EQ(ask("core_tag_get_tag_cloud", {})["totalcount"].GetInt(), 4);
}

}  // namespace
}  // namespace sim_test
