// The entities' data against the catalogue of a real Moodle and what it answered, and
// docs/tables.md against the entities. UPDATE_DOCS=1 writes the page anew.
#include "moodle/entity.h"

#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "moodle/read_functions.h"
#include "moodle/rows.h"
#include "net/inbox.h"
#include "recordings.h"
#include "tables_page.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

// Functions of plugins: in no catalogue of core's.
const std::set<std::string> kPluginFunctions = {"core_role_get_all_roles",
                                                "local_wsgetroles_get_roles"};
// Columns that only a plugin's function fills.
const std::set<std::string> kPluginColumns = {"roles.archetype", "roles.description"};
// Columns that only core_course_get_courses fills.
const std::set<std::string> kFallbackColumns = {"courses.categorysortorder", "courses.numsections",
                                                "courses.hiddensections", "courses.forcetheme"};
// Flags that Moodle's catalogue calls int.
const std::set<std::string> kIntegerFlags = {
    "users.trackforums",        "courses.visible",        "courses.enablecompletion",
    "courses.completionnotify", "courses.showgrades",     "courses.showreports",
    "courses.groupmodeforce",   "courses.requested",      "categories.visible",
    "categories.visibleold",    "site_info.policyagreed", "site_info.downloadfiles",
    "site_info.uploadfiles"};

bool is_served(const ColumnDef& column) {
    return column.path[0] != '=' && column.path[0] != '@';
}

RowsPath rows_path(const char* text) {
    RowsPath path;
    std::string problem;
    EXPECT_TRUE(RowsPath::parse(text, path, problem)) << text << ": " << problem;
    return path;
}

ColumnPath column_path(const char* text) {
    ColumnPath path;
    std::string problem;
    EXPECT_TRUE(ColumnPath::parse(text, path, problem)) << text << ": " << problem;
    return path;
}

std::vector<std::string> steps_of(const char* rows) {
    std::vector<std::string> steps;
    std::istringstream in(rows);
    std::string step;
    while (std::getline(in, step, '/')) {
        if (!step.empty()) steps.push_back(step);
    }
    return steps;
}

// ---- the catalogue

const rapidjson::Document& catalogue() {
    static const rapidjson::Document document = [] {
        rapidjson::Document parsed;
        for (const auto& entry :
             std::filesystem::directory_iterator(recordings::data_directory())) {
            if (entry.path().filename().string().find("catalogue") == std::string::npos) continue;
            parsed.Parse(recordings::read_file(entry.path()).c_str());
        }
        return parsed;
    }();
    EXPECT_TRUE(document.IsObject()) << "no catalogue in " << recordings::data_directory();
    return document;
}

using Node = rapidjson::Value;

const Node* catalogued(const std::string& function) {
    for (const Node& one : catalogue()["functions"].GetArray()) {
        if (one["name"].GetString() == function) return &one;
    }
    return nullptr;
}

const Node* child(const Node* node, const std::string& step) {
    if (node == nullptr) return nullptr;
    const std::string kind = (*node)["kind"].GetString();
    if (step == "*") return kind == "list" ? &(*node)["items"] : nullptr;
    if (kind != "object" || !(*node)["keys"].HasMember(step.c_str())) return nullptr;
    return &(*node)["keys"][step.c_str()];
}

// The nodes that a column path can start from: the row last, before it the element of each `*`.
struct Anchor {
    const Node* node;
    std::string path;
};
std::vector<Anchor> anchors_of(const EntityDef& entity) {
    const Node* function = catalogued(entity.function);
    if (function == nullptr) return {};
    Anchor at{&(*function)["returns"], ""};
    std::vector<Anchor> anchors;
    for (const std::string& step : steps_of(entity.rows)) {
        at = {child(at.node, step), at.path + "/" + step};
        if (step == "*") anchors.push_back(at);
    }
    if (anchors.empty()) anchors.push_back(at);
    return anchors;
}

// The path in the answer that a column reads, and its node (nullptr: not in the catalogue).
Anchor place_of(const EntityDef& entity, const ColumnDef& column) {
    const ColumnPath path = column_path(column.path);
    const std::vector<Anchor> anchors = anchors_of(entity);
    const size_t up = static_cast<size_t>(path.levels_up());
    if (up >= anchors.size()) return {nullptr, ""};
    Anchor at = anchors[anchors.size() - 1 - up];
    for (const std::string& key : path.keys()) at = {child(at.node, key), at.path + "/" + key};
    return at;
}

std::string qualified(const EntityDef& entity, const ColumnDef& column) {
    return std::string(entity.name) + "." + column.name;
}

void expect_catalogued_type(const EntityDef& entity, const ColumnDef& column, const Node& node) {
    const std::string kind = node["kind"].GetString();
    const std::string name = qualified(entity, column);
    if (kind != "value") {
        EXPECT_EQ(column.type, ColumnType::Jsonb) << name;
        return;
    }
    const std::string type = node["type"].GetString();
    if (type == "int") {
        const bool is_flag = kIntegerFlags.contains(name);
        EXPECT_EQ(column.type == ColumnType::Boolean, is_flag) << name;
        EXPECT_TRUE(is_flag || column.type == ColumnType::Bigint ||
                    column.type == ColumnType::Timestamp)
            << name;
    } else if (type == "float") {
        EXPECT_EQ(column.type, ColumnType::Numeric) << name;
    } else if (type == "bool") {
        EXPECT_EQ(column.type, ColumnType::Boolean) << name;
    } else {
        EXPECT_EQ(column.type, ColumnType::Text) << name << " is " << type;
    }
}

TEST(Catalogue, EveryColumnIsServedInItsType) {
    for (const EntityDef& entity : all_entities()) {
        ASSERT_FALSE(anchors_of(entity).empty()) << entity.name;
        for (const ColumnDef& column : entity.columns) {
            const std::string name = qualified(entity, column);
            if (!is_served(column) || kPluginColumns.contains(name)) continue;
            Anchor place = place_of(entity, column);
            if (kFallbackColumns.contains(name)) {
                EXPECT_EQ(place.node, nullptr) << name << " is served after all";
                place = place_of(*entity.alternatives[0].entity, column);
            }
            ASSERT_NE(place.node, nullptr) << name << " reads " << column.path;
            expect_catalogued_type(entity, column, *place.node);
        }
    }
}

// Keys that no column reads, directly or within a jsonb column.
void gather_unread(const Anchor& at, const std::set<std::string>& read,
                   std::set<std::string>& unread) {
    if (read.contains(at.path)) return;
    if (std::string((*at.node)["kind"].GetString()) != "object") {
        unread.insert(at.path);
        return;
    }
    for (const auto& member : (*at.node)["keys"].GetObject()) {
        gather_unread({&member.value, at.path + "/" + member.name.GetString()}, read, unread);
    }
}

TEST(Catalogue, EveryServedKeyHasAColumnOrAReason) {
    for (const EntityDef& entity : all_entities()) {
        std::set<std::string> read;
        bool reads_above = false;
        for (const ColumnDef& column : entity.columns) {
            if (!is_served(column) || std::string_view(column.name) == "raw") continue;
            read.insert(place_of(entity, column).path);
            reads_above |= std::string_view(column.path).starts_with("..");
        }
        const std::vector<Anchor> anchors = anchors_of(entity);
        // What leads to the rows is no value itself.
        for (const Anchor& anchor : anchors)
            read.insert(anchor.path.substr(0, anchor.path.rfind("/*")));
        std::set<std::string> unread;
        for (const Anchor& anchor : anchors) {
            if (!reads_above && &anchor != &anchors.back()) continue;
            for (const auto& member : (*anchor.node)["keys"].GetObject()) {
                gather_unread({&member.value, anchor.path + "/" + member.name.GetString()}, read,
                              unread);
            }
        }
        std::set<std::string> left;
        for (const RawOnly& one : entity.left_to_raw) {
            EXPECT_TRUE(left.insert(one.path).second) << one.path;
            EXPECT_STRNE(one.why, "");
        }
        // enrolments reads roles as rows and as a column.
        unread.erase("/*/roles");
        EXPECT_EQ(unread, left) << entity.name;
    }
}

// ---- the recordings

bool json_type_fits(ColumnType type, Value value) {
    if (value.is_null()) return true;
    const std::string text(value.text());
    switch (type) {
        case ColumnType::Bigint:
            return value.type() == JsonType::Integer;
        case ColumnType::Numeric:
            return value.type() == JsonType::Integer || value.type() == JsonType::Real;
        case ColumnType::Boolean:
            return value.type() == JsonType::True || value.type() == JsonType::False ||
                   text == "0" || text == "1";
        case ColumnType::Timestamp:
            // 0 = never; no date of a Moodle lies before 2001, and none has eleven digits.
            return value.type() == JsonType::Integer &&
                   (text == "0" || (text.size() >= 9 && text.size() <= 10));
        case ColumnType::Text:
            return value.type() == JsonType::String || value.type() == JsonType::True;
        case ColumnType::Jsonb:
            return value.is_container();
        default:
            return false;
    }
}

struct Met {
    size_t rows = 0;
    std::map<std::string, size_t> values;  // by column
};

void check_body(const EntityDef& entity, const char* rows, const recordings::Recording& one,
                Met& met) {
    std::string bytes = one.body + std::string(net::Inbox::kPadding, '\0');
    Tape tape;
    if (tape.parse(std::string_view(bytes).substr(0, one.body.size())) != JsonError::None) return;
    const Value root(tape, 0);
    if (root.find("exception").found()) return;
    std::vector<Value> records{root};
    const RowsPath path = rows_path(rows);
    for (const std::string& step : path.outer()) records[0] = records[0].find(step);
    if (!records[0].found()) return;
    if (path.has_array()) {
        const Value list = records[0];
        // Some recordings of a function show what it is not: another function's list.
        if (list.type() != JsonType::Array) return;
        records.clear();
        for (uint32_t i = 0; i < list.count(); i++) records.push_back(list.element(i));
    }
    std::vector<const ColumnDef*> columns;
    std::vector<ColumnPath> paths;
    for (const ColumnDef& column : entity.columns) {
        if (!is_served(column)) continue;
        columns.push_back(&column);
        paths.push_back(column_path(column.path));
    }
    Picker picker(paths);
    RowWalker walker(path);
    std::vector<Value> values(paths.size());
    for (const Value& record : records) {
        Tape record_tape;
        std::string record_bytes(record.text());
        const size_t size = record_bytes.size();
        record_bytes.append(net::Inbox::kPadding, '\0');
        ASSERT_EQ(record_tape.parse(std::string_view(record_bytes).substr(0, size)),
                  JsonError::None);
        walker.start(record_tape);
        while (walker.next()) {
            met.rows++;
            picker.pick(walker, values);
            for (size_t i = 0; i < values.size(); i++) {
                if (!values[i].found()) continue;
                if (!values[i].is_null()) met.values[columns[i]->name]++;
                EXPECT_TRUE(json_type_fits(columns[i]->type, values[i]))
                    << one.name << ": " << columns[i]->name << " is " << values[i].text();
            }
        }
        EXPECT_FALSE(walker.wrong_shape()) << one.name;
    }
}

// Never served by the recorded site, though catalogued: nothing to hold against.
const std::set<std::string> kNeverRecorded = {"users.phone1",
                                              "users.phone2",
                                              "users.calendartype",
                                              "enrolments.phone1",
                                              "enrolments.phone2",
                                              "participants.phone1",
                                              "participants.phone2",
                                              "courses.communicationroomname",
                                              "courses.communicationroomurl",
                                              "grades.lettergradeformatted",
                                              "grades.rank",
                                              "grades.numusers",
                                              "grades.averageformatted",
                                              "grades_table.lettergrade",
                                              "grades_table.rank",
                                              "grades_table.average",
                                              "site_info.userhomepageurl",
                                              "site_info.usersessionscount"};

TEST(Recordings, EveryColumnFitsWhatWasServed) {
    const auto all = recordings::read_all();
    ASSERT_GE(all.size(), 100u) << "the recordings are missing in " << recordings::data_directory();
    for (const EntityDef& entity : all_entities()) {
        std::map<std::string, std::string> rows_by_function = {{entity.function, entity.rows}};
        for (const LookupDef& lookup : entity.lookups)
            rows_by_function[lookup.function] = lookup.rows;
        Met met;
        for (const recordings::Recording& one : all) {
            const auto function = rows_by_function.find(one.function);
            if (function == rows_by_function.end()) continue;
            check_body(entity, function->second.c_str(), one, met);
        }
        EXPECT_GT(met.rows, 5u) << entity.name;
        for (const Alternative& alternative : entity.alternatives) {
            for (const recordings::Recording& one : all) {
                if (one.function != alternative.entity->function) continue;
                check_body(*alternative.entity, alternative.entity->rows, one, met);
            }
        }
        for (const ColumnDef& column : entity.columns) {
            const std::string name = qualified(entity, column);
            if (!is_served(column) || kPluginColumns.contains(name)) continue;
            EXPECT_EQ(met.values[column.name] == 0, kNeverRecorded.contains(name)) << name;
        }
    }
}

TEST(Recordings, DeletedUsersAreKnown) {
    size_t deleted = 0;
    size_t kept = 0;
    for (const recordings::Recording& one : recordings::read_all()) {
        const bool by_field = one.function == "core_user_get_users_by_field";
        if (!by_field && one.function != "core_user_get_users") continue;
        std::string bytes = one.body + std::string(net::Inbox::kPadding, '\0');
        Tape tape;
        const auto error = tape.parse(std::string_view(bytes).substr(0, one.body.size()));
        if (error != JsonError::None) continue;
        const Value root(tape, 0);
        const Value users = by_field ? root : root.find("users");
        if (!users.found() || users.type() != JsonType::Array) continue;
        for (uint32_t i = 0; i < users.count(); i++) {
            const Value user = users.element(i);
            const bool expected = one.name == "core_user_get_users_by_field__deleted_only.json" ||
                                  // Of 500 ids, some belong to deleted users: told by the address.
                                  (by_field && user.find("email").found() &&
                                   user.find("email").text().find('@') == std::string_view::npos &&
                                   user.find("email").text().size() == 32);
            EXPECT_EQ(looks_deleted(user), expected) << one.name << ": " << user.text();
            (expected ? deleted : kept)++;
        }
    }
    EXPECT_GT(deleted, 0u);
    EXPECT_GT(kept, 500u);
}

bool deleted(const std::string& json) {
    std::string bytes = json + std::string(net::Inbox::kPadding, '\0');
    Tape tape;
    EXPECT_EQ(tape.parse(std::string_view(bytes).substr(0, json.size())), JsonError::None);
    return looks_deleted(Value(tape, 0));
}

TEST(LooksDeleted, WantsBothSigns) {
    const std::string md5 = "e8ae0befadcf5756eef5445f52cea1e1";
    const auto user = [](const std::string& name, const std::string& email) {
        return R"({"id":1,"username":")" + name + R"(","email":")" + email + "\"}";
    };
    EXPECT_TRUE(deleted(user("a@b.org.1795187402", md5)));
    EXPECT_TRUE(deleted(R"({"id":1,"email":")" + md5 + "\"}"));
    EXPECT_FALSE(deleted(user("a", md5)));
    EXPECT_FALSE(deleted(user("a.12345678", md5)));
    EXPECT_FALSE(deleted(user("a@b.org.1795187402", "a@b.org")));
    EXPECT_FALSE(deleted(user("a@b.org.1795187402", "E8AE0BEFADCF5756EEF5445F52CEA1E1")));
    EXPECT_FALSE(deleted(R"({"id":1,"username":"a.1795187402"})"));
    EXPECT_FALSE(deleted(R"({"id":1})"));
    EXPECT_FALSE(deleted(R"({"id":1,"email":null,"username":7})"));
}

// ---- the data in itself

const ColumnDef* find_column(const EntityDef& entity, std::string_view name) {
    for (const ColumnDef& column : entity.columns) {
        if (name == column.name) return &column;
    }
    return nullptr;
}

bool has_parameter(const std::string& function, std::string_view argument) {
    const Node* found = catalogued(function);
    if (found == nullptr) return false;
    const std::string name(argument.substr(0, argument.find('[')));
    return (*found)["parameters"]["keys"].HasMember(name.c_str());
}

void expect_fixed(const std::string& function, const char* fixed) {
    if (fixed[0] == '\0') return;
    Arguments arguments;
    std::string problem;
    EXPECT_TRUE(arguments_from_json(fixed, arguments, problem)) << fixed << problem;
    for (const Argument& argument : arguments) {
        EXPECT_TRUE(has_parameter(function, argument.name)) << function << " " << argument.name;
    }
}

void expect_sound(const EntityDef& entity) {
    SCOPED_TRACE(std::string(entity.name) + " over " + entity.function);
    EXPECT_TRUE(is_read_function(entity.function));
    expect_fixed(entity.function, entity.fixed);
    const RowsPath rows = rows_path(entity.rows);
    EXPECT_STREQ(entity.columns.front().name, "instance");
    EXPECT_STREQ(entity.columns.front().path, "@instance");
    EXPECT_STREQ(entity.columns.back().name, "raw");
    EXPECT_EQ(entity.columns.back().type, ColumnType::Jsonb);
    std::set<std::string> names;
    for (const ColumnDef& column : entity.columns) {
        EXPECT_TRUE(names.insert(column.name).second) << column.name;
        EXPECT_STRNE(column.comment, "") << column.name;
        if (column.path[0] == '=') {
            EXPECT_TRUE(has_parameter(entity.function, column.path + 1)) << column.path;
        } else if (column.path[0] != '@') {
            const auto levels = std::count(rows.inner().begin(), rows.inner().end(), "*");
            EXPECT_LE(column_path(column.path).levels_up(), levels) << column.path;
        }
        if (column.argument != nullptr) {
            EXPECT_TRUE(has_parameter(entity.function, column.argument)) << column.argument;
        }
    }
    for (const char* key : entity.key) EXPECT_NE(find_column(entity, key), nullptr) << key;
    EXPECT_TRUE(entity.distinct == Distinct::None || !entity.key.empty());
    for (const char* argument : {entity.course_argument, entity.user_argument}) {
        if (argument[0] != '\0') {
            EXPECT_TRUE(has_parameter(entity.function, argument)) << argument;
        }
    }
    EXPECT_EQ(entity.paging == Paging::LimitOptions, entity.page_size > 0);
    for (const ExpectedFault& fault : entity.expected) EXPECT_STRNE(fault.reason, "");
    for (const LookupDef& lookup : entity.lookups) {
        SCOPED_TRACE(lookup.column);
        EXPECT_NE(find_column(entity, lookup.column), nullptr);
        EXPECT_TRUE(is_read_function(lookup.function));
        EXPECT_TRUE(valid_argument_name(lookup.argument));
        EXPECT_TRUE(has_parameter(lookup.function, lookup.argument));
        expect_fixed(lookup.function, lookup.fixed);
        rows_path(lookup.rows);
        EXPECT_GE(lookup.batch, 1);
        EXPECT_LT(static_cast<size_t>(lookup.batch), kMaxArguments);
        const bool takes_many = lookup.joined || std::string_view(lookup.argument).ends_with("[]");
        EXPECT_EQ(lookup.batch > 1, takes_many);
        // Only where Moodle matches by ILIKE does a prefix find anything.
        EXPECT_TRUE(!lookup.prefix || lookup.match == LookupMatch::Like);
        EXPECT_EQ(lookup.drop_deleted,
                  std::string_view(lookup.function) == "core_user_get_users_by_field");
    }
}

TEST(Entities, AreSound) {
    std::set<std::string> names;
    for (const EntityDef& entity : all_entities()) {
        EXPECT_TRUE(names.insert(entity.name).second) << entity.name;
        EXPECT_EQ(find_entity(entity.name), &entity);
        EXPECT_NE(catalogued(entity.function), nullptr) << entity.function;
        EXPECT_STRNE(entity.needs, "") << entity.name;
        expect_sound(entity);
    }
    EXPECT_EQ(names, (std::set<std::string>{"users", "courses", "categories", "roles", "enrolments",
                                            "participants", "enrolment_methods", "grade_items",
                                            "grades", "grades_table", "completions", "site_info"}));
    EXPECT_EQ(find_entity("user"), nullptr);
    EXPECT_EQ(find_entity(""), nullptr);
}

TEST(Entities, AlternativesMakeTheSameTable) {
    size_t count = 0;
    for (const EntityDef& entity : all_entities()) {
        for (const Alternative& alternative : entity.alternatives) {
            const EntityDef& other = *alternative.entity;
            count++;
            EXPECT_STREQ(other.name, entity.name);
            ASSERT_EQ(other.columns.size(), entity.columns.size());
            for (size_t i = 0; i < other.columns.size(); i++) {
                EXPECT_STREQ(other.columns[i].name, entity.columns[i].name);
                EXPECT_EQ(other.columns[i].type, entity.columns[i].type);
            }
            ASSERT_EQ(other.key.size(), entity.key.size());
            const bool known = catalogued(other.function) != nullptr;
            EXPECT_NE(known, kPluginFunctions.contains(other.function)) << other.function;
            if (known) expect_sound(other);
        }
    }
    EXPECT_EQ(count, 3u);
}

// Enrolments ask for the fields that their columns read: all must be fields of the function.
TEST(Entities, PrunedFieldsExist) {
    for (const EntityDef& entity : all_entities()) {
        if (entity.fields_option[0] == '\0') continue;
        for (const ColumnDef& column : entity.columns) {
            const std::string_view path = column.path;
            if (!path.starts_with("../")) continue;
            const std::string field(path.substr(3, path.find('/', 3) - 3));
            const Node* user = child(&(*catalogued(entity.function))["returns"], "*");
            EXPECT_NE(child(user, field), nullptr) << field;
            EXPECT_NE(field, "enrolledcourses") << "costs the site a query a user";
        }
    }
}

TEST(UsersBy, StrategiesAreSound) {
    std::vector<std::string> names;
    for (const UsersBy& one : all_users_by()) {
        names.push_back(one.name);
        expect_fixed(one.function, one.fixed);
        rows_path(one.rows);
        EXPECT_STRNE(one.how, "");
        EXPECT_STRNE(one.cannot_see, "");
        if (one.fan_out == FanOut::None) {
            EXPECT_STREQ(one.function, "core_user_get_users");
        }
    }
    // What participants are asked for is just what the table reads and a course serves.
    const UsersBy& participants = all_users_by().back();
    Arguments fixed;
    std::string problem;
    ASSERT_TRUE(arguments_from_json(participants.fixed, fixed, problem)) << problem;
    ASSERT_EQ(fixed.size(), 2u);
    EXPECT_EQ(fixed[0].value, "userfields");
    std::set<std::string> asked;
    std::istringstream fields(fixed[1].value);
    for (std::string field; std::getline(fields, field, ',');) asked.insert(field);
    const Node* person = child(&(*catalogued(participants.function))["returns"], "*");
    for (const ColumnDef& column : find_entity("users")->columns) {
        if (!is_served(column) || column.path[0] == '\0') continue;
        const bool served = child(person, column.path) != nullptr;
        EXPECT_EQ(asked.erase(column.path) == 1, served) << column.path;
    }
    EXPECT_TRUE(asked.empty()) << *asked.begin();
    EXPECT_EQ(names, (std::vector<std::string>{"everyone", "email", "lastname", "firstname",
                                               "participants"}));
    const EntityDef& users = *find_entity("users");
    const UsersBy& first = all_users_by()[0];
    EXPECT_STREQ(users.function, first.function);
    EXPECT_STREQ(users.fixed, first.fixed);
    EXPECT_STREQ(users.proof_warning, first.proof_warning);
    // The key must not be one that Moodle knows, and must be letters alone (PARAM_ALPHA).
    const std::string key = first.proof_warning;
    for (const char* known :
         {"id", "username", "firstname", "lastname", "email", "idnumber", "auth"}) {
        EXPECT_NE(key, known);
    }
    EXPECT_TRUE(std::all_of(key.begin(), key.end(), [](char c) { return c >= 'a' && c <= 'z'; }));
    EXPECT_NE(std::string(first.fixed).find("\"key\":\"" + key + "\""), std::string::npos);
}

// The proof that "everyone" rests on, as a real Moodle gives it: the warning's item is the key.
TEST(UsersBy, AnUnknownKeyIsWarnedOfByName) {
    const std::string body =
        recordings::read_file(recordings::data_directory() /
                              "recordings/core_user_get_users__unknown_key_plus_good.json");
    rapidjson::Document answer;
    answer.Parse(body.c_str());
    ASSERT_TRUE(answer.IsObject());
    ASSERT_EQ(answer["warnings"].Size(), 1u);
    EXPECT_STREQ(answer["warnings"][0]["item"].GetString(), "suspended");
    EXPECT_STREQ(answer["warnings"][0]["warningcode"].GetString(), "invalidfieldparameter");
}

TEST(SqlTypes, HaveNames) {
    EXPECT_STREQ(sql_type_name(ColumnType::Bigint), "bigint");
    EXPECT_STREQ(sql_type_name(ColumnType::Timestamp), "timestamptz");
    EXPECT_STREQ(sql_type_name(ColumnType::TextArray), "text[]");
}

// ---- docs/tables.md

TEST(Documentation, TablesPageIsUpToDate) {
    const std::filesystem::path path = recordings::data_directory() / "../../docs/tables.md";
    if (std::getenv("UPDATE_DOCS") != nullptr)
        std::ofstream(path, std::ios::binary) << tables_page();
    EXPECT_TRUE(recordings::read_file(path) == tables_page())
        << "run UPDATE_DOCS=1 moodle_entity_test and commit docs/tables.md";
}

}  // namespace
}  // namespace moodle_fdw::moodle
