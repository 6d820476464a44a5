// The entities' columns against the catalogue of a real Moodle, and against what it answered.
#include <gtest/gtest.h>

#include <map>

#include "entity_catalogue.h"
#include "net/inbox.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

// Columns that only a plugin's function fills.
const std::set<std::string> kPluginColumns = {"roles.archetype", "roles.description"};
// Columns that only core_course_get_courses fills.
const std::set<std::string> kFallbackColumns = {"courses.categorysortorder", "courses.numsections",
                                                "courses.hiddensections", "courses.forcetheme"};
// Flags that Moodle's catalogue calls int.
const std::set<std::string> kIntegerFlags = {
    "users.trackforums",
    "courses.visible",
    "courses.enablecompletion",
    "courses.completionnotify",
    "courses.showgrades",
    "courses.showreports",
    "courses.groupmodeforce",
    "courses.requested",
    "categories.visible",
    "categories.visibleold",
    "site_info.policyagreed",
    "site_info.downloadfiles",
    "site_info.uploadfiles",
    "modules.section_visible",
    "modules.visible",
    "modules.visibleoncoursepage",
    "user_courses.visible",
    "forums.grade_forum_notify",
    "tags.official",
    "tags.isstandard",
    "badges.visible",
    "calendar_events.visible",
    "quiz_attempts.preview",
    "assignments.nosubmissions",
    "assignments.submissiondrafts",
    "assignments.requiresubmissionstatement",
    "assignments.sendnotifications",
    "assignments.sendlatenotifications",
    "assignments.sendstudentnotifications",
    "assignments.completionsubmit",
    "assignments.teamsubmission",
    "assignments.requireallteammemberssubmit",
    "assignments.preventsubmissionnotingroup",
    "assignments.blindmarking",
    "assignments.revealidentities",
    "assignments.hidegrader",
    "assignments.markingworkflow",
    "assignments.markingallocation",
    "assignments.markinganonymous",
    "assignments.submissionattachments",
    "quizzes.canredoquestions",
    "quizzes.attemptonlast",
    "quizzes.shuffleanswers",
    "quizzes.showblocks",
    "quizzes.completionattemptsexhausted",
    "quizzes.completionpass",
    "quizzes.allowofflineattempts",
    "quizzes.hasfeedback",
    "quizzes.hasquestions",
};
// Grades that Moodle's catalogue calls int, or text.
const std::set<std::string> kGrades = {"assignments.grade", "assignment_grades.grade"};

void expect_catalogued_type(const EntityDef& entity, const ColumnDef& column, const Node& node) {
    const std::string kind = node["kind"].GetString();
    const std::string name = qualified(entity, column);
    if (kind != "value") {
        EXPECT_EQ(column.type, ColumnType::Jsonb) << name;
        return;
    }
    const std::string type = node["type"].GetString();
    if (kGrades.contains(name)) {
        EXPECT_EQ(column.type, ColumnType::Numeric) << name;
    } else if (type == "int") {
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
            // Ids of members are rows without keys.
            if (std::string((*anchor.node)["kind"].GetString()) != "object") continue;
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
            // Assignments serve "51.00000".
            return value.type() == JsonType::Integer || value.type() == JsonType::Real ||
                   text.find_first_not_of("\"0123456789.-") == std::string::npos;
        case ColumnType::Boolean:
            return value.type() == JsonType::True || value.type() == JsonType::False ||
                   text == "0" || text == "1";
        case ColumnType::Timestamp:
            // 0 = never; no date of a Moodle lies before 2001, and none has eleven digits.
            return value.type() == JsonType::Integer &&
                   (text == "0" || (text.size() >= 9 && text.size() <= 10));
        case ColumnType::Text:
            return value.type() == JsonType::String || value.type() == JsonType::True ||
                   value.type() == JsonType::False;
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

// Nobody had any of these on the recorded site, or they were not asked for.
const std::set<std::string> kNoRows = {"group_members", "badges", "notes", "tag_cloud"};
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
                                              "site_info.usersessionscount",
                                              "modules.availability",
                                              "modules.availabilityinfo",
                                              "modules.afterlink",
                                              "groups.enrolmentkey",
                                              "user_courses.lastaccess",
                                              "activity_completions.overrideby",
                                              "assignments.submissionstatement",
                                              "assignments.submissionstatementformat",
                                              "assignments.activity",
                                              "assignments.activityformat",
                                              "assignments.activityattachments",
                                              "submissions.timestarted",
                                              "assignment_grades.gradefordisplay",
                                              "quiz_attempts.timecheckstate",
                                              "forums.unreadpostscount",
                                              "discussions.messageinlinefiles",
                                              "discussions.attachments",
                                              "posts.unread",
                                              "posts.wordcount",
                                              "posts.charcount",
                                              "calendar_events.categoryid",
                                              "calendar_events.groupid",
                                              "calendar_events.repeatid",
                                              "calendar_events.uuid",
                                              "calendar_events.subscriptionid",
                                              "reports.settingsdata"};

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
        EXPECT_EQ(met.rows == 0, kNoRows.contains(entity.name)) << entity.name;
        for (const Alternative& alternative : entity.alternatives) {
            for (const recordings::Recording& one : all) {
                if (one.function != alternative.entity->function) continue;
                check_body(*alternative.entity, alternative.entity->rows, one, met);
            }
        }
        for (const ColumnDef& column : entity.columns) {
            const std::string name = qualified(entity, column);
            if (!is_served(column) || kPluginColumns.contains(name)) continue;
            if (met.rows == 0) continue;
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

}  // namespace
}  // namespace moodle_fdw::moodle
