// What is compiled in of the catalogue against the catalogue itself and what a real Moodle
// answered.
#include "moodle/catalogue.h"

#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "moodle/catalogue_table.h"
#include "moodle/read_functions.h"
#include "moodle/rows.h"
#include "moodle/table_arguments.h"
#include "recordings.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

using Node = rapidjson::Value;

const rapidjson::Document& catalogue() {
    static const rapidjson::Document document = [] {
        rapidjson::Document parsed;
        parsed.Parse(
            recordings::read_file(recordings::data_directory() / "catalogue.json").c_str());
        return parsed;
    }();
    return document;
}

bool is(const Node& node, const char* key, const char* text) {
    return node.HasMember(key) && node[key].IsString() &&
           node[key].GetString() == std::string(text);
}

void expect_value(const Node& node, const Shape& shape, const std::string& where) {
    EXPECT_EQ(shape.kind, Shape::Kind::Value) << where;
    const ColumnType type = is(node, "type", "int")     ? ColumnType::Bigint
                            : is(node, "type", "float") ? ColumnType::Numeric
                            : is(node, "type", "bool")  ? ColumnType::Boolean
                                                        : ColumnType::Text;
    EXPECT_EQ(shape.type, type) << where;
}

void expect_argument(const Node& node, const Shape& shape, const std::string& where) {
    EXPECT_EQ(shape.required, is(node, "required", "required")) << where;
    if (!node.HasMember("default") || shape.required) return;
    const Node& fallback = node["default"];
    std::string text;
    if (fallback.IsInt()) text = std::to_string(fallback.GetInt());
    if (fallback.IsBool()) text = fallback.GetBool() ? "true" : "false";
    if (fallback.IsString()) text = std::string("\"") + fallback.GetString() + "\"";
    EXPECT_EQ(shape.fallback, text) << where;
}

void expect_shape(const Node& node, const Shape& shape, const std::string& where, bool argument) {
    if (argument) expect_argument(node, shape, where);
    if (!argument && shape.kind != Shape::Kind::Value) {
        EXPECT_EQ(shape.required, !node.HasMember("optional") || !node["optional"].GetBool())
            << where;
    }
    if (is(node, "kind", "value")) return expect_value(node, shape, where);
    if (is(node, "kind", "list")) {
        ASSERT_EQ(shape.kind, Shape::Kind::List) << where;
        ASSERT_EQ(shape.below.size(), 1u) << where;
        return expect_shape(node["items"], shape.below[0], where + "/*", argument);
    }
    ASSERT_EQ(shape.kind, Shape::Kind::Object) << where;
    if (!node["keys"].IsObject()) {
        EXPECT_TRUE(shape.below.empty()) << where;
        return;
    }
    ASSERT_EQ(shape.below.size(), node["keys"].MemberCount()) << where;
    size_t at = 0;
    for (const auto& member : node["keys"].GetObject()) {
        const std::string name = member.name.GetString();
        EXPECT_EQ(shape.below[at].name, name) << where;
        expect_shape(member.value, shape.below[at++], where + "/" + name, argument);
    }
}

TEST(Catalogue, IsWhatMoodleSaysOfEachFunction) {
    size_t reads = 0;
    size_t writes = 0;
    for (const Node& one : catalogue()["functions"].GetArray()) {
        const std::string name = one["name"].GetString();
        if (!is(one, "type", "read")) {
            writes++;
            EXPECT_NE(find_known_write(name), nullptr) << name;
            EXPECT_FALSE(is_read_function(name)) << name;
            continue;
        }
        reads++;
        const KnownFunction* known = find_known_read(name);
        ASSERT_NE(known, nullptr) << name;
        EXPECT_TRUE(is_read_function(name)) << name;
        EXPECT_EQ(known->deprecated, one["deprecated"].GetBool()) << name;
        Shape shape;
        ASSERT_TRUE(read_shape(known->parameters, shape)) << name;
        expect_shape(one["parameters"], shape, name + "()", true);
        ASSERT_TRUE(read_shape(known->returns, shape)) << name;
        expect_shape(one["returns"], shape, name, false);
    }
    EXPECT_EQ(reads, known_reads().size());
    EXPECT_EQ(writes, known_writes().size());
    EXPECT_EQ(reads, 385u);
}

TEST(Catalogue, RefusesWhatIsNoShape) {
    Shape shape;
    for (const char* text :
         {"", "x", "{", "{a}", "{a:i", "[i", "[]", "$99999", "$", "i i", "{a:i,}"}) {
        EXPECT_FALSE(read_shape(text, shape)) << text;
    }
}

const KnownArgument* argument(const std::vector<KnownArgument>& all, std::string_view name) {
    for (const KnownArgument& one : all) {
        if (one.name == name) return &one;
    }
    return nullptr;
}

TEST(Catalogue, NamesArgumentsAsPhpNestsThem) {
    auto all = arguments_of("mod_glossary_get_entries_by_letter");
    ASSERT_EQ(all.size(), 5u);
    EXPECT_TRUE(argument(all, "letter")->required);
    EXPECT_EQ(argument(all, "limit")->fallback, "20");
    EXPECT_FALSE(argument(all, "options[includenotapproved]")->required);
    all = arguments_of("core_cohort_search_cohorts");
    EXPECT_EQ(argument(all, "context[contextid]")->any_of, "context");
    EXPECT_FALSE(argument(all, "context[contextid]")->required);
    EXPECT_EQ(arguments_of("core_user_get_users_by_field")[1].type, ColumnType::TextArray);
    EXPECT_EQ(arguments_of("core_user_get_users")[0].type, ColumnType::Jsonb);
    EXPECT_TRUE(arguments_of("local_nothing_get_known").empty());
}

TEST(Catalogue, KnowsWhichListsMayBeMissing) {
    EXPECT_TRUE(may_be_missing("core_user_get_users", {"warnings"}));
    EXPECT_FALSE(may_be_missing("core_user_get_users", {"users"}));
    EXPECT_TRUE(may_be_missing("mod_wiki_get_page_contents", {"page", "tags"}));
    EXPECT_FALSE(may_be_missing("core_course_get_courses", {}));
    EXPECT_FALSE(may_be_missing("local_reports_get_rows", {"rows"}));
}

TEST(Catalogue, ExamplesAreArgumentsThatCanBeSent) {
    for (const KnownFunction& function : known_reads()) {
        for (const KnownArgument& one : arguments_of(function.name)) {
            EXPECT_TRUE(valid_argument_name(one.name)) << function.name << " " << one.name;
            if (one.type != ColumnType::Jsonb) continue;
            const std::string example = example_of(one);
            Arguments read;
            std::string problem;
            EXPECT_TRUE(arguments_from_json("{\"x\":" + example.substr(1, example.size() - 2) + "}",
                                            read, problem))
                << function.name << " " << example << ": " << problem;
        }
    }
}

TEST(Catalogue, FindsNamesThatAreAlike) {
    std::vector<std::string_view> names;
    for (const KnownFunction& one : known_reads()) names.push_back(one.name);
    const auto alike = similar_names("mod_asign_get_asignments", names);
    ASSERT_FALSE(alike.empty());
    EXPECT_EQ(alike[0], "mod_assign_get_assignments");
    EXPECT_EQ(similar_names("core_user_get_user", names)[0], "core_user_get_users");
    EXPECT_TRUE(similar_names("nonsense", names).empty());
}

// ---- tables

const ImportedColumn* column(const ImportedTable& table, std::string_view name) {
    for (const ImportedColumn& one : table.columns) {
        if (one.name == name) return &one;
    }
    return nullptr;
}

ImportedTable table(std::string_view function) {
    return tables_of(*find_known_read(function), Nested::Jsonb).front();
}

TEST(CatalogueTable, FindsTheRecordsOfAnAnswer) {
    const std::map<std::string, std::string> expected = {
        {"core_course_get_courses", "/*"},
        {"core_user_get_users", "/users/*"},
        {"mod_glossary_get_entries_by_letter", "/entries/*"},
        {"core_completion_get_course_completion_status", "/completionstatus"},
        {"core_webservice_get_site_info", ""},
        {"core_competency_count_templates", ""},
        {"core_calendar_get_allowed_event_types", "/allowedeventtypes/*"},
        {"core_files_get_files", "/files/*"},
        {"core_notes_get_course_notes", ""},
        {"mod_quiz_get_quiz_feedback_for_grade", ""},
        {"gradereport_user_get_grade_items", "/usergrades/*"},
        {"mod_scorm_get_scorms_by_courses", "/scorms/*"},
    };
    for (const auto& [function, rows] : expected) EXPECT_EQ(table(function).rows, rows) << function;
}

TEST(CatalogueTable, ArgumentsAndValuesShareNoName) {
    const ImportedTable letters = table("mod_glossary_get_entries_by_letter");
    EXPECT_EQ(letters.columns.front().name, "instance");
    EXPECT_EQ(letters.columns.back().name, "raw");
    EXPECT_EQ(column(letters, "arg_id")->param, "id");
    EXPECT_EQ(column(letters, "id")->path, "id");
    EXPECT_EQ(column(letters, "letter")->param, "letter");
    const ImportedTable events = table("core_calendar_get_calendar_events");
    EXPECT_EQ(column(events, "value_instance")->path, "instance");
    EXPECT_EQ(column(events, "timestart")->type, ColumnType::Timestamp);
    EXPECT_EQ(column(events, "timeduration")->type, ColumnType::Bigint);
    EXPECT_EQ(column(events, "events_courseids")->type, ColumnType::BigintArray);
    EXPECT_EQ(column(table("core_badges_get_badge"), "hostedurl")->path, "hostedUrl");
    EXPECT_EQ(column(table("mod_assign_get_participant"), "user_email")->path, "user/email");
    EXPECT_TRUE(column(table("core_competency_count_templates"), "value")->whole_row);
}

void check_names(const ImportedTable& one) {
    RowsPath rows;
    std::string problem;
    EXPECT_TRUE(RowsPath::parse(one.rows, rows, problem)) << one.name << ": " << problem;
    std::set<std::string> columns;
    for (const ImportedColumn& each : one.columns) {
        EXPECT_TRUE(columns.insert(each.name).second) << one.name << "." << each.name;
        EXPECT_LE(each.name.size(), kMaxNameBytes) << each.name;
        ColumnPath path;
        EXPECT_TRUE(ColumnPath::parse(each.path, path, problem)) << each.path << ": " << problem;
    }
    EXPECT_LE(columns.size(), 1600u) << one.name;
}

TEST(CatalogueTable, NamesAreUniqueAndFitPostgres) {
    std::set<std::string> names;
    size_t tables = 0;
    for (const KnownFunction& function : known_reads()) {
        for (const ImportedTable& one : tables_of(function, Nested::Tables)) {
            EXPECT_TRUE(names.insert(one.name).second) << one.name;
            EXPECT_LE(one.name.size(), kMaxNameBytes) << one.name;
            check_names(one);
            tables++;
        }
    }
    EXPECT_GT(tables, 1000u);
}

TEST(CatalogueTable, TablesOfListsKnowWhatTheyBelongTo) {
    const auto tables = tables_of(*find_known_read("mod_assign_get_assignments"), Nested::Tables);
    const auto configs = std::find_if(tables.begin(), tables.end(), [](const ImportedTable& one) {
        return one.name == "mod_assign_get_assignments__assignments_configs";
    });
    ASSERT_NE(configs, tables.end());
    EXPECT_EQ(configs->rows, "/courses/*/assignments/*/configs/*");
    EXPECT_EQ(column(*configs, "assignments_id")->path, "../id");
    EXPECT_EQ(column(*configs, "courses_id")->path, "../../id");
    EXPECT_EQ(tables.back().name, "mod_assign_get_assignments__warnings");
}

TEST(CatalogueTable, TellsHowMuchOneCallAnswers) {
    EXPECT_EQ(page_bound_of(*find_known_read("core_blog_get_entries")).argument, "perpage");
    EXPECT_EQ(page_bound_of(*find_known_read("core_blog_get_entries")).fallback, "10");
    EXPECT_EQ(page_bound_of(*find_known_read("core_user_get_users")).argument, "");
}

TEST(CatalogueTable, StatementsQuoteWhatTheyName) {
    const std::string text = create_statement(table("core_competency_count_templates"), "a \"b\"");
    EXPECT_NE(text.find("SERVER \"a \"\"b\"\"\""), std::string::npos) << text;
    EXPECT_NE(text.find("\"value\" bigint OPTIONS (path '')"), std::string::npos) << text;
    EXPECT_NE(text.find("\"raw\" jsonb\n)"), std::string::npos) << text;
}

// ---- what a real Moodle answered

// Whole numbers that are called moments are such: 0 for never, or seconds after 1973.
void check_moments(const Node& value, const std::string& where, size_t& met) {
    if (value.IsArray()) {
        for (const Node& item : value.GetArray()) check_moments(item, where, met);
    }
    if (!value.IsObject()) return;
    for (const auto& member : value.GetObject()) {
        const std::string name = member.name.GetString();
        check_moments(member.value, where, met);
        if (!member.value.IsInt64() || !is_moment(name)) continue;
        const int64_t seconds = member.value.GetInt64();
        EXPECT_TRUE(seconds == 0 || seconds > 100000000) << where << " " << name << " " << seconds;
        met++;
    }
}

TEST(CatalogueTable, MomentsAreMomentsInTheRecordings) {
    size_t met = 0;
    for (const recordings::Recording& one : recordings::read_all()) {
        rapidjson::Document body;
        body.Parse(one.body.c_str(), one.body.size());
        if (body.HasParseError()) continue;
        check_moments(body, one.name, met);
    }
    EXPECT_GT(met, 1000u);
}

}  // namespace
}  // namespace moodle_fdw::moodle
