// How the simulated site is set up and closed, which Moodle it is, and what it counts of its
// callers.
#include <rapidjson/document.h>

#include <chrono>
#include <ctime>
#include <set>
#include <thread>

#include "../sim/sim_process.h"

namespace sim_test {
namespace {

using rapidjson::Document;
using rapidjson::Value;

class Settings : public testing::Test {
  protected:
    static void SetUpTestSuite() { sim_ = new Sim({"--users", "100", "--courses", "12"}); }
    static void TearDownTestSuite() { delete sim_; }
    void TearDown() override {
        sim_->client().Delete("/__sim/site");
        sim_->client().Delete("/__sim/tokens");
        sim_->control("latency", R"({"latency_ms":0,"workers":0})");
        sim_->control("reset", "{}");
    }

    static void set(const std::string& json) {
        const Answer answer = sim_->control("site", json);
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    static Document ask(const std::string& function, const Form& form = {},
                        const std::string& token = "simadmin") {
        Document body;
        body.Parse(sim_->call(function, form, token).body.c_str());
        EXPECT_FALSE(body.HasParseError());
        return body;
    }
    static std::string errorcode(const std::string& function, const Form& form = {}) {
        const Document body = ask(function, form);
        return body.IsObject() && body.HasMember("errorcode") ? body["errorcode"].GetString() : "";
    }
    static httplib::Result raw(const httplib::Headers& headers = {}) {
        httplib::Client client = sim_->client();
        client.set_decompress(false);
        return client.Post("/webservice/rest/server.php", headers,
                           "wstoken=simadmin&moodlewsrestformat=json&"
                           "wsfunction=core_webservice_get_site_info",
                           "application/x-www-form-urlencoded");
    }
    static std::set<std::string> functions() {
        std::set<std::string> names;
        const Document info = ask("core_webservice_get_site_info");
        for (const Value& one : info["functions"].GetArray()) names.insert(one["name"].GetString());
        return names;
    }
    static Document stats() {
        Document body;
        body.Parse(sim_->look("stats").body.c_str());
        return body;
    }

    static const Sim* sim_;
};
const Sim* Settings::sim_ = nullptr;

int64_t clock_of(const httplib::Result& result) {
    tm parts{};
    const std::string date = result->get_header_value("Date");
    EXPECT_NE(strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts), nullptr) << date;
    return timegm(&parts);
}

TEST_F(Settings, TheClockMayBeWrong) {
    EXPECT_NEAR(static_cast<double>(clock_of(raw()) - std::time(nullptr)), 0, 3);
    set(R"({"clock_skew":-7200})");
    EXPECT_NEAR(static_cast<double>(clock_of(raw()) - std::time(nullptr)), -7200, 3);
}

TEST_F(Settings, AnswersAreCompressedForWhoAsksWhereItIsOn) {
    const httplib::Headers asks = {{"Accept-Encoding", "gzip"}};
    EXPECT_FALSE(raw(asks)->has_header("Content-Encoding"));
    set(R"({"gzip":true})");
    EXPECT_EQ(raw(asks)->get_header_value("Content-Encoding"), "gzip");
    EXPECT_FALSE(raw({{"Accept-Encoding", "identity"}})->has_header("Content-Encoding"));
}

TEST_F(Settings, ASiteThatIsCalledByAnotherNameSendsToItsOwn) {
    set(R"({"wwwroot":"https://elsewhere.example.edu/moodle"})");
    EXPECT_STREQ(ask("core_webservice_get_site_info")["siteurl"].GetString(),
                 "https://elsewhere.example.edu/moodle");
    set(R"({"strict_wwwroot":true})");
    EXPECT_EQ(raw()->status, 303);
    EXPECT_EQ(raw()->get_header_value("Location"),
              "https://elsewhere.example.edu/moodle/webservice/rest/server.php");
    set("{\"wwwroot\":\"http://127.0.0.1:" + std::to_string(sim_->port()) + "\"}");
    EXPECT_EQ(raw()->status, 200);
}

TEST_F(Settings, ASiteMayBeClosed) {
    set(R"({"maintenance":"cli"})");
    EXPECT_EQ(raw()->status, 503);
    EXPECT_EQ(raw()->get_header_value("Retry-After"), "300");
    set(R"({"maintenance":"old"})");
    EXPECT_EQ(errorcode("core_webservice_get_site_info"), "sitemaintenance");
    set(R"({"maintenance":"","web_services":false})");
    EXPECT_EQ(raw()->status, 403);
    EXPECT_TRUE(raw()->body.empty());
    sim_->client().Delete("/__sim/site");
    EXPECT_EQ(raw()->status, 200);
    EXPECT_EQ(sim_->control("site", R"({"maintenance":"maybe"})").status, 400);
    EXPECT_EQ(sim_->control("site", R"({"no_such":1})").status, 400);
    EXPECT_EQ(sim_->control("site", R"({"moodle":"1.9"})").status, 400);
}

TEST_F(Settings, EachMoodleHasItsFunctions) {
    const auto now = functions();
    EXPECT_EQ(now.size(), 385u);
    EXPECT_TRUE(now.contains("mod_chat_get_chats_by_courses"));
    EXPECT_EQ(errorcode("mod_quiz_get_user_quiz_attempts", {{"quizid", "402"}}), "invalidrecord");
    set(R"({"moodle":"5.0"})");
    const auto later = functions();
    EXPECT_FALSE(later.contains("mod_chat_get_chats_by_courses"));
    EXPECT_FALSE(later.contains("mod_survey_get_surveys_by_courses"));
    EXPECT_TRUE(later.contains("mod_quiz_get_user_quiz_attempts"));
    EXPECT_EQ(errorcode("mod_chat_get_chats_by_courses"), "invalidrecord");
    EXPECT_EQ(errorcode("mod_quiz_get_user_quiz_attempts", {{"quizid", "402"}}), "");
    EXPECT_TRUE(std::string(ask("core_webservice_get_site_info")["release"].GetString())
                    .starts_with("5.0"));
    set(R"({"moodle":"4.1"})");
    EXPECT_STREQ(ask("core_webservice_get_site_info")["version"].GetString(), "2022112818");
    const Sim old({"--moodle", "4.1"});
    Document info;
    info.Parse(old.call("core_webservice_get_site_info", {}).body.c_str());
    EXPECT_TRUE(std::string(info["release"].GetString()).starts_with("4.1"));
}

TEST_F(Settings, AnswersDifferByMoodle) {
    const Form report = {{"reportid", "1"}};
    const auto tagged = [&] {
        return ask("core_reportbuilder_retrieve_report", report)["details"].HasMember("tags");
    };
    EXPECT_TRUE(tagged());
    set(R"({"moodle":"4.4"})");
    EXPECT_FALSE(tagged());
    sim_->control("tokens", R"({"token":"less","without":["moodle/user:viewdetails"]})");
    const auto people = [] {
        return ask("core_enrol_get_enrolled_users", {{"courseid", "5"}}, "less");
    };
    const size_t seen = people().Size();
    set(R"({"moodle":"5.0"})");
    const Document all = people();
    EXPECT_GT(all.Size(), seen);
    size_t stubs = 0;
    for (const Value& one : all.GetArray()) stubs += one.MemberCount() == 2;
    EXPECT_EQ(stubs, all.Size() - seen);
}

TEST_F(Settings, CallersAreCountedByFunctionAndToken) {
    sim_->control("latency", R"({"latency_ms":150})");
    std::vector<std::thread> callers;
    for (int i = 0; i < 5; i++) {
        callers.emplace_back([] { sim_->call("core_course_get_categories", {}); });
    }
    for (int i = 0; i < 3; i++) {
        callers.emplace_back([] { sim_->call("core_course_get_courses", {}, "simteacher"); });
    }
    for (std::thread& caller : callers) caller.join();
    sim_->control("latency", R"({"latency_ms":0})");
    sim_->call("core_course_get_categories", {});
    const Document counted = stats();
    const Value& categories = counted["functions"]["core_course_get_categories"];
    EXPECT_EQ(categories["requests"].GetInt(), 6);
    EXPECT_EQ(categories["max_concurrent"].GetInt(), 5);
    EXPECT_EQ(categories["in_flight"].GetInt(), 0);
    EXPECT_EQ(counted["functions"]["core_course_get_courses"]["max_concurrent"].GetInt(), 3);
    std::multiset<int> by_token;
    for (const auto& token : counted["tokens"].GetObject()) {
        EXPECT_EQ(std::string(token.name.GetString()).find("sim"), std::string::npos);
        by_token.insert(token.value["max_concurrent"].GetInt());
    }
    EXPECT_EQ(by_token, (std::multiset<int>{3, 5}));
    EXPECT_GE(counted["busiest_second"].GetInt(), 8);
    sim_->control("reset", "{}");
    EXPECT_EQ(stats()["functions"].MemberCount(), 0u);
    EXPECT_EQ(stats()["busiest_second"].GetInt(), 0);
}

}  // namespace
}  // namespace sim_test
