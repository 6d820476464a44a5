#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr ColumnDef kModuleColumns[] = {
    kInstanceColumn,
    kCourseUnitColumn,
    {"module_id", Bigint, "id", nullptr, "id of the activity in its course (cmid)"},
    {"section_id", Bigint, "../id", nullptr, "the section that it stands in"},
    {"section", Bigint, "../section", nullptr, "that section's place; 0 = at the top"},
    {"section_name", Text, "../name", nullptr, "that section's name"},
    {"section_visible", Boolean, "../visible", nullptr, "whether students see that section"},
    {"modname", Text, "modname", nullptr, "kind of activity: assign, quiz, forum, resource, ..."},
    {"instance_id", Bigint, "instance", nullptr,
     "id among its kind: assignment_id, quiz_id, forum_id, ..."},
    {"name", Text, "name", nullptr, "name; & and < escaped as served"},
    {"contextid", Bigint, "contextid", nullptr, "its context"},
    {"url", Text, "url", nullptr, "address; NULL for what has no page"},
    {"description", Text, "description", nullptr, "text on the course page, HTML as served"},
    {"visible", Boolean, "visible", nullptr, "whether students see it"},
    {"uservisible", Boolean, "uservisible", nullptr, "whether the token's user sees it"},
    {"visibleoncoursepage", Boolean, "visibleoncoursepage", nullptr,
     "false = reachable by its address alone"},
    {"availability", Text, "availability", nullptr,
     "conditions of access, JSON in a text; NULL = none"},
    {"availabilityinfo", Text, "availabilityinfo", nullptr, "these conditions in words"},
    {"modicon", Text, "modicon", nullptr, "address of its icon"},
    {"modplural", Text, "modplural", nullptr, "kind of activity in words, plural"},
    {"purpose", Text, "purpose", nullptr,
     "what the kind is for: assessment, collaboration, content, ..."},
    {"branded", Boolean, "branded", nullptr, "whether the icon is to keep its colours"},
    {"indent", Bigint, "indent", nullptr, "steps to the right"},
    {"onclick", Text, "onclick", nullptr, "script of its link"},
    {"afterlink", Text, "afterlink", nullptr, "what is shown behind its link"},
    {"activitybadge", Jsonb, "activitybadge", nullptr,
     "what is shown beside its name; an empty list = nothing"},
    {"customdata", Text, "customdata", nullptr, "what the kind adds, JSON in a text"},
    {"noviewlink", Boolean, "noviewlink", nullptr, "whether it has no page of its own"},
    {"completion", Bigint, "completion", nullptr,
     "completion: 0 = off, 1 = by hand, 2 = by conditions"},
    {"completiondata", Jsonb, "completiondata", nullptr, "the completion of the token's own user"},
    {"downloadcontent", Bigint, "downloadcontent", nullptr,
     "whether its contents may be downloaded"},
    {"dates", Jsonb, "dates", nullptr, "dates: [{label, timestamp, relativeto, dataid}]"},
    {"groupmode", Bigint, "groupmode", nullptr, "0 = no groups, 1 = separate, 2 = visible"},
    {"contents", Jsonb, "contents", nullptr,
     "its files and links: [{type, filename, filepath, filesize, fileurl, timemodified, ...}]"},
    {"contentsinfo", Jsonb, "contentsinfo", nullptr,
     "number, size and kinds of these: {filescount, filessize, lastmodified, mimetypes, "
     "repositorytype}"},
    raw_column(""),
};

constexpr const char* kModuleKey[] = {"course_id", "module_id"};

// What a section says of itself is told by its activities; sections without any are not seen.
constexpr RawOnly kModuleLeftToRaw[] = {
    {"/*/summary", "belongs to the section; core_course_get_contents by moodle_fdw.call has it"},
    {"/*/summaryformat", "belongs to the section"},
    {"/*/hiddenbynumsections", "belongs to the section"},
    {"/*/uservisible", "belongs to the section"},
    {"/*/availabilityinfo", "belongs to the section"},
    {"/*/component", "belongs to the section"},
    {"/*/itemid", "belongs to the section"},
};

constexpr BoundDef kModuleBounds[] = {{"modname", BoundKind::Equal, "options:modname"}};
constexpr PruneDef kModulePrunes[] = {{{"contents", ""}, "options:excludecontents", "1"}};

constexpr ColumnDef kUpdateColumns[] = {
    kInstanceColumn,
    kCourseUnitColumn,
    {"since", Timestamp, "=since", "since",
     "changes after this moment are told; NULL = all, as far back as Moodle looks"},
    {"contextlevel", Text, "../contextlevel", nullptr, "what has changed: module"},
    {"module_id", Bigint, "../id", nullptr, "which one: id of the activity in its course (cmid)"},
    {"name", Text, "name", nullptr,
     "what of it: configuration, contentfiles, gradeitems, usersubmissions, discussions, ..."},
    {"timeupdated", Timestamp, "timeupdated", nullptr, "when, where Moodle tells"},
    {"itemids", Jsonb, "itemids", nullptr, "which of these: [id, ...]"},
    raw_column(""),
};

constexpr const char* kUpdateKey[] = {"course_id", "module_id", "name"};

constexpr ArgumentDef kUpdateArguments[] = {{"since", "since", "0"}};

}  // namespace

const EntityDef kModules = {
    .name = "modules",
    .comment = "activities and resources of the courses",
    .function = "core_course_get_contents",
    .rows = "/*/modules/*",
    .fan_out = FanOut::Courses,
    .course_argument = "courseid",
    .columns = kModuleColumns,
    .key = kModuleKey,
    .rows_estimate = "modules",
    .needs =
        "moodle/course:view (courses that the token's user is not enrolled in), "
        "moodle/course:viewhiddenactivities and moodle/course:viewhiddensections (hidden ones)",
    .cannot_see =
        "sections without an activity; activities that the token's user may not see. The lists of "
        "files are only asked for when contents or raw is read.",
    .left_to_raw = kModuleLeftToRaw,
    .bounds = kModuleBounds,
    .prunes = kModulePrunes,
};

const EntityDef kCourseUpdates = {
    .name = "course_updates",
    .comment =
        "what has changed in a course since a moment: a change detector for the price of one call "
        "a course",
    .function = "core_course_get_updates_since",
    .rows = "/instances/*/updates/*",
    .fan_out = FanOut::Courses,
    .course_argument = "courseid",
    .columns = kUpdateColumns,
    .key = kUpdateKey,
    .rows_estimate = "course_updates",
    .needs =
        "moodle/course:view (courses that the token's user is not enrolled in), the view "
        "capability of each activity",
    .cannot_see =
        "changes to the course itself, its sections and participants; when something was changed, "
        "but for configuration and files",
    .arguments = kUpdateArguments,
};

}  // namespace moodle_fdw::moodle
