#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr ColumnDef kColumns[] = {
    kInstanceColumn,
    kCourseUnitColumn,
    {"user_id", Bigint, "=userid", "userid", "the participant who was asked for"},
    {"completed", Boolean, "completed", nullptr, "whether the course is completed"},
    {"aggregation", Bigint, "aggregation", nullptr, "1 = all criteria are needed, 2 = any one"},
    {"completions", Jsonb, "completions", nullptr,
     "the criteria: [{type, title, status, complete, timecompleted, details}]; type 1 = self, "
     "2 = date, 3 = unenrolment, 4 = activity, 5 = duration, 6 = grade, 7 = role, 8 = course"},
    {"reason", Text, "@reason", nullptr,
     "why there is no status; then the columns before are NULL"},
    raw_column(""),
};
constexpr const char* kKey[] = {"course_id", "user_id"};

// Moodle uses one errorcode for "completion is off here" and "you may not see it".
constexpr ExpectedFault kExpected[] = {
    {"cannotviewreport", "completion not enabled or not permitted"},
    {"nocriteriaset", "no completion criteria set"},
    {"usernotenroled", "not enrolled in a role whose completion is tracked"},
    {"userdeleted", "user deleted"},
    {"invaliduser", "user deleted"},
};

}  // namespace

const EntityDef kCompletions = {
    .name = "completions",
    .comment = "each participant's completion of a course",
    .function = "core_completion_get_course_completion_status",
    .rows = "/completionstatus",
    .fan_out = FanOut::Enrolments,
    .course_argument = "courseid",
    .user_argument = "userid",
    .columns = kColumns,
    .key = kKey,
    .expected = kExpected,
    .rows_estimate = "participants",
    .needs =
        "report/completion:view and what enrolments needs; the function "
        "core_enrol_get_enrolled_users lists whom to ask for",
    .cannot_see =
        "when the course as a whole was completed: only the criteria have times. One call "
        "is made for each participant (about 35 ms on the site): name courses in WHERE.",
};

}  // namespace moodle_fdw::moodle
