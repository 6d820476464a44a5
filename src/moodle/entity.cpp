#include "moodle/entity.h"

#include <algorithm>

#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

bool is_lower_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_md5(std::string_view text) {
    return text.size() == 32 && std::all_of(text.begin(), text.end(), is_lower_hex);
}

// name@example.org.1795187402: nine digits and more were seconds since 1973.
bool ends_with_moment(std::string_view username) {
    const size_t dot = username.rfind('.');
    if (dot == std::string_view::npos) return false;
    const std::string_view tail = username.substr(dot + 1);
    return tail.size() >= 9 && std::all_of(tail.begin(), tail.end(), is_digit);
}

bool string_field(Value user, std::string_view key, std::string& scratch, std::string_view& text) {
    const Value value = user.find(key);
    if (!value.found() || value.type() != JsonType::String) return false;
    text = value.string(scratch);
    return true;
}

}  // namespace

const char* sql_type_name(ColumnType type) {
    switch (type) {
        case ColumnType::Bigint:
            return "bigint";
        case ColumnType::Numeric:
            return "numeric";
        case ColumnType::Text:
            return "text";
        case ColumnType::Boolean:
            return "boolean";
        case ColumnType::Timestamp:
            return "timestamptz";
        case ColumnType::Jsonb:
            return "jsonb";
        case ColumnType::TextArray:
            return "text[]";
        case ColumnType::BigintArray:
            return "bigint[]";
        case ColumnType::Md5:
            return "bytea";
    }
    return "text";
}

std::span<const EntityDef> all_entities() {
    static const EntityDef kAll[] = {
        kUsers,
        kCourses,
        kCategories,
        kRoles,
        kEnrolments,
        kParticipants,
        kEnrolmentMethods,
        kGradeItems,
        kGrades,
        kGradesTable,
        kCompletions,
        kSiteInfo,
        kModules,
        kGroups,
        kGroupMembers,
        kCohorts,
        kCohortMembers,
        kUserCourses,
        kActivityCompletions,
        kAssignments,
        kSubmissions,
        kAssignmentGrades,
        kQuizzes,
        kQuizAttempts,
        kForums,
        kDiscussions,
        kPosts,
        kCalendarEvents,
        kBadges,
        kNotes,
        kTags,
        kTagCloud,
        kReports,
        kReportRows,
        kCourseUpdates,
    };
    return kAll;
}

const EntityDef* find_entity(std::string_view name) {
    for (const EntityDef& entity : all_entities()) {
        if (name == entity.name) return &entity;
    }
    return nullptr;
}

bool looks_deleted(Value user) {
    std::string scratch;
    std::string_view text;
    const bool has_username = string_field(user, "username", scratch, text);
    if (has_username && !ends_with_moment(text)) return false;
    const bool has_email = string_field(user, "email", scratch, text);
    if (has_email && !is_md5(text)) return false;
    return has_email;
}

}  // namespace moodle_fdw::moodle
