// The entities' data in itself, and docs/tables.md against it. UPDATE_DOCS=1 writes the page anew.
#include "moodle/entity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "entity_catalogue.h"
#include "moodle/read_functions.h"
#include "tables_page.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

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

// What the units of an entity give its columns: sent to the function, or only shown.
bool is_unit_argument(const UnitsDef& units, std::string_view argument, bool sent) {
    return std::any_of(units.columns.begin(), units.columns.end(), [&](const UnitColumn& column) {
        return argument == column.argument && column.sent == sent;
    });
}

void expect_sound_units(const UnitsDef& units, const std::string& function) {
    EXPECT_STRNE(units.noun, "");
    EXPECT_FALSE(units.columns.empty());
    EXPECT_GE(units.batch, 1);
    EXPECT_LT(static_cast<size_t>(units.batch), kMaxArguments);
    const std::string_view last = units.columns.back().argument;
    EXPECT_EQ(units.batch > 1, last.find("[]") != std::string_view::npos);
    for (const UnitColumn& column : units.columns) {
        if (column.sent && !kUncatalogued.contains(function)) {
            EXPECT_TRUE(has_parameter(function, column.argument)) << column.argument;
        }
        if (units.entity[0] == '\0' || column.column[0] == '=') continue;
        const EntityDef* listing = find_entity(units.entity);
        ASSERT_NE(listing, nullptr) << units.entity;
        EXPECT_NE(find_column(*listing, column.column), nullptr) << column.column;
    }
    if (units.within == nullptr) return;
    expect_sound_units(*units.within, find_entity(units.entity)->function);
}

// Conditions and omissions that become arguments.
void expect_sound_arguments(const EntityDef& entity) {
    const auto known = [&](std::string_view argument) {
        return has_parameter(entity.function, argument.substr(0, argument.find(':')));
    };
    for (const BoundDef& bound : entity.bounds) {
        const ColumnDef* column = find_column(entity, bound.column);
        ASSERT_NE(column, nullptr) << bound.column;
        const bool moment = bound.kind != BoundKind::Equal;
        EXPECT_EQ(column->type, moment ? ColumnType::Timestamp : ColumnType::Text);
        EXPECT_TRUE(known(bound.argument)) << bound.argument;
    }
    for (const ArgumentDef& argument : entity.arguments) {
        const ColumnDef* column = find_column(entity, argument.column);
        ASSERT_NE(column, nullptr) << argument.column;
        EXPECT_EQ(column->path, std::string("=") + argument.argument);
        EXPECT_TRUE(known(argument.argument)) << argument.argument;
    }
    for (const PruneDef& prune : entity.prunes) {
        EXPECT_TRUE(known(prune.argument)) << prune.argument;
        for (const std::string_view column : prune.columns) {
            EXPECT_TRUE(column.empty() || find_column(entity, column) != nullptr) << column;
        }
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
        const bool listed = entity.units != nullptr;
        if (column.path[0] == '=') {
            EXPECT_TRUE((listed && is_unit_argument(*entity.units, column.path + 1, false)) ||
                        has_parameter(entity.function, column.path + 1))
                << column.path;
        } else if (column.path[0] != '@') {
            const auto levels = std::count(rows.inner().begin(), rows.inner().end(), "*");
            EXPECT_LE(column_path(column.path).levels_up(), levels) << column.path;
        }
        if (column.argument != nullptr) {
            EXPECT_TRUE((listed && is_unit_argument(*entity.units, column.argument, false)) ||
                        has_parameter(entity.function, column.argument))
                << column.argument;
        }
    }
    for (const char* key : entity.key) EXPECT_NE(find_column(entity, key), nullptr) << key;
    EXPECT_TRUE(entity.distinct == Distinct::None || !entity.key.empty());
    for (const char* argument : {entity.course_argument, entity.user_argument}) {
        if (argument[0] != '\0') {
            EXPECT_TRUE(has_parameter(entity.function, argument)) << argument;
        }
    }
    EXPECT_EQ(entity.paging != Paging::None, entity.page_size > 0);
    // A reason needs a column that shows it.
    for (const ExpectedFault& fault : entity.expected) {
        EXPECT_EQ(fault.reason[0] != '\0', find_column(entity, "reason") != nullptr);
    }
    EXPECT_EQ(entity.fan_out == FanOut::Listed, entity.units != nullptr);
    if (entity.units != nullptr) expect_sound_units(*entity.units, entity.function);
    if (!kUncatalogued.contains(entity.function)) expect_sound_arguments(entity);
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
    EXPECT_EQ(names, (std::set<std::string>{"users",
                                            "courses",
                                            "categories",
                                            "roles",
                                            "enrolments",
                                            "participants",
                                            "enrolment_methods",
                                            "grade_items",
                                            "grades",
                                            "grades_table",
                                            "completions",
                                            "site_info",
                                            "modules",
                                            "groups",
                                            "group_members",
                                            "cohorts",
                                            "cohort_members",
                                            "user_courses",
                                            "activity_completions",
                                            "assignments",
                                            "submissions",
                                            "assignment_grades",
                                            "quizzes",
                                            "quiz_attempts",
                                            "forums",
                                            "discussions",
                                            "posts",
                                            "calendar_events",
                                            "badges",
                                            "notes",
                                            "tags",
                                            "tag_cloud",
                                            "reports",
                                            "report_rows",
                                            "course_updates"}));
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
            EXPECT_NE(known, kUncatalogued.contains(other.function)) << other.function;
            if (known) expect_sound(other);
        }
    }
    EXPECT_EQ(count, 5u);
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
        if (one.fan_out == FanOut::None && report_of(one.name).empty()) {
            EXPECT_STREQ(one.function, "core_user_get_users");
        }
    }
    // What participants are asked for is just what the table reads and a course serves.
    const UsersBy& participants = all_users_by()[4];
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
                                               "participants", "report:ID"}));
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
