// The engine of a scan against a scripted network: what is begun when, what is asked again, what is
// handed out. (The real network is tested by net_transport_test and the pgTAP files.)
#include "moodle/fetch.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

#include "scripted_site.h"

namespace moodle_fdw::moodle {
namespace {

using FetchTest = ScriptedSite;

std::string number_after(const std::string& form, const std::string& name) {
    const size_t at = form.find(name + "=");
    if (at == std::string::npos) return "";
    const size_t from = at + name.size() + 1;
    return form.substr(from, form.find('&', from) - from);
}

std::string people(int from, int to) {
    std::string list = "[";
    for (int id = from; id <= to; id++) {
        list += (id == from ? "" : ",") + std::string("{\"id\":") + std::to_string(id) +
                ",\"roles\":[{\"roleid\":5,\"shortname\":\"student\"}]}";
    }
    return list + "]";
}

std::string courses(int count) {
    std::string list = "{\"courses\":[{\"id\":1}";
    for (int id = 2; id < 2 + count; id++) list += ",{\"id\":" + std::to_string(id) + "}";
    return list + "],\"warnings\":[]}";
}

TEST_F(FetchTest, AListingFeedsUnitsThroughAGateOfOne) {
    allow(1);
    transport_.answer = [](const std::string& form) -> Script {
        if (form.find("courses_by_field") != std::string::npos) return {courses(700), 200, {}, 100};
        return {people(10, 11), 200, {}, 7};
    };
    Fetch fetch(site_, plan_for("enrolments", {}, {"user_id"}));
    EXPECT_EQ(run(fetch).size(), 1400u);
    EXPECT_EQ(last_, Fetch::Step::End);
    EXPECT_EQ(transport_.most_at_once, 1);
}

TEST_F(FetchTest, ListingsOfListingsNeverStarveTheirUnits) {
    for (const int places : {1, 2, 4, 16}) {
        allow(places);
        transport_.most_at_once = 0;
        transport_.answer = [](const std::string& form) -> Script {
            if (form.find("courses_by_field") != std::string::npos)
                return {courses(12), 200, {}, 50};
            if (form.find("enrolled_users") != std::string::npos) {
                return {people(100, 399), 200, {}, 1000};
            }
            return {R"({"completionstatus":{"completed":true,"aggregation":1,"completions":[]}})"};
        };
        Fetch fetch(site_, plan_for("completions", {}, {"completed"}));
        EXPECT_EQ(run(fetch).size(), 3600u) << places;
        EXPECT_LE(transport_.most_at_once, places);
    }
}

TEST_F(FetchTest, AListingWithoutUnitsEnds) {
    transport_.answer = [](const std::string&) -> Script { return {"[]"}; };
    Fetch fetch(site_, plan_for("completions",
                                {{"course_id", Restriction::Kind::AnyOf, {"6"}},
                                 {"user_id", Restriction::Kind::AnyOf, {"20"}}},
                                {"completed"}));
    EXPECT_TRUE(run(fetch).empty());
    EXPECT_EQ(last_, Fetch::Step::End);
}

TEST_F(FetchTest, AScanWithinAnotherPassesAGateThatTheOtherHolds) {
    allow(1);
    std::string large = "[";
    for (int id = 1; id < 60'000; id++) {
        large += (id == 1 ? "" : ",") + std::string("{\"id\":") + std::to_string(id) +
                 ",\"roles\":[{\"roleid\":5}]}";
    }
    large += "]";
    transport_.answer = [&](const std::string& form) -> Script {
        return {
            form.find("enrolled_users") != std::string::npos ? large : R"([{"id":3,"name":"x"}])",
            200,
            {},
            100'000};
    };
    FetchPlan outer_plan =
        plan_for("enrolments", {{"course_id", Restriction::Kind::AnyOf, {"2"}}}, {"user_id"});
    outer_plan.page_size = 0;
    Fetch outer(site_, std::move(outer_plan));
    int idle = 0;
    while (outer.next() != Fetch::Step::Row && idle++ < 1000) transport_.drive();
    for (int i = 0; i < 100; i++) transport_.drive();  // the outer answer waits to be read on
    Fetch inner(site_, plan_for("categories", {}, {"category_id"}));
    idle = 0;
    Fetch::Step step = Fetch::Step::Wait;
    while ((step = inner.next()) != Fetch::Step::Row && idle++ < 1000) transport_.drive();
    EXPECT_EQ(step, Fetch::Step::Row);
}

TEST_F(FetchTest, ACutAnswerIsContinuedBehindWhatWasDelivered) {
    const std::string whole = people(1, 50);
    int attempts = 0;
    transport_.answer = [&](const std::string&) -> Script {
        attempts++;
        if (attempts == 1) return {whole.substr(0, whole.size() / 2), 200, net::Failure::Cut, 64};
        return {whole, 200, {}, 64};
    };
    Fetch fetch(site_, plan_for("enrolments", {{"course_id", Restriction::Kind::AnyOf, {"2"}}},
                                {"user_id"}));
    const auto rows = run(fetch);
    EXPECT_EQ(rows.size(), 50u);
    EXPECT_EQ(std::set<std::string>(rows.begin(), rows.end()).size(), 50u);
    EXPECT_EQ(fetch.counters().retries, 1u);
}

TEST_F(FetchTest, ACutAnswerThatThenDiffersIsAnError) {
    int attempts = 0;
    transport_.answer = [&](const std::string&) -> Script {
        attempts++;
        const std::string first = people(1, 50);
        if (attempts == 1) return {first.substr(0, first.size() / 2), 200, net::Failure::Cut, 64};
        return {people(2, 51), 200, {}, 64};
    };
    Fetch fetch(site_, plan_for("enrolments", {{"course_id", Restriction::Kind::AnyOf, {"2"}}},
                                {"user_id"}));
    run(fetch);
    EXPECT_EQ(last_, Fetch::Step::Failed);
    EXPECT_EQ(fetch.fault().kind, FaultKind::UnexpectedShape);
}

TEST_F(FetchTest, PagesAreJoinedAndAMovedListingLosesNobody) {
    std::vector<int> present;
    for (int id = 1; id <= 25; id++) present.push_back(id);
    int requests = 0;
    transport_.answer = [&](const std::string& form) -> Script {
        // Somebody of the first page leaves before the second is asked for.
        if (++requests == 2) present.erase(present.begin());
        const size_t from = std::stoul(number_after(form, "options%5B1%5D%5Bvalue%5D"));
        const size_t count = std::stoul(number_after(form, "options%5B2%5D%5Bvalue%5D"));
        std::string list = "[";
        for (size_t i = from; i < std::min(present.size(), from + count); i++) {
            list += (i == from ? "" : ",") + std::string("{\"id\":") + std::to_string(present[i]) +
                    ",\"roles\":[]}";
        }
        return {list + "]"};
    };
    FetchPlan plan =
        plan_for("enrolments", {{"course_id", Restriction::Kind::AnyOf, {"2"}}}, {"user_id"});
    plan.page_size = 10;
    Fetch fetch(site_, std::move(plan));
    const auto rows = run(fetch);
    EXPECT_EQ(last_, Fetch::Step::End);
    EXPECT_EQ(rows.size(), 25u);
    EXPECT_EQ(std::set<std::string>(rows.begin(), rows.end()).size(), 25u);
}

TEST_F(FetchTest, WithoutItsProofAListingIsNotTaken) {
    transport_.answer = [](const std::string&) -> Script {
        return {R"({"users":[{"id":3}],"warnings":[]})"};
    };
    Fetch fetch(site_, plan_for("users", {}, {"user_id"}));
    run(fetch);
    EXPECT_EQ(last_, Fetch::Step::Failed);
    EXPECT_EQ(fetch.fault().kind, FaultKind::UnverifiedListing);
}

TEST_F(FetchTest, ANestedRecordLargerThanTheHighWaterMarkIsRead) {
    const std::string large(3 << 20, 'x');
    transport_.answer = [&](const std::string&) -> Script {
        return {"[{\"id\":1,\"name\":\"" + large + "\"}]", 200, {}, 100'000};
    };
    Fetch fetch(site_, plan_for("categories", {}, {"name"}));
    const auto rows = run(fetch);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].size(), large.size());
}

TEST_F(FetchTest, RowsOfARecordOutliveBytesThatCome) {
    std::string body = R"({"usergrades":[)";
    for (int user = 1; user <= 60; user++) {
        body += (user == 1 ? "" : ",") + std::string("{\"userid\":") + std::to_string(user) +
                ",\"gradeitems\":[";
        for (int item = 1; item <= 40; item++) {
            body += (item == 1 ? "" : ",") + std::string("{\"id\":") +
                    std::to_string(user * 1000 + item) + "}";
        }
        body += "]}";
    }
    body += R"(],"warnings":[]})";
    transport_.answer = [&](const std::string&) -> Script { return {body, 200, {}, 900}; };
    Fetch fetch(site_,
                plan_for("grades", {{"course_id", Restriction::Kind::AnyOf, {"2"}}}, {"item_id"}));
    const auto rows = run(fetch);
    ASSERT_EQ(rows.size(), 2400u);
    for (int i = 0; i < 2400; i++) {
        ASSERT_EQ(rows[i], std::to_string((i / 40 + 1) * 1000 + i % 40 + 1));
    }
}

TEST_F(FetchTest, AFunctionThatTheSiteLacksIsAskedForOnce) {
    transport_.answer = [](const std::string& form) -> Script {
        if (form.find("roles") != std::string::npos && form.find("enrolled") == std::string::npos) {
            return {R"({"exception":"x","errorcode":"invalidrecord","message":)"
                    R"("Can't find data record in database table external_functions."})"};
        }
        if (form.find("courses_by_field") != std::string::npos) return {courses(3)};
        return {people(1, 4)};
    };
    for (int i = 0; i < 2; i++) {
        Fetch fetch(site_, plan_for("roles", {}, {"role_id"}));
        EXPECT_EQ(run(fetch).size(), 1u);
    }
    int refused = 0;
    for (const std::string& form : transport_.forms) {
        refused += form.find("get_all_roles") != std::string::npos;
    }
    EXPECT_EQ(refused, 1);
}

// The ids that a form asks for in a list: groupids[0], groupids[1], …
std::vector<std::string> asked(const std::string& form, const std::string& name) {
    std::vector<std::string> ids;
    for (size_t i = 0;; i++) {
        const std::string id = number_after(form, name + "%5B" + std::to_string(i) + "%5D");
        if (id.empty()) return ids;
        ids.push_back(id);
    }
}

bool asks_for(const std::string& form, const char* function) {
    return form.find(std::string("wsfunction=") + function + "&") != std::string::npos;
}

// {"courses": [{"assignments": [{"id": 140}]}]}: one for each course, but for those refused.
std::string assignments_of(const std::vector<std::string>& courses, const std::string& refused) {
    std::string list;
    std::string warnings;
    for (const std::string& course : courses) {
        if (course == refused) {
            warnings = "{\"item\":\"course\",\"itemid\":" + course +
                       ",\"warningcode\":\"1\",\"message\":\"No access rights\"}";
            continue;
        }
        list += (list.empty() ? "" : ",") + std::string("{\"id\":") + course +
                ",\"assignments\":[{\"id\":" + course + "0}]}";
    }
    return "{\"courses\":[" + list + "],\"warnings\":[" + warnings + "]}";
}

constexpr const char* kGone =
    "{\"exception\":\"dml_missing_record_exception\",\"errorcode\":\"invalidrecord\","
    "\"message\":\"Can't find data record in database table cohort.\"}";

TEST_F(FetchTest, AListingFillsBatches) {
    std::vector<size_t> sizes;
    transport_.answer = [&](const std::string& form) -> Script {
        if (asks_for(form, "core_course_get_courses_by_field")) return {courses(120), 200, {}, 50};
        sizes.push_back(asked(form, "courseids").size());
        return {assignments_of(asked(form, "courseids"), "")};
    };
    Fetch fetch(site_, plan_for("assignments", {}, {"assignment_id"}));
    EXPECT_EQ(run(fetch).size(), 120u);
    EXPECT_EQ(last_, Fetch::Step::End);
    EXPECT_EQ(sizes, (std::vector<size_t>{50, 50, 20}));
    EXPECT_EQ(fetch.counters().units_known, 3u);
    EXPECT_EQ(fetch.counters().units_done, 3u);
}

TEST_F(FetchTest, ABatchIsHalvedUntilTheOneThatIsGoneStandsAlone) {
    transport_.answer = [](const std::string& form) -> Script {
        std::string list;
        for (const std::string& id : asked(form, "cohortids")) {
            if (id == "5") return {kGone};
            list += (list.empty() ? "" : ",") + std::string("{\"cohortid\":") + id +
                    ",\"userids\":[" + id + "1," + id + "2]}";
        }
        return {"[" + list + "]"};
    };
    const std::vector<std::string> ids = {"1", "2", "3", "4", "5", "6", "7", "8"};
    FetchPlan plan =
        plan_for("cohort_members", {{"cohort_id", Restriction::Kind::AnyOf, ids}}, {"user_id"});
    Fetch fetch(site_, std::move(plan));
    std::vector<std::string> rows = run(fetch);
    EXPECT_EQ(last_, Fetch::Step::End);
    EXPECT_EQ(rows.size(), 14u);
    EXPECT_EQ(std::count(rows.begin(), rows.end(), "51"), 0);
    EXPECT_EQ(transport_.forms.size(), 7u);  // 8, 4 + 4, 2 + 2, 1 + 1
}

TEST_F(FetchTest, WhatIsTooMuchAtOnceIsAskedForInHalves) {
    transport_.answer = [](const std::string& form) -> Script {
        if (asks_for(form, "core_course_get_courses_by_field")) return {courses(8)};
        if (asked(form, "courseids").size() > 2) return {"", 504};
        return {assignments_of(asked(form, "courseids"), "")};
    };
    Fetch fetch(site_, plan_for("assignments", {}, {"assignment_id"}));
    EXPECT_EQ(run(fetch).size(), 8u);
    EXPECT_EQ(last_, Fetch::Step::End);
}

TEST_F(FetchTest, ARefusalInAWarningIsNoSilentLoss) {
    transport_.answer = [](const std::string& form) -> Script {
        if (asks_for(form, "core_course_get_courses_by_field")) return {courses(4)};
        return {assignments_of(asked(form, "courseids"), "3")};
    };
    {
        Fetch fetch(site_, plan_for("assignments", {}, {"assignment_id"}));
        run(fetch);
        EXPECT_EQ(last_, Fetch::Step::Failed);
        EXPECT_EQ(fetch.fault().kind, FaultKind::CourseInaccessible);
        EXPECT_EQ(fetch.scene().unit, "course 3");
    }
    FetchPlan plan = plan_for("assignments", {}, {"assignment_id"});
    plan.skip_failed_units = true;
    Fetch fetch(site_, std::move(plan));
    EXPECT_EQ(run(fetch).size(), 3u);
    EXPECT_EQ(last_, Fetch::Step::End);
    ASSERT_EQ(fetch.skipped().size(), 1u);
    EXPECT_EQ(fetch.skipped()[0].label, "course 3");
    EXPECT_EQ(fetch.counters().units_skipped, 1u);
}

// A report of `rows` rows, in pages; `total` as the answer tells it, "" = not at all.
Script report_page(const std::string& form, size_t rows, const std::string& total) {
    const size_t page = std::stoul(number_after(form, "page"));
    const size_t size = std::stoul(number_after(form, "perpage"));
    std::string list;
    for (size_t i = page * size; i < std::min(rows, (page + 1) * size); i++) {
        list += (list.empty() ? "" : ",") + std::string("{\"columns\":[\"") + std::to_string(i) +
                "\"]}";
    }
    const std::string count = total.empty() ? "" : ",\"totalrowcount\":" + total;
    return {"{\"details\":{},\"data\":{\"headers\":[\"Name\"],\"rows\":[" + list + "]" + count +
            "},\"warnings\":[]}"};
}

TEST_F(FetchTest, PagesOfAReportMakeItsTotal) {
    const auto read = [&](size_t rows, const std::function<std::string()>& total) {
        transport_.forms.clear();
        transport_.answer = [rows, total](const std::string& form) {
            return report_page(form, rows, total());
        };
        FetchPlan plan =
            plan_for("report_rows", {{"report_id", Restriction::Kind::AnyOf, {"1"}}}, {"columns"});
        plan.page_size = 4;
        Fetch fetch(site_, std::move(plan));
        const std::vector<std::string> got = run(fetch);
        return std::set<std::string>(got.begin(), got.end()).size();
    };
    EXPECT_EQ(read(10, [] { return "10"; }), 10u);
    EXPECT_EQ(last_, Fetch::Step::End);
    EXPECT_EQ(transport_.forms.size(), 3u);
    EXPECT_EQ(read(8, [] { return "8"; }), 8u);
    EXPECT_EQ(transport_.forms.size(), 3u);
    EXPECT_EQ(read(0, [] { return "0"; }), 0u);
    EXPECT_EQ(last_, Fetch::Step::End);
    // A release that tells no number is taken at its word.
    EXPECT_EQ(read(10, [] { return ""; }), 10u);
    EXPECT_EQ(last_, Fetch::Step::End);
    int told = 10;
    read(10, [&told] { return std::to_string(told++); });
    EXPECT_EQ(last_, Fetch::Step::Failed);
    read(10, [] { return "11"; });
    EXPECT_EQ(last_, Fetch::Step::Failed);
}

TEST_F(FetchTest, WhereAPartOfTheSiteIsOffThereIsNothing) {
    transport_.answer = [](const std::string&) -> Script {
        return {R"({"exception":"moodle_exception","errorcode":"badgesdisabled","message":"Off"})"};
    };
    Fetch fetch(site_,
                plan_for("badges", {{"user_id", Restriction::Kind::AnyOf, {"5"}}}, {"badge_id"}));
    EXPECT_TRUE(run(fetch).empty());
    EXPECT_EQ(last_, Fetch::Step::End);
    EXPECT_TRUE(fetch.skipped().empty());
}

TEST_F(FetchTest, AReportListsUsersByItsHeadings) {
    std::string headings = R"("Full name with link","Email address","Username")";
    transport_.answer = [&](const std::string&) -> Script {
        return {R"({"data":{"headers":[)" + headings +
                R"(],"rows":[{"columns":[)"
                R"("<a href=\"http:\/\/m\/user\/profile.php?id=222\">Ann<\/a>","","ann"]}],)"
                R"("totalrowcount":1},"warnings":[]})"};
    };
    Table users = table_of(*find_entity("users"));
    users.users_by = "report:7";
    const auto read = [&](std::vector<int> wanted) {
        Access access;
        std::string problem;
        EXPECT_TRUE(choose_access(users, {}, wanted, access, problem)) << problem;
        EXPECT_EQ(access.plan.function, "core_reportbuilder_retrieve_report");
        Fetch fetch(site_, std::move(access.plan));
        return run(fetch);
    };
    EXPECT_EQ(read({1}), std::vector<std::string>{"222"});
    EXPECT_EQ(read({2, 1}), std::vector<std::string>{"ann"});
    EXPECT_EQ(read({3, 1}), std::vector<std::string>{""});  // an empty email
    EXPECT_EQ(last_, Fetch::Step::End);
    headings = R"("Full name","Email address","Username")";
    EXPECT_TRUE(read({2}).empty());
    EXPECT_EQ(last_, Fetch::Step::Failed);
    headings = R"("ID","EMAIL","username")";
    EXPECT_EQ(read({1}), std::vector<std::string>{"222"});
}

TEST_F(FetchTest, AReportOfUsersIsPaged) {
    // Nobody's row counts among the report's rows; one who stands there twice is one.
    const std::vector<std::string> ids = {"5", "6", "", "7", "6", "8", ""};
    bool changes = false;
    bool cut = false;
    transport_.answer = [&](const std::string& form) -> Script {
        const size_t from = 2 * std::stoul(number_after(form, "page"));
        std::string rows;
        for (size_t i = from; i < std::min(ids.size(), from + 2); i++) {
            rows +=
                (rows.empty() ? R"({"columns":[")" : R"(,{"columns":[")") + ids[i] + R"(","u"]})";
        }
        const char* headings = changes && from > 0 ? R"(["ID","Email"])" : R"(["ID","Username"])";
        const std::string body = R"({"data":{"headers":)" + std::string(headings) + R"(,"rows":[)" +
                                 rows + R"(],"totalrowcount":7},"warnings":[]})";
        if (!std::exchange(cut, false)) return {body, 200, net::Failure::None, 7};
        return {body.substr(0, body.find("totalrow")), 200, net::Failure::Cut, 7};
    };
    Table users = table_of(*find_entity("users"));
    users.users_by = "report:7";
    const auto read = [&](bool digest) {
        Access access;
        std::string problem;
        EXPECT_TRUE(choose_access(users, {}, {1}, access, problem)) << problem;
        access.plan.page_size = 2;
        access.plan.digest_needed = digest;
        Fetch fetch(site_, std::move(access.plan));
        return run(fetch);
    };
    for (const bool digest : {false, true}) {
        cut = digest;
        EXPECT_EQ(read(digest), (std::vector<std::string>{"5", "6", "7", "8"}));
        EXPECT_EQ(last_, Fetch::Step::End);
    }
    changes = true;
    EXPECT_EQ(read(false), (std::vector<std::string>{"5", "6"}));
    EXPECT_EQ(last_, Fetch::Step::Failed);
}

}  // namespace
}  // namespace moodle_fdw::moodle
