#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr ColumnDef kColumns[] = {
    kInstanceColumn,
    {"sitename", Text, "sitename", nullptr, "the site's name"},
    {"siteurl", Text, "siteurl", nullptr, "the address that the site itself uses"},
    {"release", Text, "release", nullptr, "as 4.5.6 (Build: 20250811)"},
    {"version", Text, "version", nullptr, "as 2024100706"},
    {"functions", Jsonb, "functions", nullptr, "what the token may call: [{name, version}]"},
    {"user_id", Bigint, "userid", nullptr, "the token's user"},
    {"username", Text, "username", nullptr, "its login name"},
    {"firstname", Text, "firstname", nullptr, "its first name"},
    {"lastname", Text, "lastname", nullptr, "its last name"},
    {"fullname", Text, "fullname", nullptr, "its name as the site shows it"},
    {"userissiteadmin", Boolean, "userissiteadmin", nullptr, "whether it is an administrator"},
    {"userpictureurl", Text, "userpictureurl", nullptr, "its picture"},
    {"lang", Text, "lang", nullptr, "its language"},
    {"usercalendartype", Text, "usercalendartype", nullptr, "its calendar"},
    {"userhomepage", Bigint, "userhomepage", nullptr,
     "its start page: 0 = front page, 1 = dashboard, 3 = courses"},
    {"userhomepageurl", Text, "userhomepageurl", nullptr,
     "its start page, where the site sets one"},
    {"userquota", Bigint, "userquota", nullptr, "its quota of private files; 0 = none set"},
    {"usermaxuploadfilesize", Bigint, "usermaxuploadfilesize", nullptr,
     "its largest upload; -1 = no limit"},
    {"usercanmanageownfiles", Boolean, "usercanmanageownfiles", nullptr,
     "whether it has private files"},
    {"usersessionscount", Bigint, "usersessionscount", nullptr, "its open sessions"},
    {"limitconcurrentlogins", Bigint, "limitconcurrentlogins", nullptr, "0 = no limit"},
    {"policyagreed", Boolean, "policyagreed", nullptr, "whether it agreed to the site's policies"},
    {"downloadfiles", Boolean, "downloadfiles", nullptr, "whether the service may download files"},
    {"uploadfiles", Boolean, "uploadfiles", nullptr, "whether the service may upload files"},
    {"mobilecssurl", Text, "mobilecssurl", nullptr, "style sheet of the mobile app"},
    {"advancedfeatures", Jsonb, "advancedfeatures", nullptr, "[{name, value}]"},
    {"siteid", Bigint, "siteid", nullptr, "id of the front page as a course"},
    {"sitecalendartype", Text, "sitecalendartype", nullptr, "the site's calendar"},
    {"theme", Text, "theme", nullptr, "the site's theme"},
    raw_column(""),
};
constexpr RawOnly kLeftToRaw[] = {
    {"/userprivateaccesskey", "a secret that opens the user's files; it stands in raw, as served"},
};

}  // namespace

const EntityDef kSiteInfo = {
    .name = "site_info",
    .comment = "the site, its version, and what the token may call",
    .function = "core_webservice_get_site_info",
    .rows = "",
    .columns = kColumns,
    .key = {},
    .rows_estimate = "one",
    .needs = "webservice/rest:use, as every table",
    .left_to_raw = kLeftToRaw,
};

}  // namespace moodle_fdw::moodle
