// The entities' definitions, one file a family; entity.cpp lists them.
#pragma once

#include "moodle/entity.h"

namespace moodle_fdw::moodle {

extern const EntityDef kUsers;
extern const EntityDef kCourses;
extern const EntityDef kCategories;
extern const EntityDef kRoles;
extern const EntityDef kEnrolments;
extern const EntityDef kParticipants;
extern const EntityDef kEnrolmentMethods;
extern const EntityDef kGradeItems;
extern const EntityDef kGrades;
extern const EntityDef kGradesTable;
extern const EntityDef kCompletions;
extern const EntityDef kSiteInfo;
extern const EntityDef kModules;
extern const EntityDef kGroups;
extern const EntityDef kGroupMembers;
extern const EntityDef kCohorts;
extern const EntityDef kCohortMembers;
extern const EntityDef kUserCourses;
extern const EntityDef kActivityCompletions;
extern const EntityDef kAssignments;
extern const EntityDef kSubmissions;
extern const EntityDef kAssignmentGrades;
extern const EntityDef kQuizzes;
extern const EntityDef kQuizAttempts;
extern const EntityDef kForums;
extern const EntityDef kDiscussions;
extern const EntityDef kPosts;
extern const EntityDef kCalendarEvents;
extern const EntityDef kBadges;
extern const EntityDef kNotes;
extern const EntityDef kTags;
extern const EntityDef kTagCloud;
extern const EntityDef kReports;
extern const EntityDef kReportRows;
extern const EntityDef kCourseUpdates;

// Every table begins and ends alike.
inline constexpr ColumnDef kInstanceColumn = {"instance", ColumnType::Text, "@instance", nullptr,
                                              "the Moodle, by the name of its server"};
constexpr ColumnDef raw_column(const char* path) {
    return {"raw", ColumnType::Jsonb, path, nullptr, "the record as served, value for value"};
}
inline constexpr ColumnDef kCourseUnitColumn = {"course_id", ColumnType::Bigint, "=courseid",
                                                "courseid", "the course that was asked"};

}  // namespace moodle_fdw::moodle
