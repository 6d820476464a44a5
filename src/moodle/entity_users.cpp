#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr ColumnDef kColumns[] = {
    kInstanceColumn,
    {"user_id", Bigint, "id", nullptr, "Moodle's id of the user"},
    {"username", Text, "username", nullptr, "login name, always lower case"},
    {"email", Text, "email", nullptr, "address; its visibility depends on the site and the user"},
    {"firstname", Text, "firstname", nullptr, "first name"},
    {"lastname", Text, "lastname", nullptr, "last name"},
    {"fullname", Text, "fullname", nullptr, "the name as the site shows it"},
    {"auth", Text, "auth", nullptr, "authentication plugin: manual, ldap, nologin, ..."},
    {"confirmed", Boolean, "confirmed", nullptr, "whether the account was confirmed"},
    {"suspended", Boolean, "suspended", nullptr, "whether the account is suspended on the site"},
    {"idnumber", Text, "idnumber", nullptr, "the institution's own number for the person"},
    {"department", Text, "department", nullptr, "department"},
    {"institution", Text, "institution", nullptr, "institution"},
    {"address", Text, "address", nullptr, "postal address"},
    {"phone1", Text, "phone1", nullptr, "phone"},
    {"phone2", Text, "phone2", nullptr, "mobile phone"},
    {"city", Text, "city", nullptr, "city"},
    {"country", Text, "country", nullptr, "country, two letters (ISO 3166)"},
    {"interests", Text, "interests", nullptr, "interests, separated by commas"},
    {"lang", Text, "lang", nullptr, "language pack, as en or pt_br"},
    {"calendartype", Text, "calendartype", nullptr, "calendar plugin, as gregorian"},
    {"theme", Text, "theme", nullptr, "theme of the user's own choice"},
    {"timezone", Text, "timezone", nullptr, "time zone; 99 = the site's"},
    {"mailformat", Bigint, "mailformat", nullptr, "0 = plain text, 1 = HTML"},
    {"trackforums", Boolean, "trackforums", nullptr, "whether unread forum posts are marked"},
    {"description", Text, "description", nullptr, "profile text, HTML as served"},
    {"descriptionformat", Bigint, "descriptionformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"firstaccess", Timestamp, "firstaccess", nullptr, "first access to the site"},
    {"lastaccess", Timestamp, "lastaccess", nullptr, "last access to the site"},
    {"profileimageurlsmall", Text, "profileimageurlsmall", nullptr, "small picture"},
    {"profileimageurl", Text, "profileimageurl", nullptr, "picture"},
    {"customfields", Jsonb, "customfields", nullptr,
     "profile fields of the site: [{type, value, displayvalue, name, shortname}]"},
    {"preferences", Jsonb, "preferences", nullptr,
     "[{name, value}]; served for the token's own user, and to administrators"},
    raw_column(""),
};

constexpr const char* kKey[] = {"user_id"};

constexpr char kGetUsers[] = "core_user_get_users";
constexpr char kByField[] = "core_user_get_users_by_field";
constexpr char kCriterion[] = "criteria[0][value]";

// By preference. core_user_get_users never gives deleted users back, but takes one value a call;
// core_user_get_users_by_field takes many, gives deleted users back and compares case-sensitively,
// so that it serves ids alone.
constexpr LookupDef kLookups[] = {
    {.column = "user_id",
     .function = kGetUsers,
     .rows = "/users/*",
     .fixed = R"({"criteria":[{"key":"id"}]})",
     .argument = kCriterion,
     .batch = 1,
     .at_most = 20,
     .match = LookupMatch::Exact,
     .prefix = false},
    {.column = "user_id",
     .function = kByField,
     .rows = "/*",
     .fixed = R"({"field":"id"})",
     .argument = "values[]",
     .batch = 200,
     .at_most = 0,
     .match = LookupMatch::Exact,
     .prefix = false,
     .drop_deleted = true},
    {.column = "username",
     .function = kGetUsers,
     .rows = "/users/*",
     .fixed = R"({"criteria":[{"key":"username"}]})",
     .argument = kCriterion,
     .batch = 1,
     .at_most = 100,
     .match = LookupMatch::LowerCase,
     .prefix = false},
    {.column = "email",
     .function = kGetUsers,
     .rows = "/users/*",
     .fixed = R"({"criteria":[{"key":"email"}]})",
     .argument = kCriterion,
     .batch = 1,
     .at_most = 100,
     .match = LookupMatch::Like,
     .prefix = true},
    {.column = "idnumber",
     .function = kGetUsers,
     .rows = "/users/*",
     .fixed = R"({"criteria":[{"key":"idnumber"}]})",
     .argument = kCriterion,
     .batch = 1,
     .at_most = 100,
     .match = LookupMatch::Exact,
     .prefix = false},
    {.column = "lastname",
     .function = kGetUsers,
     .rows = "/users/*",
     .fixed = R"({"criteria":[{"key":"lastname"}]})",
     .argument = kCriterion,
     .batch = 1,
     .at_most = 20,
     .match = LookupMatch::Like,
     .prefix = true},
    {.column = "firstname",
     .function = kGetUsers,
     .rows = "/users/*",
     .fixed = R"({"criteria":[{"key":"firstname"}]})",
     .argument = kCriterion,
     .batch = 1,
     .at_most = 20,
     .match = LookupMatch::Like,
     .prefix = true},
    {.column = "auth",
     .function = kGetUsers,
     .rows = "/users/*",
     .fixed = R"({"criteria":[{"key":"auth"}]})",
     .argument = kCriterion,
     .batch = 1,
     .at_most = 10,
     .match = LookupMatch::Exact,
     .prefix = false},
};

// An unknown search key is ignored, with a warning: the only listing that drops nobody for an empty
// field. Were "everyone" ever a key that Moodle knows, the warning would be missing.
constexpr char kEveryone[] = R"({"criteria":[{"key":"everyone","value":"%"}]})";

// Every field of the table that a course serves; without the option Moodle would add
// enrolledcourses, which costs it a query a person.
constexpr char kParticipantFields[] =
    R"({"options":[{"name":"userfields","value":"id,username,firstname,lastname,fullname,email,)"
    R"(address,phone1,phone2,department,institution,idnumber,interests,firstaccess,lastaccess,)"
    R"(description,descriptionformat,city,country,profileimageurlsmall,profileimageurl,)"
    R"(customfields,preferences"}]})";

constexpr UsersBy kUsersBy[] = {
    {"everyone", kGetUsers, "/users/*", kEveryone, "everyone", FanOut::None,
     "one call with a search key that Moodle does not know and therefore ignores; the warning "
     "about "
     "the key proves that it was ignored",
     "deleted users, and users whose profile the token's user may not see"},
    {"email", kGetUsers, "/users/*", R"({"criteria":[{"key":"email","value":"%"}]})", "",
     FanOut::None, "one call for every email",
     "also users without an email, or whose email is hidden from the token's user (not an "
     "administrator and moodle/site:viewuseridentity missing)"},
    {"lastname", kGetUsers, "/users/*", R"({"criteria":[{"key":"lastname","value":"%"}]})", "",
     FanOut::None, "one call for every last name", "also users with an empty last name"},
    {"firstname", kGetUsers, "/users/*", R"({"criteria":[{"key":"firstname","value":"%"}]})", "",
     FanOut::None, "one call for every first name", "also users with an empty first name"},
    {"participants", "core_enrol_get_enrolled_users", "/*", kParticipantFields, "", FanOut::Courses,
     "the participants of each course, each person once: for tokens that may not search users, and "
     "for sites that cannot list all users in one answer",
     "also everyone who is enrolled in no course; auth, confirmed, suspended, lang, theme, "
     "timezone, mailformat and trackforums are not served by courses and stay NULL"},
    {"report:ID", "core_reportbuilder_retrieve_report", "/data/rows/*", "", "", FanOut::None,
     "the rows of a report that an administrator made with the report builder, by its id (the "
     "table "
     "`reports` lists them), each person once: on the measured site 1,902 users in 107 ms, where "
     "the other ways take 7 s. Its columns are known by their headings, which may be the names of "
     "the columns here or those of an English Moodle: user_id (or *Full name with link*; one of "
     "them must be there), username, email (*Email address*), firstname (*First name*), lastname "
     "(*Last name*), fullname (*Full name*), idnumber (*ID number*), department, institution, "
     "address, phone1 (*Phone*), phone2 (*Mobile phone*), city (*City/town*). `raw` has these, "
     "under the names that Moodle's other functions give them. Conditions that are sent to Moodle "
     "are answered by the functions above, not by the report",
     "whom the report leaves out, or the token's user may not see in it; every other column is "
     "NULL, as are those that the report does not have"},
};

}  // namespace

const EntityDef kUsers = {
    .name = "users",
    .comment = "everyone with an account on the site",
    .function = kGetUsers,
    .rows = "/users/*",
    .fixed = kEveryone,
    .columns = kColumns,
    .key = kKey,
    .lookups = kLookups,
    .rows_estimate = "users",
    .proof_warning = "everyone",
    .needs =
        "moodle/user:viewdetails (without it users are dropped), moodle/user:viewalldetails "
        "(username, idnumber, auth, confirmed, suspended, lang, timezone, ...), "
        "moodle/site:viewuseridentity (email, idnumber, department, ...)",
    .cannot_see =
        "deleted users; users whose profile the token's user may not see; when an account "
        "was made or changed. An empty field is served as a missing key, so it is NULL.",
};

std::span<const UsersBy> all_users_by() {
    return kUsersBy;
}

std::string report_of(std::string_view users_by) {
    static constexpr std::string_view kReport = "report:";
    if (!users_by.starts_with(kReport)) return "";
    return std::string(users_by.substr(kReport.size()));
}

}  // namespace moodle_fdw::moodle
