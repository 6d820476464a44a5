// The simulated Moodle against the real one: what it serves has the names and types of the
// catalogue and the keys of the recordings, its errors are the recorded ones, and its replay is
// what was recorded, byte for byte.
#include <rapidjson/document.h>

#include <algorithm>
#include <map>
#include <set>

#include "recordings.h"
#include "../sim/sim_process.h"

namespace sim_test {
namespace {

namespace recordings = moodle_fdw::recordings;
using rapidjson::Value;

// ---- shapes: what keys an object has, in what order, and of what types

struct ObjectShape {
    std::map<std::string, std::set<std::string>> types;  // of a key
    std::set<std::pair<std::string, std::string>> before;
    std::vector<std::set<std::string>> rows;
};
using Shape = std::map<std::string, ObjectShape>;  // by path, as in "/users[]/customfields[]"

std::string type_of(const Value& value) {
    if (value.IsNull()) return "null";
    if (value.IsBool()) return "bool";
    if (value.IsString()) return "string";
    if (value.IsArray()) return "list";
    if (value.IsObject()) return "object";
    return value.IsInt64() ? "int" : "float";
}

void walk(const Value& value, const std::string& path, Shape& shape) {
    if (value.IsArray()) {
        for (const Value& item : value.GetArray()) walk(item, path + "[]", shape);
    }
    if (!value.IsObject()) return;
    ObjectShape& object = shape[path];
    std::vector<std::string> keys;
    for (const auto& member : value.GetObject()) {
        const std::string key = member.name.GetString();
        object.types[key].insert(type_of(member.value));
        for (const std::string& earlier : keys) object.before.emplace(earlier, key);
        keys.push_back(key);
        walk(member.value, path + "/" + key, shape);
    }
    object.rows.emplace_back(keys.begin(), keys.end());
}

std::set<std::string> keys_of(const ObjectShape& object) {
    std::set<std::string> keys;
    for (const auto& [key, types] : object.types) keys.insert(key);
    return keys;
}

Shape recorded_shape(const std::string& function) {
    Shape shape;
    for (const recordings::Recording& one : recordings::read_all()) {
        if (one.function != function || !one.name.ends_with(".json")) continue;
        if (one.name.find("http_json_body_token_query") != std::string::npos) continue;
        if (one.name.find("http_multipart") != std::string::npos) continue;
        rapidjson::Document body;
        body.Parse(one.body.c_str());
        if (body.HasParseError()) continue;
        if (body.IsObject() && body.HasMember("exception")) continue;
        walk(body, "", shape);
    }
    return shape;
}

// ---- the catalogue

const rapidjson::Document& catalogue() {
    static const rapidjson::Document* document = [] {
        auto* read = new rapidjson::Document;
        read->Parse(recordings::read_file(recordings::data_directory() / "catalogue.json").c_str());
        return read;
    }();
    return *document;
}

const Value* catalogue_returns(const std::string& function) {
    for (const Value& one : catalogue()["functions"].GetArray()) {
        if (one["name"].GetString() == function) return &one["returns"];
    }
    return nullptr;
}

bool is_of(const std::string& type, const Value& value) {
    if (value.IsNull()) return true;  // the catalogue does not tell where
    if (type == "int") return value.IsInt64();
    if (type == "float") return value.IsNumber();
    if (type == "bool") return value.IsBool() || value.IsInt();
    if (type == "raw") return value.IsString() || value.IsNumber() || value.IsBool();
    return value.IsString();
}

void hold_to(const Value& wanted, const Value& served, const std::string& path) {
    const std::string kind = wanted["kind"].GetString();
    if (kind == "list") {
        ASSERT_TRUE(served.IsArray()) << path;
        for (const Value& item : served.GetArray()) hold_to(wanted["items"], item, path + "[]");
    } else if (kind == "object") {
        ASSERT_TRUE(served.IsObject()) << path;
        for (const auto& member : served.GetObject()) {
            const std::string key = path + "/" + member.name.GetString();
            ASSERT_TRUE(wanted["keys"].HasMember(member.name)) << key << " is not in the catalogue";
            hold_to(wanted["keys"][member.name], member.value, key);
        }
        for (const auto& member : wanted["keys"].GetObject()) {
            const bool optional = member.value.HasMember("optional");
            EXPECT_TRUE(optional || served.HasMember(member.name))
                << path << " lacks " << member.name.GetString();
        }
    } else {
        EXPECT_TRUE(is_of(wanted["type"].GetString(), served))
            << path << " is no " << wanted["type"].GetString();
    }
}

void compare_keys(const Shape& served, const Shape& recorded) {
    for (const auto& [path, object] : recorded) {
        if (path.ends_with("/tabledata[]/leader")) continue;  // covered by its parent's keys
        const auto mine = served.find(path);
        ASSERT_TRUE(mine != served.end()) << "nothing is served at " << path;
        EXPECT_EQ(keys_of(mine->second), keys_of(object)) << "at " << path;
    }
    for (const auto& [path, object] : served) {
        const auto real = recorded.find(path);
        ASSERT_TRUE(real != recorded.end()) << "no recording has an object at " << path;
        for (const auto& [key, types] : object.types) {
            for (const std::string& type : types) {
                const auto& known = real->second.types.at(key);
                const bool number = type == "int" && known.contains("float");
                EXPECT_TRUE(known.contains(type) || number)
                    << path << "/" << key << " was never recorded as " << type;
            }
        }
        for (const auto& [first, second] : object.before) {
            const auto& pairs = real->second.before;
            EXPECT_TRUE(!pairs.contains({second, first}) || pairs.contains({first, second}))
                << path << ": " << first << " stands before " << second;
        }
    }
}

// ---- the functions, each asked in as many ways as it takes to see every key

struct Case {
    const char* function;
    std::vector<Form> asked;
    std::vector<std::string> tokens = {"simadmin"};
};

std::vector<Form> each_course(const Form& more) {
    std::vector<Form> forms;
    for (int id = 1; id <= 41; id++) {
        forms.push_back({{"courseid", std::to_string(id)}});
        forms.back().insert(forms.back().end(), more.begin(), more.end());
    }
    return forms;
}

std::vector<Form> each_user(const Form& more) {
    std::vector<Form> forms;
    for (int id = 1; id <= 60; id++) {
        forms.push_back(more);
        forms.back().emplace_back("userid", std::to_string(id));
    }
    return forms;
}

std::vector<Form> completions() {
    std::vector<Form> forms;
    for (int course = 2; course <= 15; course++) {
        const auto more = each_user({{"courseid", std::to_string(course)}});
        forms.insert(forms.end(), more.begin(), more.end());
    }
    return forms;
}

std::vector<Form> grade_requests() {
    std::vector<Form> forms = each_course({});
    const auto single = each_user({{"courseid", "4"}});
    forms.insert(forms.end(), single.begin(), single.end());
    return forms;
}

std::vector<Case> cases() {
    const std::vector<std::string> all = {"simadmin", "simteacher", "simstudent", "simnoident"};
    return {
        {"core_webservice_get_site_info", {{}}, all},
        {"core_user_get_users",
         {{{"criteria[0][key]", "email"}, {"criteria[0][value]", "%%"}},
          {{"criteria[0][key]", "suspended"}, {"criteria[0][value]", "1"}}},
         all},
        {"core_user_get_users_by_field",
         {{{"field", "id"},
           {"values[0]", "2"},
           {"values[1]", "8"},
           {"values[2]", "50"},
           {"values[3]", "151"},
           {"values[4]", "3"},
           {"values[5]", "7"},
           {"values[6]", "9"},
           {"values[7]", "12"}}},
         all},
        {"core_course_get_courses",
         {{}, {{"options[ids][0]", "4"}, {"options[ids][1]", "999999"}}}},
        {"core_course_get_courses_by_field", {{}, {{"field", "category"}, {"value", "2"}}}, all},
        {"core_course_get_categories", {{}}, {"simadmin"}},
        {"core_enrol_get_enrolled_users", each_course({}), {"simadmin", "simnoident"}},
        {"core_enrol_get_course_enrolment_methods", each_course({})},
        {"core_enrol_get_users_courses",
         [] {
             auto forms = each_user({});
             const auto more = each_user({{"returnusercount", "0"}});
             forms.insert(forms.end(), more.begin(), more.end());
             return forms;
         }()},
        {"core_group_get_course_groups", each_course({})},
        {"core_grades_get_gradeitems", each_course({})},
        {"gradereport_user_get_grade_items", grade_requests()},
        {"gradereport_user_get_grades_table", grade_requests()},
        {"gradereport_grader_get_users_in_report", each_course({})},
        {"core_completion_get_course_completion_status", completions()},
    };
}

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
        compare_keys(served, recorded_shape(one.function));
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

TEST_F(Contract, EveryServedFunctionIsHeldToTheContract) {
    std::set<std::string> held = {"core_group_get_group_members"};
    for (const Case& one : cases()) held.insert(one.function);
    rapidjson::Document info;
    info.Parse(sim().call("core_webservice_get_site_info", {}).body.c_str());
    std::set<std::string> served;
    for (const Value& one : info["functions"].GetArray()) served.insert(one["name"].GetString());
    EXPECT_EQ(served, held);
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
