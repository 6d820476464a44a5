// The simulated Moodle against the real one: what it serves has the names and types of the
// catalogue and the keys of the recordings, its errors are the recorded ones, and its replay is
// what was recorded, byte for byte.
#include <rapidjson/document.h>

#include <algorithm>
#include <map>
#include <set>

#include "recordings.h"
#include "sim_cases.h"
#include "sim_shapes.h"
#include "../sim/sim_process.h"

namespace sim_test {
namespace {

namespace recordings = moodle_fdw::recordings;
using rapidjson::Value;

class Contract : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        sim_ = new Sim({"--users", "300", "--courses", "40", "--items", "9"});
    }
    static void TearDownTestSuite() { delete sim_; }
    static const Sim& sim() { return *sim_; }

  private:
    static const Sim* sim_;
};
const Sim* Contract::sim_ = nullptr;

bool is_error(const Value& body) {
    return body.IsObject() && body.HasMember("exception");
}

TEST_F(Contract, KeysAndTypesAreTheRealOnes) {
    for (const Case& one : cases()) {
        SCOPED_TRACE(one.function);
        const Value* returns = catalogue_returns(one.function);
        ASSERT_NE(returns, nullptr);
        Shape served;
        for (const std::string& token : one.tokens) {
            for (const Form& form : one.asked) {
                const Answer answer = sim().call(one.function, form, token);
                ASSERT_EQ(answer.status, 200);
                rapidjson::Document body;
                body.Parse(answer.body.c_str());
                ASSERT_FALSE(body.HasParseError()) << answer.body.substr(0, 300);
                if (is_error(body)) continue;
                walk(body, "", served);
                hold_to(*returns, body, "");
                if (HasFailure()) return;
            }
        }
        ASSERT_FALSE(served.empty()) << "nothing but errors";
        compare_keys(served, recorded_shape(one.function), one.unrecorded);
    }
}

TEST_F(Contract, GroupMembersAreAsInTheCatalogue) {
    const Answer answer = sim().call("core_group_get_group_members", {{"groupids[0]", "41"}});
    rapidjson::Document body;
    body.Parse(answer.body.c_str());
    hold_to(*catalogue_returns("core_group_get_group_members"), body, "");
    ASSERT_TRUE(body.IsArray());
    EXPECT_GT(body[0]["userids"].Size(), 0u);
}

std::set<std::string> names_in(const Value& list) {
    std::set<std::string> names;
    for (const Value& one : list.GetArray()) names.insert(one.GetString());
    return names;
}

TEST_F(Contract, EveryServedFunctionIsHeldToTheContract) {
    std::set<std::string> held = {"core_group_get_group_members"};
    for (const Case& one : cases()) held.insert(one.function);
    rapidjson::Document kinds;
    kinds.Parse(sim().look("functions").body.c_str());
    EXPECT_EQ(names_in(kinds["own"]), held);
    std::set<std::string> all = names_in(kinds["typed"]), reading, said;
    all.insert(held.begin(), held.end());
    for (const Value& one : catalogue()["functions"].GetArray()) {
        if (std::string(one["type"].GetString()) == "read") reading.insert(one["name"].GetString());
    }
    EXPECT_EQ(all, reading);
    EXPECT_EQ(reading.size(), 385u);
    rapidjson::Document info;
    info.Parse(sim().call("core_webservice_get_site_info", {}).body.c_str());
    for (const Value& one : info["functions"].GetArray()) said.insert(one["name"].GetString());
    EXPECT_EQ(said, reading);
}

// ---- what is made up from return trees

// How often each case of a tree was met.
struct Met {
    std::map<std::string, int> values;  // by PARAM_…
    int nulls = 0, missing = 0, rows = 0, empty_lists = 0;
};

void count(const Value& wanted, const Value& served, Met& met) {
    const std::string kind = wanted["kind"].GetString();
    if (kind == "list") {
        met.rows += static_cast<int>(served.Size());
        met.empty_lists += served.Empty();
        for (const Value& item : served.GetArray()) count(wanted["items"], item, met);
    } else if (kind == "object" && served.IsObject()) {
        for (const auto& key : wanted["keys"].GetObject()) {
            const auto found = served.FindMember(key.name);
            met.missing += found == served.MemberEnd();
            if (found != served.MemberEnd()) count(key.value, found->value, met);
        }
    } else if (kind == "value") {
        met.nulls += served.IsNull();
        if (!served.IsNull()) met.values[wanted["type"].GetString()]++;
    }
}

class Typed : public Contract {
  protected:
    static std::set<std::string> functions() {
        rapidjson::Document kinds;
        kinds.Parse(sim().look("functions").body.c_str());
        return names_in(kinds["typed"]);
    }
    static Form arguments(const std::string& function, int way, bool optional) {
        Form form;
        fill((*catalogue_entry(function))["parameters"], "", way, optional, form);
        return form;
    }
    static std::string errorcode(const std::string& function, const Form& form) {
        rapidjson::Document body;
        const Answer answer = sim().call(function, form);
        EXPECT_EQ(answer.status, 200);
        body.Parse(answer.body.c_str());
        return is_error(body) ? body["errorcode"].GetString() : "";
    }
};

TEST_F(Typed, AnswersHaveTheNamesAndTypesOfTheCatalogue) {
    Met met;
    for (const std::string& function : functions()) {
        SCOPED_TRACE(function);
        for (int way = 1; way <= 4; way++) {
            const Form form = arguments(function, way, way % 2 == 0);
            const Answer answer = sim().call(function, form);
            ASSERT_EQ(answer.status, 200);
            EXPECT_EQ(sim().call(function, form).body, answer.body);
            rapidjson::Document body;
            body.Parse<rapidjson::kParseFullPrecisionFlag>(answer.body.c_str());
            ASSERT_FALSE(body.HasParseError()) << answer.body.substr(0, 300);
            ASSERT_FALSE(is_error(body)) << answer.body;
            hold_to(*catalogue_returns(function), body, "");
            if (HasFailure()) return;
            count(*catalogue_returns(function), body, met);
        }
    }
    for (const char* type : {"int", "float", "bool", "text", "raw", "url"}) {
        EXPECT_GT(met.values[type], 100) << type;
    }
    EXPECT_GT(met.nulls, 100);
    EXPECT_GT(met.missing, 100);
    EXPECT_GT(met.empty_lists, 100);
    EXPECT_GT(met.rows, 1000);
}

TEST_F(Typed, ArgumentsAreCheckedAsMoodleChecksThem) {
    int missing = 0, wrong = 0;
    for (const std::string& function : functions()) {
        SCOPED_TRACE(function);
        const Form right = arguments(function, 1, true);
        Form unknown = right;
        unknown.emplace_back("nosuchargument", "1");
        EXPECT_EQ(errorcode(function, unknown), "invalidparameter");
        for (const auto& key : (*catalogue_entry(function))["parameters"]["keys"].GetObject()) {
            const std::string name = key.name.GetString();
            const bool is_value = std::string(key.value["kind"].GetString()) == "value";
            Form without, scalar;
            for (const auto& [given, value] : right) {
                if (given == name || given.starts_with(name + "[")) continue;
                without.emplace_back(given, value);
            }
            if (std::string(key.value["required"].GetString()) == "required") {
                EXPECT_EQ(errorcode(function, without), "invalidparameter") << name;
                missing++;
            }
            // A list where a value belongs, and the other way round.
            without.emplace_back(is_value ? name + "[0]" : name, "1");
            EXPECT_EQ(errorcode(function, without), "invalidparameter") << name;
            wrong++;
        }
    }
    EXPECT_GT(missing, 200);
    EXPECT_GT(wrong, 500);
}

// The values of `key` anywhere in an answer.
void collect(const Value& value, const std::string& key, std::vector<int64_t>& found) {
    if (value.IsArray()) {
        for (const Value& item : value.GetArray()) collect(item, key, found);
    } else if (value.IsObject()) {
        for (const auto& member : value.GetObject()) {
            if (key == member.name.GetString() && member.value.IsInt64()) {
                found.push_back(member.value.GetInt64());
            }
            collect(member.value, key, found);
        }
    }
}

TEST_F(Typed, ARecordSaysWhatItWasAskedFor) {
    std::vector<int64_t> courses;
    for (const std::string& function : functions()) {
        const Value& keys = (*catalogue_entry(function))["parameters"]["keys"];
        if (!keys.HasMember("courseid")) continue;
        rapidjson::Document body;
        body.Parse(sim().call(function, arguments(function, 17, true)).body.c_str());
        collect(body, "courseid", courses);
    }
    EXPECT_EQ(errorcode("core_group_get_course_groupings", {{"courseid", "9999"}}),
              "invalidrecord");
    EXPECT_GT(courses.size(), 10u);
    EXPECT_EQ(std::set<int64_t>(courses.begin(), courses.end()), std::set<int64_t>{17});
}

TEST_F(Typed, AnswersChangeWithSeedAndArguments) {
    const char* function = "mod_glossary_get_entries_by_letter";
    const auto body = [&](const Sim& sim, const char* from) {
        return sim.call(function, {{"id", "7"}, {"letter", "ALL"}, {"from", from}}).body;
    };
    const Sim same({"--users", "300", "--courses", "40"}), other({"--seed", "2"});
    EXPECT_EQ(body(same, "0"), body(sim(), "0"));
    EXPECT_NE(body(other, "0"), body(sim(), "0"));
    EXPECT_NE(body(sim(), "1"), body(sim(), "0"));
    EXPECT_EQ(errorcode("core_user_create_users", {}), "accessexception");
}

// ---- recorded requests

struct Request {
    recordings::Recording recording;
    std::string variant;
    Form form;
};

// The decoded form of NAME.req.txt; nothing of what was sent in another way.
Form recorded_form(const std::string& name) {
    const auto path = recordings::data_directory() / "recordings" /
                      (name.substr(0, name.find(".json")) + ".req.txt");
    const std::string text = recordings::read_file(path);
    Form form;
    const size_t decoded = text.find("\n# decoded body:\n");
    if (decoded == std::string::npos || !text.starts_with("POST ")) return form;
    size_t at = decoded + 17;
    while (text.compare(at, 4, "#   ") == 0) {
        const size_t end = text.find('\n', at);
        const std::string line = text.substr(at + 4, end - at - 4);
        const size_t equals = line.find(" = ");
        if (equals == std::string::npos) return {};
        form.emplace_back(line.substr(0, equals), line.substr(equals + 3));
        at = end + 1;
    }
    return form;
}

std::vector<Request> recorded_requests() {
    std::vector<Request> requests;
    for (recordings::Recording& one : recordings::read_all()) {
        if (!one.name.ends_with(".json")) continue;
        Request request;
        request.form = recorded_form(one.name);
        const size_t bar = one.name.find("__");
        request.variant = one.name.substr(bar + 2, one.name.size() - bar - 7);
        request.recording = std::move(one);
        // What came without a token or a function cannot be told from others by its arguments.
        const auto has = [&](const char* name) {
            return std::any_of(request.form.begin(), request.form.end(),
                               [&](const auto& one) { return one.first == name; });
        };
        if (has("wstoken") && has("wsfunction")) requests.push_back(std::move(request));
    }
    return requests;
}

Form with_token(Form form, const std::string& token) {
    for (auto& [name, value] : form) {
        if (name == "wstoken") value = token;
    }
    return form;
}

// Whatever a site holds, these requests end like this.
TEST_F(Contract, ErrorsAreTheRecordedOnes) {
    const std::set<std::string> served = [] {
        std::set<std::string> names;
        for (const Case& one : cases()) names.insert(one.function);
        return names;
    }();
    const std::set<std::string> of_any_site = {"invalidparameter", "keyalreadyset", "codingerror",
                                               "criteriaerror"};
    int compared = 0;
    for (const Request& request : recorded_requests()) {
        rapidjson::Document body;
        body.Parse(request.recording.body.c_str());
        if (!served.contains(request.recording.function) || !is_error(body)) continue;
        if (!of_any_site.contains(body["errorcode"].GetString())) continue;
        if (body.HasMember("debuginfo")) continue;            // the site's debug mode
        if (request.variant == "err_invalid_utf8") continue;  // its bytes do not stand in the file
        const Answer answer = sim().send(with_token(request.form, "simadmin"));
        EXPECT_EQ(answer.body, request.recording.body) << request.recording.name;
        compared++;
    }
    EXPECT_GT(compared, 15);
}

std::string recorded_body(const std::string& name) {
    return recordings::read_file(recordings::data_directory() / "recordings" / name);
}

TEST_F(Contract, TokensAreRefusedAsRecorded) {
    const char* info = "core_webservice_get_site_info";
    const auto body = [&](const std::string& token) { return sim().call(info, {}, token).body; };
    EXPECT_EQ(body("nonsense"),
              recorded_body("core_webservice_get_site_info__err_invalid_token.json"));
    EXPECT_EQ(body("simsuspended"),
              recorded_body("core_webservice_get_site_info__err_suspended_user.json"));
    EXPECT_EQ(body("simexpired"),
              recorded_body("core_webservice_get_site_info__err_expired_token.json"));
    EXPECT_EQ(body("simexpired"),
              recorded_body("core_webservice_get_site_info__err_invalid_token.json"));
    EXPECT_EQ(sim().call("nosuch_function", {}).body,
              recorded_body("nosuch_function__err_missing_function.json"));
    EXPECT_EQ(sim().call("core_role_get_all_roles", {}).body,
              recorded_body("core_role_get_all_roles__not_existing.json"));
    EXPECT_EQ(sim().call("nosuch_function", {}, "simadmin", "").body,
              recorded_body("nosuch__fmt_xml_error.xml"));
}

TEST_F(Contract, BadUtf8IsRefusedAsRecorded) {
    const Answer answer = sim().call("core_user_get_users", {{"criteria[0][key]", "lastname"},
                                                             {"criteria[0][value]", "\xff\xfe"}});
    EXPECT_EQ(answer.body, recorded_body("core_user_get_users__err_invalid_utf8.json"));
}

TEST(Replay, GivesWhatWasRecorded) {
    const Sim sim({"--replay", (recordings::data_directory() / "recordings").string()});
    int compared = 0;
    for (const Request& request : recorded_requests()) {
        const Answer answer = sim.send(with_token(request.form, "replay-" + request.variant));
        EXPECT_EQ(answer.status, request.recording.status) << request.recording.name;
        EXPECT_TRUE(answer.body == request.recording.body) << request.recording.name;
        compared++;
    }
    EXPECT_GT(compared, 350);
}

TEST(Replay, ChoosesByTokenAndIsLoudAboutWhatItLacks) {
    const Sim sim({"--replay", (recordings::data_directory() / "recordings").string()});
    const Form listing = {{"courseid", "14"}};
    const auto ask = [&](const std::string& token) {
        return sim.call("core_enrol_get_enrolled_users", listing, token);
    };
    const std::string name = "core_enrol_get_enrolled_users__";
    EXPECT_EQ(ask("any token").body, recorded_body(name + "course14.json"));
    EXPECT_EQ(ask("replay-perm_teacher").body, recorded_body(name + "perm_teacher_c14.json"));
    EXPECT_EQ(ask("replay-perm_student").body, recorded_body(name + "perm_student_c14.json"));
    EXPECT_EQ(ask("replay-maintenance_cli").status, 503);
    EXPECT_EQ(ask("replay-phpfpm_down").status, 502);
    EXPECT_EQ(ask("replay-webservices_disabled").status, 403);
    EXPECT_NE(ask("replay-db_down").body.find("dbconnectionfailed"), std::string::npos);
    // What is asked around the request that a variant is meant for.
    EXPECT_EQ(ask("replay-no_such_variant").body, recorded_body(name + "course14.json"));
    EXPECT_EQ(sim.call("local_wsgetroles_get_roles", {}).body,
              recorded_body("nosuch_function__err_missing_function.json"));
    const Answer unknown = sim.call("core_enrol_get_enrolled_users", {{"courseid", "15151"}});
    EXPECT_EQ(unknown.status, 501);
    EXPECT_NE(unknown.body.find("courseid=15151"), std::string::npos);
    EXPECT_EQ(unknown.body.find("simadmin"), std::string::npos);
}

TEST(Replay, DerivesPartsOfRecordedListings) {
    const Sim sim({"--replay", (recordings::data_directory() / "recordings").string()});
    const auto listing = [&](const std::string& course, const Form& options) {
        Form form = {{"courseid", course}};
        for (size_t i = 0; i < options.size(); i++) {
            const std::string option = "options[" + std::to_string(i) + "]";
            form.emplace_back(option + "[name]", options[i].first);
            form.emplace_back(option + "[value]", options[i].second);
        }
        rapidjson::Document body;
        body.Parse(sim.call("core_enrol_get_enrolled_users", form).body.c_str());
        return body;
    };
    const auto page = listing(
        "14",
        {{"sortby", "id"}, {"limitfrom", "60"}, {"limitnumber", "10"}, {"userfields", "email"}});
    ASSERT_TRUE(page.IsArray());
    EXPECT_EQ(page.Size(), 4u);
    EXPECT_EQ(page[0].MemberCount(), 3u);  // id, fullname and email
    EXPECT_EQ(listing("22", {{"sortby", "id"}}).Size(), 0u);
    rapidjson::Document courses;
    courses.Parse(sim.call("core_course_get_courses_by_field", {}).body.c_str());
    EXPECT_EQ(courses["courses"].Size(), 34u);
    rapidjson::Document everyone;
    everyone.Parse(sim.call("core_user_get_users",
                            {{"criteria[0][key]", "everyone"}, {"criteria[0][value]", ""}})
                       .body.c_str());
    EXPECT_EQ(everyone["users"].Size(), 1915u);
    EXPECT_STREQ(everyone["warnings"][0]["item"].GetString(), "everyone");
}

}  // namespace
}  // namespace sim_test
