#include "moodle/quiet_hours.h"

#include <gtest/gtest.h>

#include <set>

#include "moodle/table.h"

namespace {

using namespace moodle_fdw::moodle;

QuietHours parsed(const std::string& text) {
    QuietHours hours;
    std::string problem;
    EXPECT_TRUE(parse_quiet_hours(text, hours, problem)) << text << ": " << problem;
    return hours;
}

int left(const std::string& text, int hour, int minute = 0) {
    return quiet_minutes_left(parsed(text), hour * 60 + minute);
}

TEST(QuietHours, BeginAndEnd) {
    EXPECT_EQ(left("08:00-18:00", 7, 59), 0);
    EXPECT_EQ(left("08:00-18:00", 8), 600);
    EXPECT_EQ(left("08:00-18:00", 17, 59), 1);
    EXPECT_EQ(left("08:00-18:00", 18), 0);
}

TEST(QuietHours, OverMidnight) {
    EXPECT_EQ(left("22:00-06:00", 21, 59), 0);
    EXPECT_EQ(left("22:00-06:00", 22), 480);
    EXPECT_EQ(left("22:00-06:00", 0), 360);
    EXPECT_EQ(left("22:00-06:00", 6), 0);
}

TEST(QuietHours, Several) {
    EXPECT_EQ(left("08:00-12:00,13:00-18:00", 12, 30), 0);
    EXPECT_EQ(left("08:00-12:00,13:00-18:00", 11), 60);
    EXPECT_EQ(left("08:00-12:00, 12:00-18:00", 11), 420);
    EXPECT_EQ(left("12:00-18:00,08:00-12:00", 11), 420);
}

TEST(QuietHours, TheWholeDay) {
    EXPECT_EQ(left("00:00-24:00", 0), 1440);
    EXPECT_EQ(left("00:00-24:00", 23, 59), 1440);
    EXPECT_EQ(left("00:00-12:00,12:00-00:00", 5), 1440);
}

TEST(QuietHours, Zone) {
    EXPECT_EQ(parsed("08:00-18:00").zone, "");
    EXPECT_EQ(parsed("08:00-12:00,13:00-18:00 Europe/Berlin").zone, "Europe/Berlin");
    EXPECT_EQ(parsed(" 08:00 - 18:00   UTC ").zone, "UTC");
}

TEST(QuietHours, Refused) {
    for (const char* text : {"", "8:00-18:00", "08:00", "08:00-", "08:00-25:00", "08:60-09:00",
                             "24:00-01:00", "08:00-18:00,", "08:00-18:00,x", "08:00-08:00",
                             "08:00-18:00Europe", "-", "08.00-18.00", "08:00-24:01"}) {
        QuietHours hours;
        std::string problem;
        EXPECT_FALSE(parse_quiet_hours(text, hours, problem)) << text;
        EXPECT_FALSE(problem.empty());
    }
}

bool is_heavy(const char* entity, const std::vector<Restriction>& restrictions,
              const std::string& users_by = "") {
    Table table = table_of(*find_entity(entity));
    if (!users_by.empty()) table.users_by = users_by;
    Access access;
    std::string problem;
    EXPECT_TRUE(choose_access(table, restrictions, {0}, access, problem)) << problem;
    return asks_whole_site(access.plan);
}

Restriction equals(const char* column, const char* value) {
    return {column, Restriction::Kind::AnyOf, {value}};
}

TEST(QuietHours, WhatIsHeavy) {
    for (const char* entity : {"users", "enrolments", "grades", "completions"}) {
        EXPECT_TRUE(is_heavy(entity, {})) << entity;
    }
    EXPECT_TRUE(is_heavy("completions", {equals("user_id", "114")}));
    for (const char* way : {"lastname", "participants", "report:7"}) {
        EXPECT_TRUE(is_heavy("users", {}, way)) << way;
        EXPECT_FALSE(is_heavy("users", {equals("user_id", "114")}, way)) << way;
    }
    for (const char* entity : {"enrolments", "grades", "completions"}) {
        EXPECT_FALSE(is_heavy(entity, {equals("course_id", "14")})) << entity;
    }
    EXPECT_FALSE(is_heavy("users", {equals("user_id", "114")}));
    EXPECT_FALSE(is_heavy("users", {equals("email", "a@example.edu")}));
    EXPECT_FALSE(is_heavy("completions", {equals("course_id", "14"), equals("user_id", "114")}));
}

TEST(QuietHours, WhatIsLightOfAllThereIs) {
    std::set<std::string> light;
    for (const EntityDef& entity : all_entities()) {
        if (!is_heavy(entity.name, {})) light.insert(entity.name);
    }
    // Of tags and rows of reports one must say which.
    EXPECT_EQ(light, (std::set<std::string>{"categories", "cohorts", "courses", "report_rows",
                                            "reports", "site_info", "tag_cloud", "tags"}));
}

}  // namespace
