#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr char kGetEnrolledUsers[] = "core_enrol_get_enrolled_users";

// Measured: 2.3 ms a user with few fields, 3.8 ms with all of them, 6 ms and growing past 500 users
// in one call, and about 50 ms a call whatever its size. At 500 the overhead is below 5 %, an
// answer takes one to two seconds, and all but the largest courses need one call.
constexpr int kPageSize = 500;

constexpr ColumnDef kColumns[] = {
    kInstanceColumn,
    kCourseUnitColumn,
    {"user_id", Bigint, "../id", nullptr, "the participant"},
    {"role_id", Bigint, "roleid", nullptr, "role in the course; NULL = enrolled without a role"},
    {"role_shortname", Text, "shortname", nullptr, "the role's short name, as student"},
    {"role_name", Text, "name", nullptr, "the role's name; empty for standard roles"},
    {"role_sortorder", Bigint, "sortorder", nullptr, "the role's place in the site's order"},
    {"username", Text, "../username", nullptr, "login name"},
    {"email", Text, "../email", nullptr, "address"},
    {"firstname", Text, "../firstname", nullptr, "first name"},
    {"lastname", Text, "../lastname", nullptr, "last name"},
    {"fullname", Text, "../fullname", nullptr, "the name as the site shows it"},
    {"idnumber", Text, "../idnumber", nullptr, "the institution's own number for the person"},
    {"department", Text, "../department", nullptr, "department"},
    {"institution", Text, "../institution", nullptr, "institution"},
    {"address", Text, "../address", nullptr, "postal address"},
    {"phone1", Text, "../phone1", nullptr, "phone"},
    {"phone2", Text, "../phone2", nullptr, "mobile phone"},
    {"city", Text, "../city", nullptr, "city"},
    {"country", Text, "../country", nullptr, "country, two letters (ISO 3166)"},
    {"interests", Text, "../interests", nullptr, "interests, separated by commas"},
    {"description", Text, "../description", nullptr, "profile text, HTML as served"},
    {"descriptionformat", Bigint, "../descriptionformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"firstaccess", Timestamp, "../firstaccess", nullptr, "first access to the site"},
    {"lastaccess", Timestamp, "../lastaccess", nullptr, "last access to the site"},
    {"lastcourseaccess", Timestamp, "../lastcourseaccess", nullptr, "last access to the course"},
    {"profileimageurlsmall", Text, "../profileimageurlsmall", nullptr, "small picture"},
    {"profileimageurl", Text, "../profileimageurl", nullptr, "picture"},
    {"customfields", Jsonb, "../customfields", nullptr,
     "profile fields of the site: [{type, value, name, shortname}]"},
    {"groups", Jsonb, "../groups", nullptr,
     "groups in the course: [{id, name, description, descriptionformat}]"},
    {"roles", Jsonb, "../roles", nullptr, "all roles of the person in the course, as served"},
    {"preferences", Jsonb, "../preferences", nullptr,
     "[{name, value}]; served for the token's own user, and to administrators"},
    raw_column(".."),
};
constexpr const char* kKey[] = {"course_id", "user_id", "role_id"};
// The same people, one row each: what the warehouse lands.
constexpr ColumnDef kParticipantColumns[] = {
    kInstanceColumn,
    kCourseUnitColumn,
    {"user_id", Bigint, "id", nullptr, "the participant"},
    {"username", Text, "username", nullptr, "login name"},
    {"email", Text, "email", nullptr, "address"},
    {"firstname", Text, "firstname", nullptr, "first name"},
    {"lastname", Text, "lastname", nullptr, "last name"},
    {"fullname", Text, "fullname", nullptr, "the name as the site shows it"},
    {"idnumber", Text, "idnumber", nullptr, "the institution's own number for the person"},
    {"department", Text, "department", nullptr, "department"},
    {"institution", Text, "institution", nullptr, "institution"},
    {"address", Text, "address", nullptr, "postal address"},
    {"phone1", Text, "phone1", nullptr, "phone"},
    {"phone2", Text, "phone2", nullptr, "mobile phone"},
    {"city", Text, "city", nullptr, "city"},
    {"country", Text, "country", nullptr, "country, two letters (ISO 3166)"},
    {"interests", Text, "interests", nullptr, "interests, separated by commas"},
    {"description", Text, "description", nullptr, "profile text, HTML as served"},
    {"descriptionformat", Bigint, "descriptionformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"firstaccess", Timestamp, "firstaccess", nullptr, "first access to the site"},
    {"lastaccess", Timestamp, "lastaccess", nullptr, "last access to the site"},
    {"lastcourseaccess", Timestamp, "lastcourseaccess", nullptr, "last access to the course"},
    {"profileimageurlsmall", Text, "profileimageurlsmall", nullptr, "small picture"},
    {"profileimageurl", Text, "profileimageurl", nullptr, "picture"},
    {"customfields", Jsonb, "customfields", nullptr,
     "profile fields of the site: [{type, value, name, shortname}]"},
    {"groups", Jsonb, "groups", nullptr,
     "groups in the course: [{id, name, description, descriptionformat}]"},
    {"roles", Jsonb, "roles", nullptr, "all roles of the person in the course, as served"},
    {"preferences", Jsonb, "preferences", nullptr,
     "[{name, value}]; served for the token's own user, and to administrators"},
    raw_column(""),
};
constexpr const char* kParticipantKey[] = {"course_id", "user_id"};
constexpr RawOnly kLeftToRaw[] = {
    {"/*/enrolledcourses",
     "costs the site a query a person, so it is never asked for; the same is "
     "had by joining enrolments with itself"},
};

constexpr char kNeeds[] =
    "moodle/course:viewparticipants, moodle/course:view (courses that the token's user is not "
    "enrolled in), moodle/site:accessallgroups (without it only the user's own groups are listed, "
    "in silence), moodle/user:viewdetails, moodle/user:viewalldetails and "
    "moodle/site:viewuseridentity (the person's columns)";

constexpr ColumnDef kRoleColumns[] = {
    kInstanceColumn,
    {"role_id", Bigint, "roleid", nullptr, "Moodle's id of the role; differs from site to site"},
    {"shortname", Text, "shortname", nullptr, "short name, as student or editingteacher"},
    {"name", Text, "name", nullptr, "name; empty for standard roles"},
    {"sortorder", Bigint, "sortorder", nullptr, "place in the site's order"},
    {"archetype", Text, "archetype", nullptr, "standard role that it descends from (plugin only)"},
    {"description", Text, "description", nullptr, "description (plugin only)"},
    raw_column(""),
};
constexpr ColumnDef kPluginRoleColumns[] = {
    kInstanceColumn,
    {"role_id", Bigint, "id", nullptr, "Moodle's id of the role; differs from site to site"},
    {"shortname", Text, "shortname", nullptr, "short name, as student or editingteacher"},
    {"name", Text, "name", nullptr, "name; empty for standard roles"},
    {"sortorder", Bigint, "sortorder", nullptr, "place in the site's order"},
    {"archetype", Text, "archetype", nullptr, "standard role that it descends from (plugin only)"},
    {"description", Text, "description", nullptr, "description (plugin only)"},
    raw_column(""),
};
constexpr const char* kRoleKey[] = {"role_id"};

constexpr EntityDef plugin_roles(const char* function) {
    return {
        .name = "roles",
        .comment = "the site's roles",
        .function = function,
        .rows = "/*",
        .columns = kPluginRoleColumns,
        .key = kRoleKey,
        .rows_estimate = "roles",
    };
}
constexpr EntityDef kCoreRoles = plugin_roles("core_role_get_all_roles");
constexpr EntityDef kLocalRoles = plugin_roles("local_wsgetroles_get_roles");
constexpr Alternative kRoleAlternatives[] = {{&kCoreRoles, true}, {&kLocalRoles, true}};

constexpr ColumnDef kMethodColumns[] = {
    kInstanceColumn,
    kCourseUnitColumn,
    {"method_id", Bigint, "id", nullptr, "Moodle's id of the enrolment method"},
    {"type", Text, "type", nullptr, "enrolment plugin: self, guest, ..."},
    {"name", Text, "name", nullptr, "name"},
    {"status", Text, "status", nullptr,
     "true = open to the token's user, else why not, in the site's language"},
    {"wsfunction", Text, "wsfunction", nullptr, "the function that tells more of it"},
    raw_column(""),
};
constexpr const char* kMethodKey[] = {"method_id"};
constexpr RawOnly kMethodLeftToRaw[] = {{"/*/courseid", "is course_id"}};

}  // namespace

const EntityDef kEnrolments = {
    .name = "enrolments",
    .comment = "who takes part in which course, in which role",
    .function = kGetEnrolledUsers,
    .rows = "/*/roles/*",
    .fan_out = FanOut::Courses,
    .course_argument = "courseid",
    .paging = Paging::LimitOptions,
    .page_size = kPageSize,
    .distinct = Distinct::Record,
    .fields_option = "userfields",
    .childless = true,
    .columns = kColumns,
    .key = kKey,
    .rows_estimate = "enrolments",
    .needs = kNeeds,
    .cannot_see =
        "how, since when, until when and whether actively someone is enrolled (suspended "
        "and expired ones are listed too); courses that the token's user may not enter; "
        "deleted users. The front page is left out: every user would be its participant.",
    .left_to_raw = kLeftToRaw,
};

const EntityDef kParticipants = {
    .name = "participants",
    .comment = "who takes part in which course, one row each with all roles",
    .function = kGetEnrolledUsers,
    .rows = "/*",
    .fan_out = FanOut::Courses,
    .course_argument = "courseid",
    .paging = Paging::LimitOptions,
    .page_size = kPageSize,
    .fields_option = "userfields",
    .columns = kParticipantColumns,
    .key = kParticipantKey,
    .rows_estimate = "participants",
    .needs = kNeeds,
    .cannot_see =
        "how, since when, until when and whether actively someone is enrolled (suspended "
        "and expired ones are listed too); courses that the token's user may not enter; "
        "deleted users. The front page is left out: every user would be its participant.",
    .left_to_raw = kLeftToRaw,
};

const EntityDef kRoles = {
    .name = "roles",
    .comment = "the site's roles",
    .function = kGetEnrolledUsers,
    .rows = "/*/roles/*",
    .fan_out = FanOut::Courses,
    .course_argument = "courseid",
    .paging = Paging::LimitOptions,
    .page_size = kPageSize,
    .distinct = Distinct::Scan,
    .fields_option = "userfields",
    .columns = kRoleColumns,
    .key = kRoleKey,
    .rows_estimate = "roles",
    .alternatives = kRoleAlternatives,
    .needs = kNeeds,
    .cannot_see =
        "roles that nobody has in any course, archetypes and descriptions: Moodle's core "
        "lists no roles. Where a plugin's function does, it is used instead.",
};

const EntityDef kEnrolmentMethods = {
    .name = "enrolment_methods",
    .comment = "how people may enrol themselves",
    .function = "core_enrol_get_course_enrolment_methods",
    .rows = "/*",
    .fan_out = FanOut::Courses,
    .course_argument = "courseid",
    .columns = kMethodColumns,
    .key = kMethodKey,
    .rows_estimate = "enrolment_methods",
    .needs = "moodle/course:viewhiddencourses (hidden courses)",
    .cannot_see =
        "manual, cohort and all other methods by which nobody enrols himself; disabled "
        "methods",
    .left_to_raw = kMethodLeftToRaw,
};

}  // namespace moodle_fdw::moodle
