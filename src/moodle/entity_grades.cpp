#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr char kGetGradeItems[] = "gradereport_user_get_grade_items";
// 0 = everyone with a grade. A user's own id also shows suspended people and people who were never
// enrolled, whom 0 leaves out, so a restriction on user_id is not passed on.
constexpr char kEveryone[] = R"({"userid":0})";

constexpr ColumnDef kItemColumns[] = {
    kInstanceColumn,
    kCourseUnitColumn,
    {"item_id", Bigint, "id", nullptr, "Moodle's id of the grade item"},
    {"itemname", Text, "itemname", nullptr, "name; NULL for totals"},
    {"itemtype", Text, "itemtype", nullptr,
     "mod, manual, category or course (the last two: totals)"},
    {"itemmodule", Text, "itemmodule", nullptr, "activity, as assign or quiz"},
    {"iteminstance", Bigint, "iteminstance", nullptr,
     "the activity's own id; for totals the grade category's"},
    {"itemnumber", Bigint, "itemnumber", nullptr, "which grade of the activity"},
    {"idnumber", Text, "idnumber", nullptr, "the institution's own number for the item"},
    {"categoryid", Bigint, "categoryid", nullptr, "grade category (not course category)"},
    {"outcomeid", Bigint, "outcomeid", nullptr, "outcome"},
    {"scaleid", Bigint, "scaleid", nullptr, "as served; Moodle 4.5 serves the outcome's id here"},
    {"locked", Boolean, "locked", nullptr, "whether the item is locked"},
    {"cmid", Bigint, "cmid", nullptr, "course module"},
    {"grademin", Numeric, "grademin", nullptr, "least grade"},
    {"grademax", Numeric, "grademax", nullptr,
     "greatest grade, as the first person's report has it (totals may differ)"},
    {"rangeformatted", Text, "rangeformatted", nullptr, "both as shown, HTML"},
    {"weightraw", Numeric, "weightraw", nullptr,
     "weight, 0 to 1, as the first person's report has it (empty grades may be left out)"},
    raw_column(""),
};
constexpr const char* kItemKey[] = {"course_id", "item_id"};
constexpr RawOnly kItemLeftToRaw[] = {
    {"/usergrades/*/gradeitems/*/weightformatted", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/status", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/graderaw", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/gradedatesubmitted", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/gradedategraded", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/gradehiddenbydate", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/gradeneedsupdate", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/gradeishidden", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/gradeislocked", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/gradeisoverridden", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/gradeformatted", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/percentageformatted", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/lettergradeformatted", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/rank", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/numusers", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/averageformatted", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/feedback", "belongs to grades"},
    {"/usergrades/*/gradeitems/*/feedbackformat", "belongs to grades"},
};

constexpr ColumnDef kGradeColumns[] = {
    kInstanceColumn,
    kCourseUnitColumn,
    {"user_id", Bigint, "../userid", nullptr, "whose grade"},
    {"item_id", Bigint, "id", nullptr, "the grade item"},
    {"grade", Numeric, "graderaw", nullptr, "the final grade; NULL = none yet"},
    {"gradeformatted", Text, "gradeformatted", nullptr, "the grade as shown; may hold HTML"},
    {"percentageformatted", Text, "percentageformatted", nullptr, "percentage as shown"},
    {"lettergradeformatted", Text, "lettergradeformatted", nullptr, "letter as shown"},
    {"grademin", Numeric, "grademin", nullptr, "least grade"},
    {"grademax", Numeric, "grademax", nullptr, "greatest grade"},
    {"rangeformatted", Text, "rangeformatted", nullptr, "both as shown, HTML"},
    {"weightraw", Numeric, "weightraw", nullptr, "weight in the total, 0 to 1"},
    {"weightformatted", Text, "weightformatted", nullptr, "weight as shown"},
    {"status", Text, "status", nullptr,
     "aggregation: used, novalue, dropped, excluded, extra, ..."},
    {"gradedatesubmitted", Timestamp, "gradedatesubmitted", nullptr, "when work was handed in"},
    {"gradedategraded", Timestamp, "gradedategraded", nullptr, "when it was graded"},
    {"gradehiddenbydate", Boolean, "gradehiddenbydate", nullptr, "hidden until a date"},
    {"gradeneedsupdate", Boolean, "gradeneedsupdate", nullptr, "to be computed anew"},
    {"gradeishidden", Boolean, "gradeishidden", nullptr, "hidden from the person"},
    {"gradeislocked", Boolean, "gradeislocked", nullptr, "locked"},
    {"gradeisoverridden", Boolean, "gradeisoverridden", nullptr,
     "set by hand over the computed one"},
    {"feedback", Text, "feedback", nullptr, "feedback, HTML as served"},
    {"feedbackformat", Bigint, "feedbackformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"rank", Bigint, "rank", nullptr, "place in the course, where the report shows it"},
    {"numusers", Bigint, "numusers", nullptr, "of so many, where the report shows it"},
    {"averageformatted", Text, "averageformatted", nullptr, "average, where the report shows it"},
    {"userfullname", Text, "../userfullname", nullptr, "the person's name as the site shows it"},
    {"useridnumber", Text, "../useridnumber", nullptr, "the person's idnumber"},
    {"courseidnumber", Text, "../courseidnumber", nullptr, "the course's idnumber"},
    {"maxdepth", Bigint, "../maxdepth", nullptr, "depth of the course's grade categories"},
    {"itemname", Text, "itemname", nullptr, "the item's name; NULL for totals"},
    {"itemtype", Text, "itemtype", nullptr,
     "mod, manual, category or course (the last two: totals)"},
    {"itemmodule", Text, "itemmodule", nullptr, "activity, as assign or quiz"},
    {"iteminstance", Bigint, "iteminstance", nullptr,
     "the activity's own id; for totals the grade category's"},
    {"itemnumber", Bigint, "itemnumber", nullptr, "which grade of the activity"},
    {"idnumber", Text, "idnumber", nullptr, "the item's idnumber"},
    {"categoryid", Bigint, "categoryid", nullptr, "grade category (not course category)"},
    {"outcomeid", Bigint, "outcomeid", nullptr, "outcome"},
    {"scaleid", Bigint, "scaleid", nullptr, "as served; Moodle 4.5 serves the outcome's id here"},
    {"locked", Boolean, "locked", nullptr, "whether the item is locked"},
    {"cmid", Bigint, "cmid", nullptr, "course module"},
    raw_column(""),
};
constexpr const char* kGradeKey[] = {"course_id", "user_id", "item_id"};
constexpr RawOnly kGradeLeftToRaw[] = {{"/usergrades/*/courseid", "is course_id"}};

constexpr ColumnDef kTableColumns[] = {
    kInstanceColumn,
    kCourseUnitColumn,
    {"user_id", Bigint, "../userid", nullptr, "whose report"},
    {"userfullname", Text, "../userfullname", nullptr, "the person's name as the site shows it"},
    {"row_id", Text, "itemname/id", nullptr, "row_<item_id>_<user_id> or cat_<category>_<user_id>"},
    {"itemname", Text, "itemname/content", nullptr, "item or category, HTML"},
    {"grade", Text, "grade/content", nullptr, "grade, HTML"},
    {"range", Text, "range/content", nullptr, "range, HTML"},
    {"percentage", Text, "percentage/content", nullptr, "percentage, HTML"},
    {"lettergrade", Text, "lettergrade/content", nullptr, "letter, HTML"},
    {"rank", Text, "rank/content", nullptr, "place, HTML"},
    {"average", Text, "average/content", nullptr, "average, HTML"},
    {"weight", Text, "weight/content", nullptr, "weight, HTML"},
    {"contributiontocoursetotal", Text, "contributiontocoursetotal/content", nullptr,
     "contribution to the course total, HTML"},
    {"feedback", Text, "feedback/content", nullptr, "feedback, HTML"},
    {"parentcategories", Jsonb, "parentcategories", nullptr,
     "grade categories above, from the top"},
    {"leader", Jsonb, "leader", nullptr, "a row that only indents others: {class, rowspan}"},
    {"maxdepth", Bigint, "../maxdepth", nullptr, "depth of the course's grade categories"},
    raw_column(""),
};
constexpr char kLayout[] = "lays out a page";
constexpr RawOnly kTableLeftToRaw[] = {
    {"/tables/*/courseid", "is course_id"},
    {"/tables/*/tabledata/*/itemname/class", kLayout},
    {"/tables/*/tabledata/*/itemname/colspan", kLayout},
    {"/tables/*/tabledata/*/grade/class", kLayout},
    {"/tables/*/tabledata/*/grade/headers", kLayout},
    {"/tables/*/tabledata/*/range/class", kLayout},
    {"/tables/*/tabledata/*/range/headers", kLayout},
    {"/tables/*/tabledata/*/percentage/class", kLayout},
    {"/tables/*/tabledata/*/percentage/headers", kLayout},
    {"/tables/*/tabledata/*/lettergrade/class", kLayout},
    {"/tables/*/tabledata/*/lettergrade/headers", kLayout},
    {"/tables/*/tabledata/*/rank/class", kLayout},
    {"/tables/*/tabledata/*/rank/headers", kLayout},
    {"/tables/*/tabledata/*/average/class", kLayout},
    {"/tables/*/tabledata/*/average/headers", kLayout},
    {"/tables/*/tabledata/*/weight/class", kLayout},
    {"/tables/*/tabledata/*/weight/headers", kLayout},
    {"/tables/*/tabledata/*/contributiontocoursetotal/class", kLayout},
    {"/tables/*/tabledata/*/contributiontocoursetotal/headers", kLayout},
    {"/tables/*/tabledata/*/feedback/class", kLayout},
    {"/tables/*/tabledata/*/feedback/headers", kLayout},
};

constexpr char kNeeds[] =
    "moodle/grade:viewall, gradereport/user:view, moodle/grade:viewhidden (hidden items and "
    "grades), moodle/course:viewhiddenactivities and moodle/course:ignoreavailabilityrestrictions "
    "(items of hidden and of restricted activities, which vanish in silence), "
    "moodle/site:accessallgroups (without it only the user's own groups are graded, in silence), "
    "mod/assign:view, mod/quiz:view and the like (without them the activity's items vanish, in "
    "silence); to divide a course that is too large, gradereport/grader:view and the function "
    "gradereport_grader_get_users_in_report";

}  // namespace

const EntityDef kGradeItems = {
    .name = "grade_items",
    .comment = "what is graded in a course, totals included",
    .function = kGetGradeItems,
    .rows = "/usergrades/*/gradeitems/*",
    .fixed = kEveryone,
    .fan_out = FanOut::Courses,
    .course_argument = "courseid",
    .user_argument = "userid",
    .distinct = Distinct::Unit,
    .split = Split::Users,
    .columns = kItemColumns,
    .key = kItemKey,
    .rows_estimate = "grade_items",
    .needs = kNeeds,
    .cannot_see =
        "items of courses without an active participant in a graded role; items of grade "
        "type none. raw is the item as the first person's report has it, with that person's "
        "grade.",
    .left_to_raw = kItemLeftToRaw,
};

const EntityDef kGrades = {
    .name = "grades",
    .comment = "everyone's grade for every item, totals included",
    .function = kGetGradeItems,
    .rows = "/usergrades/*/gradeitems/*",
    .fixed = kEveryone,
    .fan_out = FanOut::Courses,
    .course_argument = "courseid",
    .user_argument = "userid",
    .split = Split::Users,
    .columns = kGradeColumns,
    .key = kGradeKey,
    .rows_estimate = "grades",
    .needs = kNeeds,
    .cannot_see =
        "grades of suspended, expired and unenrolled people: the table has the active "
        "participants in graded roles. A restriction on user_id is applied here and never "
        "sent, because Moodle, asked for one person, also shows those. Filter by course_id "
        "to keep it cheap.",
    .left_to_raw = kGradeLeftToRaw,
};

const EntityDef kGradesTable = {
    .name = "grades_table",
    .comment = "the user report as it is shown: HTML for display, three times the bytes of grades",
    .function = "gradereport_user_get_grades_table",
    .rows = "/tables/*/tabledata/*",
    .fixed = kEveryone,
    .fan_out = FanOut::Courses,
    .course_argument = "courseid",
    .user_argument = "userid",
    .split = Split::Users,
    .columns = kTableColumns,
    .key = {},
    .rows_estimate = "grades",
    .needs = kNeeds,
    .cannot_see = "numbers, dates and item ids: the report is made to be looked at. Use grades.",
    .left_to_raw = kTableLeftToRaw,
};

}  // namespace moodle_fdw::moodle
