#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr char kByField[] = "core_course_get_courses_by_field";

// Keys of core_course_get_courses that core_course_get_courses_by_field lacks stand here too: they
// are NULL unless the fallback is used, or the course format serves them as courseformatoptions.
constexpr ColumnDef kCourseColumns[] = {
    kInstanceColumn,
    {"course_id", Bigint, "id", nullptr, "Moodle's id of the course; 1 is the front page"},
    {"shortname", Text, "shortname", nullptr, "short name, unique; & and < escaped as served"},
    {"fullname", Text, "fullname", nullptr, "full name; & and < escaped as served"},
    {"displayname", Text, "displayname", nullptr, "the name as lists show it"},
    {"categoryid", Bigint, "categoryid", nullptr, "category; 0 for the front page"},
    {"categoryname", Text, "categoryname", nullptr, "name of the category"},
    {"sortorder", Bigint, "sortorder", nullptr, "place in the site's order"},
    {"categorysortorder", Bigint, "categorysortorder", nullptr,
     "place in the category (core_course_get_courses only)"},
    {"idnumber", Text, "idnumber", nullptr, "the institution's own number for the course"},
    {"summary", Text, "summary", nullptr, "summary, HTML as served"},
    {"summaryformat", Bigint, "summaryformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"format", Text, "format", nullptr, "course format: topics, weeks, social, ..."},
    {"visible", Boolean, "visible", nullptr, "whether students see the course"},
    {"startdate", Timestamp, "startdate", nullptr, "start"},
    {"enddate", Timestamp, "enddate", nullptr, "end; NULL = none set"},
    {"timecreated", Timestamp, "timecreated", nullptr, "when the course was made"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when its settings were last changed"},
    {"enablecompletion", Boolean, "enablecompletion", nullptr, "whether completion is tracked"},
    {"completionnotify", Boolean, "completionnotify", nullptr, "whether completion is announced"},
    {"showactivitydates", Boolean, "showactivitydates", nullptr, "whether dates are shown"},
    {"showcompletionconditions", Boolean, "showcompletionconditions", nullptr,
     "whether completion conditions are shown; NULL = not set"},
    {"showgrades", Boolean, "showgrades", nullptr, "whether students see the gradebook"},
    {"showreports", Boolean, "showreports", nullptr, "whether students see activity reports"},
    {"newsitems", Bigint, "newsitems", nullptr, "announcements shown"},
    {"numsections", Bigint, "numsections", nullptr, "sections (core_course_get_courses only)"},
    {"hiddensections", Bigint, "hiddensections", nullptr,
     "how hidden sections are shown (core_course_get_courses only)"},
    {"marker", Bigint, "marker", nullptr, "highlighted section"},
    {"maxbytes", Bigint, "maxbytes", nullptr, "largest upload; 0 = the site's limit"},
    {"legacyfiles", Bigint, "legacyfiles", nullptr,
     "course files: 0 = never had, 1 = not now, 2 = on"},
    {"groupmode", Bigint, "groupmode", nullptr, "0 = no groups, 1 = separate, 2 = visible"},
    {"groupmodeforce", Boolean, "groupmodeforce", nullptr, "whether activities must follow"},
    {"defaultgroupingid", Bigint, "defaultgroupingid", nullptr, "grouping; 0 = none"},
    {"lang", Text, "lang", nullptr, "forced language"},
    {"theme", Text, "theme", nullptr, "forced theme"},
    {"forcetheme", Text, "forcetheme", nullptr, "forced theme (core_course_get_courses only)"},
    {"calendartype", Text, "calendartype", nullptr, "forced calendar"},
    {"requested", Boolean, "requested", nullptr, "whether it was made by a course request"},
    {"cacherev", Bigint, "cacherev", nullptr, "revision; grows when the course's contents change"},
    {"courseimage", Text, "courseimage", nullptr, "picture, address or inline"},
    {"communicationroomname", Text, "communicationroomname", nullptr, "chat room"},
    {"communicationroomurl", Text, "communicationroomurl", nullptr, "address of the chat room"},
    {"contacts", Jsonb, "contacts", nullptr, "contacts shown: [{id, fullname}]"},
    {"enrollmentmethods", Jsonb, "enrollmentmethods", nullptr,
     "names of the enabled enrolment plugins"},
    {"customfields", Jsonb, "customfields", nullptr,
     "course fields of the site: [{name, shortname, type, valueraw, value}]"},
    {"courseformatoptions", Jsonb, "courseformatoptions", nullptr,
     "settings of the format: [{name, value}]"},
    {"filters", Jsonb, "filters", nullptr, "text filters: [{filter, localstate, inheritedstate}]"},
    {"summaryfiles", Jsonb, "summaryfiles", nullptr, "files in the summary"},
    {"overviewfiles", Jsonb, "overviewfiles", nullptr, "course pictures"},
    raw_column(""),
};

constexpr const char* kCourseKey[] = {"course_id"};

// Not by shortname: Moodle compares the name that it stores and serves it with tags stripped and &
// escaped, so a name that SQL sees might not be found.
constexpr LookupDef kCourseLookups[] = {
    {.column = "course_id",
     .function = kByField,
     .rows = "/courses/*",
     .fixed = R"({"field":"ids"})",
     .argument = "value",
     .batch = 200,
     .at_most = 0,
     .match = LookupMatch::Exact,
     .prefix = false,
     .joined = true},
    {.column = "idnumber",
     .function = kByField,
     .rows = "/courses/*",
     .fixed = R"({"field":"idnumber"})",
     .argument = "value",
     .batch = 1,
     .at_most = 50,
     .match = LookupMatch::Exact,
     .prefix = false},
    {.column = "categoryid",
     .function = kByField,
     .rows = "/courses/*",
     .fixed = R"({"field":"category"})",
     .argument = "value",
     .batch = 1,
     .at_most = 20,
     .match = LookupMatch::Exact,
     .prefix = false},
};

constexpr char kCourseNeeds[] =
    "moodle/course:view (courses that the token's user is not enrolled in), "
    "moodle/course:viewhiddencourses and moodle/category:viewhiddencategories (hidden ones), "
    "moodle/course:update (idnumber, groupmode, enablecompletion, timecreated and further "
    "settings)";

// Fails whole over one inaccessible course, so it is only taken where the other is not allowed.
const EntityDef kCoursesFallback = {
    .name = "courses",
    .comment = "the site's courses",
    .function = "core_course_get_courses",
    .rows = "/*",
    .columns = kCourseColumns,
    .key = kCourseKey,
    .rows_estimate = "courses",
    .needs = kCourseNeeds,
};
constexpr Alternative kCourseAlternatives[] = {{&kCoursesFallback, false}};

constexpr ColumnDef kCategoryColumns[] = {
    kInstanceColumn,
    {"category_id", Bigint, "id", nullptr, "Moodle's id of the category"},
    {"name", Text, "name", nullptr, "name; & and < escaped as served"},
    {"idnumber", Text, "idnumber", nullptr, "the institution's own number for the category"},
    {"description", Text, "description", nullptr, "description, HTML as served"},
    {"descriptionformat", Bigint, "descriptionformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"parent", Bigint, "parent", nullptr, "the category above; 0 = at the top"},
    {"sortorder", Bigint, "sortorder", nullptr, "place in the site's order"},
    {"coursecount", Bigint, "coursecount", nullptr, "courses directly in it"},
    {"visible", Boolean, "visible", nullptr, "whether it is shown"},
    {"visibleold", Boolean, "visibleold", nullptr,
     "whether it was shown before its parent was hidden"},
    {"timemodified", Timestamp, "timemodified", nullptr, "last change"},
    {"depth", Bigint, "depth", nullptr, "1 = at the top"},
    {"path", Text, "path", nullptr, "ids from the top, as /1/5/9"},
    {"theme", Text, "theme", nullptr, "forced theme"},
    raw_column(""),
};
constexpr const char* kCategoryKey[] = {"category_id"};
constexpr LookupDef kCategoryLookups[] = {
    {.column = "category_id",
     .function = "core_course_get_categories",
     .rows = "/*",
     .fixed = R"({"addsubcategories":0,"criteria":[{"key":"ids"}]})",
     .argument = "criteria[0][value]",
     .batch = 200,
     .at_most = 0,
     .match = LookupMatch::Exact,
     .prefix = false,
     .joined = true},
};

}  // namespace

const EntityDef kCourses = {
    .name = "courses",
    .comment = "the site's courses",
    .function = kByField,
    .rows = "/courses/*",
    .columns = kCourseColumns,
    .key = kCourseKey,
    .lookups = kCourseLookups,
    .rows_estimate = "courses",
    .alternatives = kCourseAlternatives,
    .needs = kCourseNeeds,
    .cannot_see =
        "courses that the token's user may not see: they are left out in silence. "
        "displayname and categoryname are display forms. The front page is a row, course 1.",
};

const EntityDef kCategories = {
    .name = "categories",
    .comment = "the tree of course categories",
    .function = "core_course_get_categories",
    .rows = "/*",
    .columns = kCategoryColumns,
    .key = kCategoryKey,
    .lookups = kCategoryLookups,
    .rows_estimate = "categories",
    .needs =
        "moodle/category:viewhiddencategories (hidden ones), moodle/category:manage (idnumber, "
        "visible, visibleold, timemodified, theme)",
    .cannot_see = "categories that the token's user may not see",
};

}  // namespace moodle_fdw::moodle
