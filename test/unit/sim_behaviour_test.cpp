// The simulated Moodle's own promises: Moodle's quirks, the faults that a test can script, and the
// counts that tests rely on.
#include <rapidjson/document.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>
#include <thread>

#include "../sim/sim_process.h"

namespace sim_test {
namespace {

using rapidjson::Document;
using Clock = std::chrono::steady_clock;

Document parsed(const Answer& answer) {
    Document body;
    body.Parse(answer.body.c_str());
    EXPECT_FALSE(body.HasParseError()) << answer.body.substr(0, 200);
    return body;
}

std::string errorcode(const Answer& answer) {
    const Document body = parsed(answer);
    return body.IsObject() && body.HasMember("errorcode") ? body["errorcode"].GetString() : "";
}

class Behaviour : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        sim_ = new Sim({"--users", "500", "--courses", "30", "--per-course", "40"});
    }
    static void TearDownTestSuite() { delete sim_; }
    void TearDown() override {
        sim_->clear_faults();
        sim_->control("reset", "{}");
        sim_->control("set", R"({"reset":1})");
        sim_->control("latency", R"({"latency_ms":0,"per_row_us":0,"workers":0})");
    }

    static std::set<int64_t> found(const std::string& key, const std::string& value,
                                   const std::string& token = "simadmin") {
        const Answer answer =
            sim_->call("core_user_get_users",
                       {{"criteria[0][key]", key}, {"criteria[0][value]", value}}, token);
        std::set<int64_t> ids;
        const Document body = parsed(answer);
        for (const auto& user : body["users"].GetArray()) ids.insert(user["id"].GetInt64());
        return ids;
    }
    static Answer everyone() {
        return sim_->call("core_user_get_users",
                          {{"criteria[0][key]", "email"}, {"criteria[0][value]", "%%"}});
    }
    static void fault(const std::string& json) {
        const Answer answer = sim_->control("faults", "[" + json + "]");
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    static int64_t stat(const char* name) { return parsed(sim_->look("stats"))[name].GetInt64(); }
    static std::vector<int64_t> listed(const Form& options) {
        Form form = {{"courseid", "4"}};
        for (size_t i = 0; i < options.size(); i++) {
            const std::string option = "options[" + std::to_string(i) + "]";
            form.emplace_back(option + "[name]", options[i].first);
            form.emplace_back(option + "[value]", options[i].second);
        }
        std::vector<int64_t> ids;
        const Document body = parsed(sim_->call("core_enrol_get_enrolled_users", form));
        for (const auto& user : body.GetArray()) ids.push_back(user["id"].GetInt64());
        return ids;
    }

    static const Sim* sim_;
};
const Sim* Behaviour::sim_ = nullptr;

// ---- Moodle's ways

TEST_F(Behaviour, CriteriaMatchLoosely) {
    EXPECT_EQ(found("email", "USER000014@example.edu"), found("email", "user000014@EXAMPLE.edu"));
    EXPECT_EQ(found("email", "user00001_@example.edu").size(), 9u);  // 13 has no email
    EXPECT_EQ(found("email", "user000014@example.edu  ").size(), 1u);
    EXPECT_EQ(found("id", "114,115"), (std::set<int64_t>{114}));
    EXPECT_EQ(found("id", "114.7"), (std::set<int64_t>{114}));
    EXPECT_TRUE(found("id", "everyone").empty());
    EXPECT_EQ(found("lastname", "müller"), found("lastname", "MÜLLER"));
    EXPECT_FALSE(found("lastname", "müller").empty());
    EXPECT_EQ(found("lastname", "100\\%"), found("lastname", "100_"));
    EXPECT_EQ(found("lastname", "%<Test>%"), found("lastname", "%%"));
    EXPECT_EQ(found("firstname", "back\\\\slash"), found("firstname", "Back%slash"));
    EXPECT_FALSE(found("firstname", "back\\\\slash").empty());
    EXPECT_EQ(found("username", "USER000014"), (std::set<int64_t>{14}));
    EXPECT_TRUE(found("username", "user%").empty());
}

TEST_F(Behaviour, WhoLacksTheSearchedValueIsLost) {
    EXPECT_EQ(errorcode(sim_->call("core_user_get_users", {{"criteria[0][key]", "no-letters"},
                                                           {"criteria[0][value]", ""}})),
              "invalidparameter");
    const auto everyone = found("nosuchkey", "");
    const auto by_email = found("email", "%%");
    EXPECT_TRUE(everyone.contains(13));
    EXPECT_FALSE(by_email.contains(13));                      // has no email
    EXPECT_FALSE(everyone.contains(50));                      // deleted
    EXPECT_TRUE(found("email", "%%", "simnoident").empty());  // sees nobody's
    EXPECT_EQ(found("nosuchkey", "", "simnoident"), everyone);
}

TEST_F(Behaviour, LookupsFindTheDeletedAndCollapse) {
    const auto lookup = [](const std::string& field, const std::vector<std::string>& values) {
        Form form = {{"field", field}};
        for (size_t i = 0; i < values.size(); i++) {
            form.emplace_back("values[" + std::to_string(i) + "]", values[i]);
        }
        return sim_->call("core_user_get_users_by_field", form);
    };
    const Document deleted = parsed(lookup("id", {"151", "14", "14"}));
    ASSERT_EQ(deleted.Size(), 2u);  // in the order of the ids, each once
    EXPECT_EQ(deleted[0]["id"].GetInt(), 14);
    EXPECT_EQ(std::string(deleted[1]["email"].GetString()).size(), 32u);
    EXPECT_EQ(parsed(lookup("email", {"User000014@example.edu"})).Size(), 1u);
    EXPECT_EQ(parsed(lookup("email", {"user000014@example.edu"})).Size(), 0u);
    EXPECT_EQ(errorcode(lookup("username", {"USER000014"})), "invalidparameter");
}

TEST_F(Behaviour, ArgumentsPastMaxInputVarsAreDropped) {
    Form form = {{"field", "id"}};
    for (int i = 0; i < 1000; i++) {
        form.emplace_back("values[" + std::to_string(i) + "]", std::to_string(100'000 + i));
    }
    form.emplace_back("values[1000]", "14");
    EXPECT_EQ(parsed(sim_->call("core_user_get_users_by_field", form)).Size(), 0u);
    EXPECT_EQ(stat("dropped_arguments"), 5);  // of 1005: token, function, format, field and ids
}

TEST_F(Behaviour, ListingsPageSortAndFilter) {
    const auto all = listed({});
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    auto pages = listed({{"limitnumber", "7"}});
    const auto second = listed({{"limitfrom", "7"}, {"limitnumber", "1000"}});
    pages.insert(pages.end(), second.begin(), second.end());
    EXPECT_EQ(pages, all);
    EXPECT_EQ(listed({{"limitnumber", "-1"}}), all);
    auto backwards = listed({{"sortdirection", "DESC"}});
    std::reverse(backwards.begin(), backwards.end());
    EXPECT_EQ(backwards, all);
    EXPECT_EQ(listed({{"onlyactive", "1"}}).size() + listed({{"onlysuspended", "1"}}).size(),
              all.size());
    EXPECT_LT(listed({{"groupid", "41"}}).size(), all.size());
    EXPECT_TRUE(listed({{"limitfrom", "1000"}}).empty());
}

TEST_F(Behaviour, WeakTokensLoseInSilence) {
    EXPECT_LT(found("email", "%%", "simteacher").size(), found("email", "%%").size());
    const Answer courses = sim_->call("core_course_get_courses", {}, "simteacher");
    EXPECT_EQ(errorcode(courses), "errorcoursecontextnotvalid");
    EXPECT_EQ(errorcode(sim_->call("gradereport_user_get_grade_items", {{"courseid", "4"}},
                                   "simstudent")),
              "nopermissions");
    EXPECT_EQ(parsed(sim_->call("core_enrol_get_enrolled_users", {{"courseid", "4"}}, "simstudent"))
                  .Size(),
              0u);
    const Document people = parsed(
        sim_->call("core_user_get_users",
                   {{"criteria[0][key]", "id"}, {"criteria[0][value]", "16"}}, "simnoident"));
    EXPECT_FALSE(people["users"][0].HasMember("email"));
    EXPECT_FALSE(people["users"][0].HasMember("username"));
}

TEST_F(Behaviour, GradesListTheGradedOnlyAndAnybodyWhenAsked) {
    const auto users = [](const Form& form) {
        return parsed(sim_->call("gradereport_user_get_grade_items", form))["usergrades"].Size();
    };
    EXPECT_EQ(users({{"courseid", "9"}}), 0u);  // nobody takes part
    EXPECT_EQ(users({{"courseid", "1"}, {"userid", "4"}}), 0u);
    EXPECT_EQ(users({{"courseid", "9"}, {"userid", "4"}}), 1u);  // though not enrolled
    EXPECT_GT(users({{"courseid", "4"}}), users({{"courseid", "4"}, {"groupid", "41"}}));
    EXPECT_EQ(errorcode(sim_->call("gradereport_user_get_grade_items",
                                   {{"courseid", "4"}, {"userid", "50"}})),
              "userdeleted");
}

TEST_F(Behaviour, TheSameSeedIsTheSameSite) {
    const Sim again({"--users", "500", "--courses", "30", "--per-course", "40"});
    const Sim other({"--users", "500", "--courses", "30", "--per-course", "40", "--seed", "2"});
    const Form form = {{"criteria[0][key]", "email"}, {"criteria[0][value]", "%%"}};
    EXPECT_EQ(again.call("core_user_get_users", form).body, everyone().body);
    EXPECT_NE(other.call("core_user_get_users", form).body, everyone().body);
}

TEST_F(Behaviour, ChangesStayUntilTheyAreTakenBack) {
    const std::string before = everyone().body;
    EXPECT_EQ(sim_->control("set", R"({"bump_user":14,"delete_user":15,"add_users":2})").status,
              200);
    EXPECT_EQ(found("email", "%%").count(15), 0u);
    EXPECT_EQ(found("id", "502").size(), 1u);
    EXPECT_NE(everyone().body, before);
    EXPECT_EQ(sim_->control("set", R"({"reset":1})").status, 200);
    EXPECT_EQ(everyone().body, before);
    EXPECT_EQ(sim_->control("set", R"({"no_such_change":1})").status, 400);
}

TEST_F(Behaviour, CoursesPlacesAndItemsComeAndGo) {
    const auto change = [](const std::string& what) {
        EXPECT_EQ(sim_->control("mutate", what).status, 200) << what;
    };
    const auto body_of = [](const char* function, const Form& form) {
        return sim_->call(function, form).body;
    };
    const Form report = {{"courseid", "4"}, {"userid", "0"}};
    const std::vector<int64_t> people = listed({});
    const std::string user = std::to_string(people.back());
    const std::string place = R"({"unenrol":4,"user":)" + user + "}";
    change(place);
    EXPECT_EQ(listed({}).size(), people.size() - 1);
    change(R"({"enrol":4,"role":3,"user":)" + user + "}");
    EXPECT_EQ(listed({}), people);
    const size_t active = listed({{"onlyactive", "1"}}).size();
    change(R"({"suspend":4,"user":)" + user + "}");
    EXPECT_NE(listed({{"onlyactive", "1"}}).size(), active);

    const std::string grades = body_of("gradereport_user_get_grade_items", report);
    EXPECT_NE(grades.find("\"id\":4002,"), std::string::npos);
    change(R"({"bump_item":4001,"delete_item":4002})");
    const std::string changed = body_of("gradereport_user_get_grade_items", report);
    EXPECT_NE(changed.find("Assignment 1 (1)"), std::string::npos);
    EXPECT_EQ(changed.find("\"id\":4002,"), std::string::npos);

    const std::string course = body_of("core_course_get_courses_by_field", {});
    change(R"({"delete_course":4})");
    EXPECT_EQ(body_of("core_course_get_courses_by_field", {}).find("\"id\":4,"), std::string::npos);
    EXPECT_EQ(errorcode(sim_->call("core_enrol_get_enrolled_users", {{"courseid", "4"}})),
              "invalidrecord");
    change(R"({"restore_course":4})");
    EXPECT_EQ(body_of("core_course_get_courses_by_field", {}), course);

    const std::string before = everyone().body;
    change(R"({"touch_user":14})");
    EXPECT_NE(everyone().body, before);
    EXPECT_EQ(sim_->control("mutate", R"({"enrol":4,"user":20})").status, 400);
}

// ---- what a test can script

// The head and all that comes until the end, or nothing at all; false = ended by RST.
bool raw_answer(int port, std::string& bytes) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const std::string form =
        "wstoken=simadmin&wsfunction=core_course_get_courses&moodlewsrestformat=json";
    const std::string request =
        "POST /webservice/rest/server.php HTTP/1.1\r\nHost: moodle\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
        std::to_string(form.size()) + "\r\n\r\n" + form;
    EXPECT_EQ(send(fd, request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
    char chunk[65536];
    ssize_t count = 0;
    while ((count = recv(fd, chunk, sizeof chunk, 0)) > 0) {
        bytes.append(chunk, static_cast<size_t>(count));
    }
    const bool reset = count < 0 && errno == ECONNRESET;
    close(fd);
    return !reset;
}

TEST_F(Behaviour, CutsAndResetsAreThoseOfTheSocket) {
    std::string bytes;
    EXPECT_TRUE(raw_answer(sim_->port(), bytes));
    EXPECT_TRUE(bytes.ends_with("\r\n0\r\n\r\n"));
    const auto broken = [&](const std::string& json) {
        fault(json);
        bytes.clear();
        return raw_answer(sim_->port(), bytes);
    };
    EXPECT_TRUE(broken(R"({"kind":"cut_body","after_bytes":500})"));
    EXPECT_FALSE(bytes.ends_with("0\r\n\r\n"));
    EXPECT_GT(bytes.size(), 500u);
    EXPECT_TRUE(broken(R"({"kind":"cut_body","after_bytes":500,"with_length":true})"));
    EXPECT_NE(bytes.find("Content-Length: "), std::string::npos);
    EXPECT_EQ(bytes.size() - bytes.find("\r\n\r\n") - 4, 500u);
    EXPECT_FALSE(broken(R"({"kind":"reset"})"));
    EXPECT_TRUE(bytes.empty());
    EXPECT_FALSE(broken(R"({"kind":"reset_body","after_bytes":500})"));
    EXPECT_TRUE(broken(R"({"kind":"bad_chunk","after_bytes":500})"));
    EXPECT_NE(bytes.find("zzz\r\n"), std::string::npos);
    EXPECT_TRUE(broken(R"({"kind":"cut_header"})"));
    EXPECT_EQ(bytes.find("\r\n\r\n"), std::string::npos);
}

TEST_F(Behaviour, BodiesAreChangedInOnePlace) {
    const std::string right = everyone().body;
    const auto wrong = [](const std::string& json) {
        fault(json);
        return everyone();
    };
    EXPECT_NE(wrong(R"({"kind":"invalid_utf8","after_bytes":100})").body.find("\xc3\x28\xff"),
              std::string::npos);
    EXPECT_NE(wrong(R"({"kind":"null_bytes"})").body.find('\0'), std::string::npos);
    EXPECT_NE(wrong(R"({"kind":"lone_surrogate"})").body.find("\"\\ud83e"), std::string::npos);
    const Document twice = parsed(wrong(R"({"kind":"duplicate_keys"})"));
    EXPECT_EQ(twice["users"][0].MemberCount(),
              parsed({true, 200, "", right})["users"][0].MemberCount() + 1);
    EXPECT_TRUE(parsed(wrong(R"({"kind":"wrong_types"})"))["users"][0]["id"].IsObject());
    EXPECT_GT(wrong(R"({"kind":"deep_nesting","depth":5000})").body.size(), right.size() + 10'000);
    EXPECT_EQ(wrong(R"({"kind":"huge_body","bytes":1000000})").body.size(),
              right.size() + 1'000'000);
    EXPECT_EQ(parsed(wrong(R"({"kind":"huge_value","bytes":1000000})"))["users"].Size(),
              parsed({true, 200, "", right})["users"].Size());
    EXPECT_TRUE(wrong(R"({"kind":"trailing_garbage"})").body.starts_with(right));
    EXPECT_EQ(wrong(R"({"kind":"wrong_content_type"})").content_type, "text/html; charset=utf-8");
    EXPECT_EQ(everyone().body, right);
}

TEST_F(Behaviour, FaultsConcernWhomTheyName) {
    fault(R"({"kind":"http_status","status":503,"retry_after":"7","times":2,
              "function":"core_enrol_get_enrolled_users","match":{"courseid":"7"}})");
    const auto ask = [](const char* course) {
        return sim_->call("core_enrol_get_enrolled_users", {{"courseid", course}}).status;
    };
    EXPECT_EQ(ask("6"), 200);
    EXPECT_EQ(ask("7"), 503);
    EXPECT_EQ(ask("7"), 503);
    EXPECT_EQ(ask("7"), 200);
    fault(R"({"kind":"http_status","status":429,"every":3,"skip":1,"times":-1})");
    std::vector<int> statuses;
    for (int i = 0; i < 7; i++) statuses.push_back(ask("6"));
    EXPECT_EQ(statuses, (std::vector<int>{200, 200, 200, 429, 200, 200, 429}));
    EXPECT_EQ(sim_->control("faults", R"([{"kind":"no such"}])").status, 400);
    EXPECT_EQ(sim_->control("faults", R"([{"kind":"reset","tmies":1}])").status, 400);
}

TEST_F(Behaviour, LargeCoursesFailAsPhpDoes) {
    fault(R"({"kind":"memory_limit","limit":5,"times":-1})");
    const Answer whole = sim_->call("gradereport_user_get_grade_items", {{"courseid", "4"}});
    EXPECT_EQ(whole.status, 500);
    EXPECT_TRUE(whole.body.empty());
    EXPECT_EQ(sim_->call("gradereport_user_get_grade_items", {{"courseid", "4"}, {"userid", "14"}})
                  .status,
              200);
}

TEST_F(Behaviour, AnExpiredTokenSaysSoOnce) {
    fault(R"({"kind":"expired_token"})");
    EXPECT_EQ(errorcode(sim_->call("core_course_get_categories", {})), "accessexception");
    EXPECT_EQ(errorcode(sim_->call("core_course_get_categories", {})), "invalidtoken");
    sim_->clear_faults();
    EXPECT_EQ(errorcode(sim_->call("core_course_get_categories", {})), "");
}

TEST_F(Behaviour, StallsEndWithTheClientOrTheFault) {
    fault(R"({"kind":"stall_before","times":-1})");
    const auto start = Clock::now();
    {
        httplib::Client client = sim_->client();
        client.set_read_timeout(0, 200'000);
        EXPECT_FALSE(client.Post("/webservice/rest/server.php", "wstoken=simadmin",
                                 "application/x-www-form-urlencoded"));
    }
    for (int i = 0; i < 100 && stat("in_flight") > 0; i++) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_EQ(stat("in_flight"), 0);
    std::thread other([] { sim_->call("core_course_get_categories", {}); });
    while (stat("in_flight") == 0) std::this_thread::yield();
    sim_->clear_faults();
    other.join();
    EXPECT_LT(Clock::now() - start, std::chrono::seconds(5));
}

TEST_F(Behaviour, CountsWhatWasAskedAndHowMuchAtOnce) {
    sim_->control("latency", R"({"latency_ms":150})");
    std::vector<std::thread> callers;
    for (int i = 0; i < 20; i++) {
        callers.emplace_back([] { sim_->call("core_course_get_categories", {}); });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(stat("requests"), 20);
    EXPECT_EQ(stat("max_concurrent"), 20);
    EXPECT_EQ(stat("connections"), 20);
    EXPECT_EQ(stat("in_flight"), 0);
    const Answer seen = sim_->look("requests");
    EXPECT_EQ(parsed(seen).Size(), 20u);
    EXPECT_EQ(seen.body.find("simadmin"), std::string::npos);
    const auto in_url = sim_->client().Get(
        "/webservice/rest/server.php?wstoken=simadmin&wsfunction=core_course_get_categories");
    ASSERT_TRUE(in_url);
    EXPECT_EQ(stat("tokens_in_url"), 1);
}

TEST_F(Behaviour, WorkersAreAsManyAsTheyAre) {
    sim_->control("latency", R"({"latency_ms":100,"workers":2})");
    const auto start = Clock::now();
    std::vector<std::thread> callers;
    for (int i = 0; i < 6; i++) {
        callers.emplace_back([] { sim_->call("core_course_get_categories", {}); });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_GE(Clock::now() - start, std::chrono::milliseconds(299));
}

}  // namespace
}  // namespace sim_test
