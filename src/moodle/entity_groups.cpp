#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr ColumnDef kGroupColumns[] = {
    kInstanceColumn,
    {"group_id", Bigint, "id", nullptr, "Moodle's id of the group"},
    {"course_id", Bigint, "courseid", "courseid", "its course"},
    {"name", Text, "name", nullptr, "name"},
    {"description", Text, "description", nullptr, "description, HTML as served"},
    {"descriptionformat", Bigint, "descriptionformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"enrolmentkey", Text, "enrolmentkey", nullptr,
     "key by which people enrol into the group; NULL = none"},
    {"idnumber", Text, "idnumber", nullptr, "the institution's own number for the group"},
    {"visibility", Bigint, "visibility", nullptr,
     "who sees its members: 0 = all, 1 = the members, 2 = each member himself, 3 = nobody"},
    {"participation", Boolean, "participation", nullptr,
     "whether activities can be restricted to it"},
    raw_column(""),
};

constexpr const char* kGroupKey[] = {"group_id"};

constexpr ColumnDef kGroupMemberColumns[] = {
    kInstanceColumn,
    {"group_id", Bigint, "../groupid", "groupids[]", "the group"},
    {"user_id", Bigint, "", nullptr, "a member"},
    raw_column(".."),
};

constexpr const char* kGroupMemberKey[] = {"group_id", "user_id"};

// A call for one costs as much as a call for many; an answer of a hundred groups is some 100 KB.
constexpr int kBatch = 100;
constexpr UnitColumn kOfGroups[] = {{"group_id", "groupids[]"}};
constexpr UnitsDef kGroupUnits = {
    .entity = "groups", .columns = kOfGroups, .noun = "group", .batch = kBatch};

constexpr ColumnDef kCohortColumns[] = {
    kInstanceColumn,
    {"cohort_id", Bigint, "id", nullptr, "Moodle's id of the cohort"},
    {"name", Text, "name", nullptr, "name"},
    {"idnumber", Text, "idnumber", nullptr, "the institution's own number for the cohort"},
    {"description", Text, "description", nullptr, "description, HTML as served"},
    {"descriptionformat", Bigint, "descriptionformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"visible", Boolean, "visible", nullptr, "whether teachers see it"},
    {"theme", Text, "theme", nullptr, "theme of its members"},
    {"customfields", Jsonb, "customfields", nullptr,
     "fields of the site: [{name, shortname, type, valueraw, value}]"},
    raw_column(""),
};

constexpr const char* kCohortKey[] = {"cohort_id"};

// One that does not exist fails a call for several; and all of them are one call.
constexpr LookupDef kCohortLookups[] = {
    {.column = "cohort_id",
     .function = "core_cohort_get_cohorts",
     .rows = "/*",
     .fixed = "",
     .argument = "cohortids[0]",
     .batch = 1,
     .at_most = 1,
     .match = LookupMatch::Exact,
     .prefix = false},
};

const EntityDef kCohortsFallback = {
    .name = "cohorts",
    .comment = "groups of people over the whole site",
    .function = "core_cohort_search_cohorts",
    .rows = "/cohorts/*",
    .fixed =
        R"({"query":"","context":{"contextlevel":"system","instanceid":0},"includes":"all","limitfrom":0,"limitnum":0})",
    .columns = kCohortColumns,
    .key = kCohortKey,
    .rows_estimate = "cohorts",
    .needs = "moodle/cohort:view",
};

constexpr Alternative kCohortAlternatives[] = {{&kCohortsFallback, false}};

constexpr ColumnDef kCohortMemberColumns[] = {
    kInstanceColumn,
    {"cohort_id", Bigint, "../cohortid", "cohortids[]", "the cohort"},
    {"user_id", Bigint, "", nullptr, "a member"},
    raw_column(".."),
};

constexpr const char* kCohortMemberKey[] = {"cohort_id", "user_id"};

constexpr UnitColumn kOfCohorts[] = {{"cohort_id", "cohortids[]"}};
constexpr UnitsDef kCohortUnits = {
    .entity = "cohorts", .columns = kOfCohorts, .noun = "cohort", .batch = kBatch};

}  // namespace

const EntityDef kGroups = {
    .name = "groups",
    .comment = "groups within the courses",
    .function = "core_group_get_course_groups",
    .rows = "/*",
    .fan_out = FanOut::Courses,
    .course_argument = "courseid",
    .columns = kGroupColumns,
    .key = kGroupKey,
    .rows_estimate = "groups",
    .needs =
        "moodle/course:managegroups, moodle/course:view (courses that the token's user is not "
        "enrolled in)",
    .cannot_see =
        "custom fields, groupings, and when a group was made. Without moodle/course:managegroups a "
        "course is an error, not an empty list.",
};

const EntityDef kGroupMembers = {
    .name = "group_members",
    .comment = "who is in which group",
    .function = "core_group_get_group_members",
    .rows = "/*/userids/*",
    .fan_out = FanOut::Listed,
    .columns = kGroupMemberColumns,
    .key = kGroupMemberKey,
    .rows_estimate = "group_members",
    .needs =
        "moodle/course:managegroups; the function core_group_get_course_groups lists the groups",
    .cannot_see = "since when someone is a member. raw is the group's whole list.",
    .units = &kGroupUnits,
};

const EntityDef kCohorts = {
    .name = "cohorts",
    .comment = "groups of people over the whole site",
    .function = "core_cohort_get_cohorts",
    .rows = "/*",
    .columns = kCohortColumns,
    .key = kCohortKey,
    .lookups = kCohortLookups,
    .rows_estimate = "cohorts",
    .alternatives = kCohortAlternatives,
    .needs = "moodle/cohort:view in the system and in every category that has cohorts",
    .cannot_see = "who may use it, and how many members it has: join cohort_members",
};

const EntityDef kCohortMembers = {
    .name = "cohort_members",
    .comment = "who is in which cohort",
    .function = "core_cohort_get_cohort_members",
    .rows = "/*/userids/*",
    .fan_out = FanOut::Listed,
    .columns = kCohortMemberColumns,
    .key = kCohortMemberKey,
    .rows_estimate = "cohort_members",
    .needs = "moodle/cohort:view; the function core_cohort_get_cohorts lists the cohorts",
    .cannot_see = "since when someone is a member. raw is the cohort's whole list.",
    .units = &kCohortUnits,
};

}  // namespace moodle_fdw::moodle
