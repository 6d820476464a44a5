#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr ColumnDef kUserCourseColumns[] = {
    kInstanceColumn,
    {"user_id", Bigint, "=userid", "userid", "whose courses were asked for"},
    {"course_id", Bigint, "id", nullptr, "a course in which the person is actively enrolled"},
    {"shortname", Text, "shortname", nullptr, "its short name"},
    {"fullname", Text, "fullname", nullptr, "its full name; & and < escaped as served"},
    {"displayname", Text, "displayname", nullptr, "its name as lists show it"},
    {"idnumber", Text, "idnumber", nullptr, "the institution's own number for the course"},
    {"category", Bigint, "category", nullptr, "its category"},
    {"progress", Numeric, "progress", nullptr,
     "completed activities in per cent; NULL = completion off or not tracked"},
    {"completed", Boolean, "completed", nullptr, "whether the person has completed the course"},
    {"lastaccess", Timestamp, "lastaccess", nullptr, "the person's last access to the course"},
    {"completionhascriteria", Boolean, "completionhascriteria", nullptr,
     "whether the course has criteria of completion"},
    {"completionusertracked", Boolean, "completionusertracked", nullptr,
     "whether the person's completion is tracked"},
    {"enablecompletion", Boolean, "enablecompletion", nullptr,
     "whether completion is on in the course"},
    {"isfavourite", Boolean, "isfavourite", nullptr, "whether the token's user has starred it"},
    {"hidden", Boolean, "hidden", nullptr, "whether the token's user has hidden it"},
    {"enrolledusercount", Bigint, "enrolledusercount", nullptr,
     "people enrolled; costs the site a count a course, so it is asked for only when read"},
    {"visible", Boolean, "visible", nullptr, "whether students see the course"},
    {"summary", Text, "summary", nullptr, "summary, HTML as served"},
    {"summaryformat", Bigint, "summaryformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"format", Text, "format", nullptr, "course format"},
    {"courseimage", Text, "courseimage", nullptr, "picture"},
    {"showgrades", Boolean, "showgrades", nullptr, "whether students see the gradebook"},
    {"lang", Text, "lang", nullptr, "forced language"},
    {"startdate", Timestamp, "startdate", nullptr, "start"},
    {"enddate", Timestamp, "enddate", nullptr, "end; NULL = none set"},
    {"marker", Bigint, "marker", nullptr, "highlighted section"},
    {"overviewfiles", Jsonb, "overviewfiles", nullptr, "course pictures"},
    {"showactivitydates", Boolean, "showactivitydates", nullptr, "whether dates are shown"},
    {"showcompletionconditions", Boolean, "showcompletionconditions", nullptr,
     "whether completion conditions are shown; NULL = not set"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when its settings were last changed"},
    raw_column(""),
};

constexpr const char* kUserCourseKey[] = {"user_id", "course_id"};

constexpr PruneDef kUserCoursePrunes[] = {{{"enrolledusercount", ""}, "returnusercount", "0"}};

constexpr ColumnDef kActivityColumns[] = {
    kInstanceColumn,
    kCourseUnitColumn,
    {"user_id", Bigint, "=userid", "userid", "the participant who was asked for"},
    {"module_id", Bigint, "cmid", nullptr, "id of the activity in its course (cmid)"},
    {"modname", Text, "modname", nullptr, "kind of activity: assign, quiz, forum, ..."},
    {"instance_id", Bigint, "instance", nullptr,
     "id among its kind: assignment_id, quiz_id, forum_id, ..."},
    {"state", Bigint, "state", nullptr,
     "0 = incomplete, 1 = complete, 2 = complete and passed, 3 = complete and failed"},
    {"timecompleted", Timestamp, "timecompleted", nullptr, "when the state last changed"},
    {"tracking", Bigint, "tracking", nullptr, "0 = off, 1 = by hand, 2 = by conditions"},
    {"overrideby", Bigint, "overrideby", nullptr,
     "who set the state in the person's place; NULL = nobody"},
    {"valueused", Boolean, "valueused", nullptr, "whether availability of something depends on it"},
    {"hascompletion", Boolean, "hascompletion", nullptr, "whether completion is on for it"},
    {"isautomatic", Boolean, "isautomatic", nullptr, "whether it completes by conditions"},
    {"istrackeduser", Boolean, "istrackeduser", nullptr, "whether the person is tracked"},
    {"uservisible", Boolean, "uservisible", nullptr, "whether the person sees it"},
    {"details", Jsonb, "details", nullptr,
     "conditions: [{rulename, rulevalue: {status, description}}]"},
    {"isoverallcomplete", Boolean, "isoverallcomplete", nullptr, "whether it counts as complete"},
    {"reason", Text, "@reason", nullptr,
     "why there is no status; then the columns before are NULL"},
    raw_column(""),
};

constexpr const char* kActivityKey[] = {"course_id", "user_id", "module_id"};

constexpr ExpectedFault kActivityExpected[] = {
    {"cannotviewreport", "not permitted"},
    {"userdeleted", "user deleted"},
    {"invaliduser", "user deleted"},
};

}  // namespace

const EntityDef kUserCourses = {
    .name = "user_courses",
    .comment =
        "each person's courses with progress, completion and last access: one call a person, where "
        "completions takes one for each enrolment",
    .function = "core_enrol_get_users_courses",
    .rows = "/*",
    .fan_out = FanOut::Users,
    .user_argument = "userid",
    .columns = kUserCourseColumns,
    .key = kUserCourseKey,
    .rows_estimate = "user_courses",
    .needs =
        "moodle/course:viewparticipants, moodle/course:viewhiddencourses (hidden courses), "
        "report/completion:view (progress), and what users needs to list the people",
    .cannot_see =
        "suspended and expired enrolments; courses whose participants the token's user may not "
        "see; when a course was completed",
    .prunes = kUserCoursePrunes,
};

const EntityDef kActivityCompletions = {
    .name = "activity_completions",
    .comment = "each participant's completion of each activity",
    .function = "core_completion_get_activities_completion_status",
    .rows = "/statuses/*",
    .fan_out = FanOut::Enrolments,
    .course_argument = "courseid",
    .user_argument = "userid",
    .columns = kActivityColumns,
    .key = kActivityKey,
    .expected = kActivityExpected,
    .rows_estimate = "activity_completions",
    .needs =
        "report/completion:view and what enrolments needs; the function "
        "core_enrol_get_enrolled_users lists whom to ask for",
    .cannot_see =
        "activities whose completion is off; a course with completion off has no rows. One call is "
        "made for each participant (about 35 ms on the site): name courses in WHERE.",
};

}  // namespace moodle_fdw::moodle
