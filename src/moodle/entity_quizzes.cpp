#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr ColumnDef kQuizColumns[] = {
    kInstanceColumn,
    {"quiz_id", Bigint, "id", nullptr, "Moodle's id of the quiz"},
    {"course_id", Bigint, "course", "courseids[]", "its course"},
    {"module_id", Bigint, "coursemodule", nullptr, "id of the activity in its course (cmid)"},
    {"name", Text, "name", nullptr, "name; & and < escaped as served"},
    {"timeopen", Timestamp, "timeopen", nullptr, "opens; NULL = always open"},
    {"timeclose", Timestamp, "timeclose", nullptr, "closes; NULL = never"},
    {"timelimit", Bigint, "timelimit", nullptr, "seconds for an attempt; 0 = no limit"},
    {"attempts", Bigint, "attempts", nullptr, "attempts allowed; 0 = no limit"},
    {"grademethod", Bigint, "grademethod", nullptr,
     "1 = best, 2 = mean, 3 = first, 4 = last attempt counts"},
    {"grade", Numeric, "grade", nullptr, "best grade"},
    {"sumgrades", Numeric, "sumgrades", nullptr, "points of all questions"},
    {"timecreated", Timestamp, "timecreated", nullptr, "when it was made"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when its settings were last changed"},
    {"visible", Boolean, "visible", nullptr, "whether students see it"},
    {"section", Bigint, "section", nullptr, "its section's id"},
    {"groupmode", Bigint, "groupmode", nullptr, "0 = no groups, 1 = separate, 2 = visible"},
    {"groupingid", Bigint, "groupingid", nullptr, "grouping; 0 = none"},
    {"lang", Text, "lang", nullptr, "forced language"},
    {"intro", Text, "intro", nullptr, "description, HTML as served"},
    {"introformat", Bigint, "introformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"introfiles", Jsonb, "introfiles", nullptr, "files in it"},
    {"overduehandling", Text, "overduehandling", nullptr,
     "what happens when time is up: autosubmit, graceperiod, autoabandon"},
    {"graceperiod", Bigint, "graceperiod", nullptr, "seconds to submit after that"},
    {"preferredbehaviour", Text, "preferredbehaviour", nullptr,
     "how questions behave: deferredfeedback, ..."},
    {"canredoquestions", Boolean, "canredoquestions", nullptr,
     "whether a question can be tried anew within an attempt"},
    {"attemptonlast", Boolean, "attemptonlast", nullptr,
     "whether an attempt builds on the one before"},
    {"decimalpoints", Bigint, "decimalpoints", nullptr, "digits shown of grades"},
    {"questiondecimalpoints", Bigint, "questiondecimalpoints", nullptr,
     "digits shown of points; -1 = as grades"},
    {"reviewattempt", Bigint, "reviewattempt", nullptr,
     "when the attempt can be reviewed, as bits"},
    {"reviewcorrectness", Bigint, "reviewcorrectness", nullptr,
     "when correctness is shown, as bits"},
    {"reviewmaxmarks", Bigint, "reviewmaxmarks", nullptr,
     "when greatest points are shown, as bits"},
    {"reviewmarks", Bigint, "reviewmarks", nullptr, "when points are shown, as bits"},
    {"reviewspecificfeedback", Bigint, "reviewspecificfeedback", nullptr,
     "when specific feedback is shown, as bits"},
    {"reviewgeneralfeedback", Bigint, "reviewgeneralfeedback", nullptr,
     "when general feedback is shown, as bits"},
    {"reviewrightanswer", Bigint, "reviewrightanswer", nullptr,
     "when right answers are shown, as bits"},
    {"reviewoverallfeedback", Bigint, "reviewoverallfeedback", nullptr,
     "when overall feedback is shown, as bits"},
    {"questionsperpage", Bigint, "questionsperpage", nullptr, "questions on a page; 0 = all"},
    {"navmethod", Text, "navmethod", nullptr, "free or sequential"},
    {"shuffleanswers", Boolean, "shuffleanswers", nullptr, "whether answers are shuffled"},
    {"password", Text, "password", nullptr, "password, to who may see it"},
    {"subnet", Text, "subnet", nullptr, "addresses from which it can be taken"},
    {"browsersecurity", Text, "browsersecurity", nullptr, "what the browser must be"},
    {"delay1", Bigint, "delay1", nullptr, "seconds between first and second attempt"},
    {"delay2", Bigint, "delay2", nullptr, "seconds between later attempts"},
    {"showuserpicture", Bigint, "showuserpicture", nullptr,
     "whether the person's picture is shown: 0 = no, 1 = small, 2 = large"},
    {"showblocks", Boolean, "showblocks", nullptr, "whether blocks are shown meanwhile"},
    {"completionattemptsexhausted", Boolean, "completionattemptsexhausted", nullptr,
     "whether using up all attempts completes it"},
    {"completionpass", Boolean, "completionpass", nullptr, "whether passing completes it"},
    {"allowofflineattempts", Boolean, "allowofflineattempts", nullptr,
     "whether it can be taken in the mobile app"},
    {"autosaveperiod", Bigint, "autosaveperiod", nullptr, "seconds between savings"},
    {"hasfeedback", Boolean, "hasfeedback", nullptr, "whether it has overall feedback"},
    {"hasquestions", Boolean, "hasquestions", nullptr, "whether it has questions"},
    raw_column(""),
};

constexpr const char* kQuizKey[] = {"quiz_id"};

constexpr int kCoursesInBatch = 50;
constexpr UnitColumn kOfCourses[] = {{"course_id", "courseids[]"}};
constexpr UnitsDef kCourseUnits = {
    .entity = "courses", .columns = kOfCourses, .noun = "course", .batch = kCoursesInBatch};

constexpr ColumnDef kAttemptColumns[] = {
    kInstanceColumn,
    {"course_id", Bigint, "=courseid", "courseid", "the quiz's course"},
    {"attempt_id", Bigint, "id", nullptr, "Moodle's id of the attempt"},
    {"quiz_id", Bigint, "=quizid", "quizid", "the quiz"},
    {"user_id", Bigint, "=userid", "userid", "the participant who was asked for"},
    {"attempt", Bigint, "attempt", nullptr, "the person's first, second, ... attempt"},
    {"state", Text, "state", nullptr, "inprogress, overdue, finished, abandoned, ..."},
    {"timestart", Timestamp, "timestart", nullptr, "when it was begun"},
    {"timefinish", Timestamp, "timefinish", nullptr, "when it was handed in"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when it was last changed"},
    {"timemodifiedoffline", Timestamp, "timemodifiedoffline", nullptr,
     "when it was last changed in the mobile app"},
    {"timecheckstate", Timestamp, "timecheckstate", nullptr,
     "when the state is to be looked at again"},
    {"sumgrades", Numeric, "sumgrades", nullptr, "points; NULL = not graded, or not to be shown"},
    {"gradeitemmarks", Jsonb, "gradeitemmarks", nullptr,
     "points by part: [{name, grade, maxgrade}]"},
    {"uniqueid", Bigint, "uniqueid", nullptr, "id in the question engine"},
    {"layout", Text, "layout", nullptr, "questions on pages: 1,2,0,3,0"},
    {"currentpage", Bigint, "currentpage", nullptr, "page the person was last on"},
    {"preview", Boolean, "preview", nullptr, "whether a teacher tried it out"},
    {"gradednotificationsenttime", Timestamp, "gradednotificationsenttime", nullptr,
     "when the person was told of the grade"},
    raw_column(""),
};

constexpr const char* kAttemptKey[] = {"attempt_id"};

// Each quiz with each participant of its course: Moodle tells attempts of one person in one quiz.
constexpr UnitColumn kOfQuizzes[] = {{"quiz_id", "quizid", false}, {"course_id", "courseid"}};
constexpr UnitsDef kQuizUnits = {.entity = "quizzes", .columns = kOfQuizzes, .noun = "course"};
constexpr UnitColumn kOfParticipants[] = {
    {"=courseid", "courseid", false}, {"=quizid", "quizid"}, {"user_id", "userid"}};
constexpr UnitsDef kAttemptUnits = {
    .entity = "participants", .columns = kOfParticipants, .noun = "user", .within = &kQuizUnits};
constexpr ExpectedFault kAttemptExpected[] = {
    {"userdeleted", ""}, {"invaliduser", ""}, {"usernotconfirmed", ""}};
constexpr RawOnly kAttemptLeftToRaw[] = {
    {"/attempts/*/quiz", "is quiz_id"},
    {"/attempts/*/userid", "is user_id"},
};
constexpr char kAllStates[] = R"({"status":"all"})";

// From Moodle 5.0 on; the older name goes with 6.0.
const EntityDef kAttemptsFallback = {
    .name = "quiz_attempts",
    .comment = "attempts at the quizzes",
    .function = "mod_quiz_get_user_quiz_attempts",
    .rows = "/attempts/*",
    .fixed = kAllStates,
    .fan_out = FanOut::Listed,
    .columns = kAttemptColumns,
    .key = kAttemptKey,
    .expected = kAttemptExpected,
    .rows_estimate = "quiz_attempts",
    .units = &kAttemptUnits,
};

constexpr Alternative kAttemptAlternatives[] = {{&kAttemptsFallback, false}};

}  // namespace

const EntityDef kQuizzes = {
    .name = "quizzes",
    .comment = "quizzes of the courses",
    .function = "mod_quiz_get_quizzes_by_courses",
    .rows = "/quizzes/*",
    .fan_out = FanOut::Listed,
    .columns = kQuizColumns,
    .key = kQuizKey,
    .rows_estimate = "quizzes",
    .needs =
        "mod/quiz:view, moodle/course:view (courses that the token's user is not enrolled in), "
        "moodle/course:viewhiddenactivities (hidden ones), mod/quiz:manage (password, subnet, ...)",
    .cannot_see =
        "questions; overrides for people and groups; quizzes that the token's user may not see. A "
        "course that Moodle refuses is an error (or passed over with a warning), but one that the "
        "query names is empty.",
    .units = &kCourseUnits,
    .refuses_by_warning = true,
};

const EntityDef kQuizAttempts = {
    .name = "quiz_attempts",
    .comment = "attempts at the quizzes",
    .function = "mod_quiz_get_user_attempts",
    .rows = "/attempts/*",
    .fixed = kAllStates,
    .fan_out = FanOut::Listed,
    .columns = kAttemptColumns,
    .key = kAttemptKey,
    .expected = kAttemptExpected,
    .rows_estimate = "quiz_attempts",
    .alternatives = kAttemptAlternatives,
    .needs =
        "mod/quiz:viewreports and what quizzes and enrolments need; the functions "
        "mod_quiz_get_quizzes_by_courses and core_enrol_get_enrolled_users list whom to ask for",
    .cannot_see =
        "previews; attempts of people who are no longer enrolled; answers. One call is made for "
        "each quiz and participant: name courses in WHERE.",
    .left_to_raw = kAttemptLeftToRaw,
    .units = &kAttemptUnits,
};

}  // namespace moodle_fdw::moodle
