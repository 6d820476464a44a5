#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr ColumnDef kAssignmentColumns[] = {
    kInstanceColumn,
    {"assignment_id", Bigint, "id", nullptr, "Moodle's id of the assignment"},
    {"course_id", Bigint, "course", "courseids[]", "its course"},
    {"module_id", Bigint, "cmid", nullptr, "id of the activity in its course (cmid)"},
    {"name", Text, "name", nullptr, "name; & and < escaped as served"},
    {"allowsubmissionsfromdate", Timestamp, "allowsubmissionsfromdate", nullptr,
     "submissions are taken from then on; NULL = always"},
    {"duedate", Timestamp, "duedate", nullptr, "when it is due; NULL = none set"},
    {"cutoffdate", Timestamp, "cutoffdate", nullptr,
     "submissions are taken until then; NULL = always"},
    {"gradingduedate", Timestamp, "gradingduedate", nullptr,
     "when grading is due; NULL = none set"},
    {"timelimit", Bigint, "timelimit", nullptr, "seconds to work on it; 0 = no limit"},
    {"grade", Numeric, "grade", nullptr, "best grade; negative = a scale, by its id"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when its settings were last changed"},
    {"nosubmissions", Boolean, "nosubmissions", nullptr, "whether nothing is to be handed in"},
    {"submissiondrafts", Boolean, "submissiondrafts", nullptr,
     "whether a button must be pressed to submit"},
    {"requiresubmissionstatement", Boolean, "requiresubmissionstatement", nullptr,
     "whether a statement must be accepted"},
    {"submissionstatement", Text, "submissionstatement", nullptr, "that statement"},
    {"submissionstatementformat", Bigint, "submissionstatementformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"sendnotifications", Boolean, "sendnotifications", nullptr,
     "whether graders are told of submissions"},
    {"sendlatenotifications", Boolean, "sendlatenotifications", nullptr,
     "whether graders are told of late ones"},
    {"sendstudentnotifications", Boolean, "sendstudentnotifications", nullptr,
     "whether students are told of grades"},
    {"completionsubmit", Boolean, "completionsubmit", nullptr, "whether submitting completes it"},
    {"teamsubmission", Boolean, "teamsubmission", nullptr, "whether groups submit together"},
    {"requireallteammemberssubmit", Boolean, "requireallteammemberssubmit", nullptr,
     "whether all members must submit"},
    {"teamsubmissiongroupingid", Bigint, "teamsubmissiongroupingid", nullptr,
     "grouping of these groups; 0 = none"},
    {"preventsubmissionnotingroup", Boolean, "preventsubmissionnotingroup", nullptr,
     "whether only members of a group may submit"},
    {"blindmarking", Boolean, "blindmarking", nullptr, "whether students are hidden from graders"},
    {"revealidentities", Boolean, "revealidentities", nullptr, "whether they were revealed"},
    {"hidegrader", Boolean, "hidegrader", nullptr, "whether graders are hidden from students"},
    {"attemptreopenmethod", Text, "attemptreopenmethod", nullptr,
     "how further attempts open: none, manual, untilpass"},
    {"maxattempts", Bigint, "maxattempts", nullptr, "attempts; -1 = no limit"},
    {"markingworkflow", Boolean, "markingworkflow", nullptr, "whether grades pass through states"},
    {"markingallocation", Boolean, "markingallocation", nullptr, "whether graders are assigned"},
    {"markinganonymous", Boolean, "markinganonymous", nullptr,
     "whether grades may be released while names are hidden"},
    {"submissionattachments", Boolean, "submissionattachments", nullptr,
     "whether files are only shown during submission"},
    {"configs", Jsonb, "configs", nullptr,
     "settings of the plugins: [{plugin, subtype, name, value}]"},
    {"intro", Text, "intro", nullptr, "description, HTML as served"},
    {"introformat", Bigint, "introformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"introfiles", Jsonb, "introfiles", nullptr, "files in it"},
    {"introattachments", Jsonb, "introattachments", nullptr, "files beside it"},
    {"activity", Text, "activity", nullptr, "instructions, HTML as served"},
    {"activityformat", Bigint, "activityformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"activityattachments", Jsonb, "activityattachments", nullptr, "files beside these"},
    raw_column(""),
};

constexpr const char* kAssignmentKey[] = {"assignment_id"};

// Some 3 KB and 4 ms an assignment.
constexpr int kCoursesInBatch = 50;
constexpr UnitColumn kOfCourses[] = {{"course_id", "courseids[]"}};
constexpr UnitsDef kCourseUnits = {
    .entity = "courses", .columns = kOfCourses, .noun = "course", .batch = kCoursesInBatch};

constexpr ColumnDef kSubmissionColumns[] = {
    kInstanceColumn,
    {"submission_id", Bigint, "id", nullptr, "Moodle's id of the submission"},
    {"assignment_id", Bigint, "../assignmentid", "assignmentids[]", "the assignment"},
    {"user_id", Bigint, "userid", nullptr, "who submitted; 0 = a group"},
    {"group_id", Bigint, "groupid", nullptr, "the group that submitted; 0 = none"},
    {"attemptnumber", Bigint, "attemptnumber", nullptr, "attempt, from 0"},
    {"status", Text, "status", nullptr, "new, draft, submitted, reopened"},
    {"gradingstatus", Text, "gradingstatus", nullptr,
     "graded, notgraded, or a state of the marking workflow"},
    {"timecreated", Timestamp, "timecreated", nullptr, "when it was begun"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when it was last changed"},
    {"timestarted", Timestamp, "timestarted", nullptr,
     "when the person began to work, where there is a time limit"},
    {"plugins", Jsonb, "plugins", nullptr,
     "what was handed in: [{type, name, fileareas, editorfields}]"},
    raw_column(""),
};

constexpr const char* kSubmissionKey[] = {"submission_id"};

// One assignment of a large course gives some 500 KB; few calls run side by side then.
constexpr int kAssignmentsInBatch = 20;
constexpr UnitColumn kOfAssignments[] = {{"assignment_id", "assignmentids[]"}};
constexpr UnitsDef kAssignmentUnits = {.entity = "assignments",
                                       .columns = kOfAssignments,
                                       .noun = "assignment",
                                       .batch = kAssignmentsInBatch};
constexpr BoundDef kSubmissionBounds[] = {
    {"timemodified", BoundKind::AtLeast, "since"},
    {"timemodified", BoundKind::AtMost, "before"},
    {"status", BoundKind::Equal, "status"},
};
constexpr RawOnly kSubmissionLeftToRaw[] = {
    {"/assignments/*/submissions/*/assignment", "is assignment_id, where it is served"},
    {"/assignments/*/submissions/*/latest", "is served by other functions alone"},
};

constexpr ColumnDef kGradeColumns[] = {
    kInstanceColumn,
    {"assign_grade_id", Bigint, "id", nullptr, "Moodle's id of the grade in the assignment"},
    {"assignment_id", Bigint, "../assignmentid", "assignmentids[]", "the assignment"},
    {"user_id", Bigint, "userid", nullptr, "who was graded"},
    {"attemptnumber", Bigint, "attemptnumber", nullptr, "attempt, from 0"},
    {"grade", Numeric, "grade", nullptr, "grade; -1 = none given"},
    {"gradefordisplay", Text, "gradefordisplay", nullptr, "the grade as shown"},
    {"grader", Bigint, "grader", nullptr, "who graded; negative = the system"},
    {"timecreated", Timestamp, "timecreated", nullptr, "when it was given"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when it was last changed"},
    raw_column(""),
};

constexpr const char* kGradeKey[] = {"assign_grade_id"};

constexpr BoundDef kGradeBounds[] = {{"timemodified", BoundKind::AtLeast, "since"}};
constexpr RawOnly kGradeLeftToRaw[] = {
    {"/assignments/*/grades/*/assignment", "is assignment_id, where it is served"},
};

}  // namespace

const EntityDef kAssignments = {
    .name = "assignments",
    .comment = "assignments of the courses",
    .function = "mod_assign_get_assignments",
    .rows = "/courses/*/assignments/*",
    .fixed = R"({"includenotenrolledcourses":1})",
    .fan_out = FanOut::Listed,
    .columns = kAssignmentColumns,
    .key = kAssignmentKey,
    .rows_estimate = "assignments",
    .needs =
        "mod/assign:view, moodle/course:view (courses that the token's user is not enrolled in), "
        "moodle/course:viewhiddenactivities (hidden ones)",
    .cannot_see =
        "overrides for people and groups; assignments that the token's user may not see. A course "
        "that Moodle refuses is an error (or passed over with a warning), but one that the query "
        "names is empty.",
    .units = &kCourseUnits,
    .refuses_by_warning = true,
};

const EntityDef kSubmissions = {
    .name = "submissions",
    .comment = "what was handed in for the assignments",
    .function = "mod_assign_get_submissions",
    .rows = "/assignments/*/submissions/*",
    .fan_out = FanOut::Listed,
    .columns = kSubmissionColumns,
    .key = kSubmissionKey,
    .rows_estimate = "submissions",
    .needs =
        "mod/assign:viewgrades or mod/assign:grade in each course; the function "
        "mod_assign_get_assignments lists the assignments",
    .cannot_see = "people who have handed in nothing; grades: join assignment_grades",
    .left_to_raw = kSubmissionLeftToRaw,
    .units = &kAssignmentUnits,
    .bounds = kSubmissionBounds,
    .refuses_by_warning = true,
};

const EntityDef kAssignmentGrades = {
    .name = "assignment_grades",
    .comment = "grades given in the assignments, attempt by attempt",
    .function = "mod_assign_get_grades",
    .rows = "/assignments/*/grades/*",
    .fan_out = FanOut::Listed,
    .columns = kGradeColumns,
    .key = kGradeKey,
    .rows_estimate = "assignment_grades",
    .needs =
        "mod/assign:viewgrades or mod/assign:grade in each course; the function "
        "mod_assign_get_assignments lists the assignments",
    .cannot_see = "feedback, and what the gradebook made of the grade: see grades",
    .left_to_raw = kGradeLeftToRaw,
    .units = &kAssignmentUnits,
    .bounds = kGradeBounds,
    .refuses_by_warning = true,
};

}  // namespace moodle_fdw::moodle
