// From conditions on columns that stand for arguments to what is sent.
#include "moodle/table_arguments.h"

#include <gtest/gtest.h>

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

using Kind = Restriction::Kind;

Table table_over(const char* function, std::vector<Column> columns) {
    Table table;
    table.name = "t";
    table.function = function;
    table.columns = std::move(columns);
    mark_required(table);
    return table;
}

Column argument(const char* name, ColumnType type, const char* param) {
    return {name, type, std::string("=") + param, param};
}

Access access_to(const Table& table, const std::vector<Restriction>& restrictions) {
    Access access;
    std::string problem;
    EXPECT_TRUE(choose_access(table, restrictions, {}, access, problem)) << problem;
    return access;
}

std::string problem_of(const Table& table, const std::vector<Restriction>& restrictions) {
    Access access;
    std::string problem;
    EXPECT_FALSE(choose_access(table, restrictions, {}, access, problem));
    return problem;
}

TEST(Arguments, AreReadFromArrays) {
    std::vector<std::string> elements;
    ASSERT_TRUE(array_elements(R"({14,"a, \"b\"",c})", elements));
    EXPECT_EQ(elements, (std::vector<std::string>{"14", "a, \"b\"", "c"}));
    elements.clear();
    EXPECT_TRUE(array_elements("{}", elements));
    EXPECT_TRUE(elements.empty());
    elements.clear();
    EXPECT_TRUE(array_elements(R"({"NULL",""})", elements));
    EXPECT_EQ(elements.size(), 2u);
    for (const char* text : {"", "{", "14", "{{1,2}}", "{NULL}", "[2:3]={1,2}", "{\"a\"b}"}) {
        EXPECT_FALSE(array_elements(text, elements)) << text;
    }
}

TEST(Arguments, ListsAreOneCall) {
    const Table table = table_over("core_user_get_users_by_field",
                                   {argument("field", ColumnType::Text, "field"),
                                    argument("values", ColumnType::TextArray, "values[]")});
    const Access access =
        access_to(table, {{"field", Kind::AnyOf, {"id"}}, {"values", Kind::AnyOf, {"{14,15}"}}});
    ASSERT_EQ(access.plan.units.size(), 1u);
    const Unit& unit = access.plan.units[0];
    EXPECT_EQ(unit.arguments,
              (Arguments{{"field", "id"}, {"values[0]", "14"}, {"values[1]", "15"}}));
    EXPECT_EQ(unit.shown, (Arguments{{"values[]", "{14,15}"}}));
    EXPECT_TRUE(access.missing.empty());

    std::string many = "{1";
    for (size_t i = 0; i < kMaxArguments; i++) many += ",1";
    EXPECT_NE(problem_of(table, {{"values", Kind::AnyOf, {many + "}"}}}).find("480"),
              std::string::npos);
    EXPECT_NE(problem_of(table, {{"values", Kind::AnyOf, {"{NULL}"}}}).find("NULL"),
              std::string::npos);
}

TEST(Arguments, JsonIsNestedUnderItsName) {
    const Table table =
        table_over("core_user_get_users", {argument("criteria", ColumnType::Jsonb, "criteria")});
    const std::string asked = R"([{"key": "email", "value": "%"}])";
    const Access access = access_to(table, {{"criteria", Kind::AnyOf, {asked}}});
    EXPECT_EQ(access.plan.units[0].arguments,
              (Arguments{{"criteria[0][key]", "email"}, {"criteria[0][value]", "%"}}));
    EXPECT_EQ(access.plan.units[0].shown[0].value, asked);
}

TEST(Arguments, FlagsAndMomentsAreSentAsMoodleReadsThem) {
    const Table table = table_over("core_message_get_conversation_messages",
                                   {argument("currentuserid", ColumnType::Bigint, "currentuserid"),
                                    argument("convid", ColumnType::Bigint, "convid"),
                                    argument("newest", ColumnType::Boolean, "newest"),
                                    argument("timefrom", ColumnType::Timestamp, "timefrom")});
    const Access access = access_to(table, {{"currentuserid", Kind::AnyOf, {"4"}},
                                            {"convid", Kind::AnyOf, {"7"}},
                                            {"newest", Kind::AnyOf, {"f"}},
                                            {"timefrom", Kind::AnyOf, {"1700000000.250000"}}});
    EXPECT_EQ(
        access.plan.units[0].arguments,
        (Arguments{
            {"currentuserid", "4"}, {"convid", "7"}, {"newest", "0"}, {"timefrom", "1700000000"}}));
    EXPECT_EQ(access.plan.units[0].shown[0].value, "1700000000.250000");
}

TEST(Arguments, WhatIsMissingIsNamed) {
    Table table = table_over("core_completion_get_course_completion_status",
                             {argument("course", ColumnType::Bigint, "courseid"),
                              argument("person", ColumnType::Bigint, "userid")});
    EXPECT_EQ(access_to(table, {}).missing, (std::vector<std::string>{"course", "person"}));
    const std::vector<std::string> missing =
        access_to(table, {{"course", Kind::AnyOf, {"14"}}}).missing;
    EXPECT_EQ(missing, (std::vector<std::string>{"person"}));
    EXPECT_EQ(missing_example(table, missing), "person = 14");
    // Given by the table itself, or by a fan-out.
    table.fixed = {{"userid", "4"}};
    for (Column& column : table.columns) column.required = false;
    mark_required(table);
    EXPECT_EQ(access_to(table, {}).missing, (std::vector<std::string>{"course"}));
    table.fan_out = FanOut::Courses;
    for (Column& column : table.columns) column.required = false;
    mark_required(table);
    EXPECT_FALSE(table.columns[0].required);
}

TEST(Arguments, OneOfSeveralIsEnough) {
    const Table table =
        table_over("core_competency_count_templates",
                   {argument("id", ColumnType::Bigint, "context[contextid]"),
                    argument("level", ColumnType::Text, "context[contextlevel]"),
                    argument("instance_id", ColumnType::Bigint, "context[instanceid]")});
    EXPECT_EQ(access_to(table, {}).missing, (std::vector<std::string>{"id"}));
    EXPECT_TRUE(access_to(table, {{"level", Kind::AnyOf, {"system"}}}).missing.empty());
    EXPECT_EQ(missing_columns(table, {2}), std::vector<std::string>{});
}

TEST(Arguments, TooManyCallsAreRefusedRatherThanForgotten) {
    const Table table = table_over("core_group_get_course_groups",
                                   {argument("course", ColumnType::Bigint, "courseid")});
    std::vector<std::string> ids;
    for (int i = 0; i < 1001; i++) ids.push_back(std::to_string(i + 2));
    EXPECT_NE(problem_of(table, {{"course", Kind::AnyOf, ids}}).find("1000 calls"),
              std::string::npos);
}

}  // namespace
}  // namespace moodle_fdw::moodle
