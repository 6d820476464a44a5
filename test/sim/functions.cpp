#include "functions.h"

#include <algorithm>

namespace sim {

const std::map<std::string, Function>& functions() {
    static const auto parse = parse_parameters;
    static const Parameter report = parse("courseid:int userid?:int groupid?:int");
    static const std::map<std::string, Function> known = {
        {"core_webservice_get_site_info",
         {get_site_info, parse("serviceshortnames?:[alphanumext]")}},
        {"core_user_get_users", {get_users, parse("criteria:[{key:alpha value:raw}]")}},
        {"core_user_get_users_by_field", {get_users_by_field, parse("field:alpha values:[raw]")}},
        {"core_course_get_courses", {get_courses, parse("options?:{ids?:[int]}")}},
        {"core_course_get_courses_by_field",
         {get_courses_by_field, parse("field?:alpha value?:raw")}},
        {"core_course_get_categories",
         {get_categories, parse("criteria?:[{key:alpha value:raw}] addsubcategories?:bool")}},
        {"core_enrol_get_enrolled_users",
         {get_enrolled_users, parse("courseid:int options?:[{name:alphanumext value:raw}]")}},
        {"core_enrol_get_course_enrolment_methods", {get_enrolment_methods, parse("courseid:int")}},
        {"core_enrol_get_users_courses",
         {get_users_courses, parse("userid:int returnusercount?:bool")}},
        {"core_group_get_course_groups", {get_course_groups, parse("courseid:int")}},
        {"core_group_get_group_members", {get_group_members, parse("groupids:[int]")}},
        {"gradereport_user_get_grade_items", {get_grade_items, report}},
        {"gradereport_user_get_grades_table", {get_grades_table, report}},
        {"gradereport_grader_get_users_in_report", {get_users_in_report, parse("courseid:int")}},
        {"core_grades_get_gradeitems", {get_gradeitems, parse("courseid:int")}},
        {"core_completion_get_course_completion_status",
         {get_completion_status, parse("courseid:int userid:int")}},
        {"core_role_get_all_roles", {get_all_roles, parse(""), true}},
        {"local_wsgetroles_get_roles",
         {get_all_roles, parse("ids?:[int] shortnames?:[raw] names?:[raw]"), true}},
    };
    return known;
}

Answer refused(std::string exception, std::string errorcode, std::string message) {
    return {MoodleError{std::move(exception), std::move(errorcode), std::move(message)}, 0, {}};
}

Answer moodle_exception(std::string errorcode, std::string message) {
    return refused("core\\exception\\moodle_exception", std::move(errorcode), std::move(message));
}

Answer invalid_parameter() {
    return refused("core\\exception\\invalid_parameter_exception", "invalidparameter",
                   "Invalid parameter value detected");
}

Answer no_record(const std::string& table) {
    return refused("dml_missing_record_exception", "invalidrecord",
                   "Can't find data record in database table " + table + ".");
}

Answer no_permission(const std::string& capability) {
    return refused(
        "core\\exception\\required_capability_exception", "nopermissions",
        "Sorry, but you do not currently have permissions to do that (" + capability + ").");
}

Answer coding_error(const std::string& message) {
    return refused("core\\exception\\coding_exception", "codingerror",
                   "Coding error detected, it must be fixed by a programmer: " + message);
}

Answer no_course_context(int64_t course) {
    return moodle_exception(
        "errorcoursecontextnotvalid",
        "You cannot execute functions in the course context (course id:" + std::to_string(course) +
            "). The context error message was: Course or activity not "
            "accessible.");
}

void empty_warnings(JsonOut& out) {
    out.key("warnings").open('[').close(']');
}

std::set<std::string> split_list(const std::string& list) {
    std::set<std::string> parts;
    for (size_t at = 0; at <= list.size();) {
        const size_t end = std::min(list.find(',', at), list.size());
        const std::string part = list.substr(at, end - at);
        const size_t first = part.find_first_not_of(' ');
        if (first != std::string::npos) {
            parts.insert(part.substr(first, part.find_last_not_of(' ') - first + 1));
        }
        at = end + 1;
    }
    return parts;
}

namespace {

void write_functions(JsonOut& out, const Options& options) {
    out.key("functions").open('[');
    for (const auto& [name, function] : functions()) {
        if (function.of_plugin && !options.plugin_roles) continue;
        out.open('{').key("name").text(name).key("version").text(options.version).close('}');
    }
    out.close(']');
}

void write_features(JsonOut& out) {
    struct Feature {
        const char* name;
        int value;
    };
    static constexpr Feature kFeatures[] = {{"usecomments", 1},          {"usetags", 1},
                                            {"enablenotes", 1},          {"messaging", 0},
                                            {"enableblogs", 1},          {"enablecompletion", 1},
                                            {"enablebadges", 1},         {"messagingallusers", 0},
                                            {"enablecustomreports", 1},  {"enableglobalsearch", 0},
                                            {"mnet_dispatcher_mode", 0}, {"enablecompetencies", 1}};
    out.key("advancedfeatures").open('[');
    for (const Feature& feature : kFeatures) {
        out.open('{').key("name").text(feature.name).key("value").number(feature.value).close('}');
    }
    out.close(']');
}

}  // namespace

Answer get_site_info(const Context& context) {
    const Site& site = context.site;
    const int64_t user = context.caller.user();
    return answer(1, [&site, user](JsonOut& out) {
        const Options& options = site.options();
        const Person person = site.person(user);
        out.open('{').key("sitename").text("Simulated Moodle");
        out.key("username").escaped(person.username);
        out.key("firstname").escaped(person.firstname.json);
        out.key("lastname").escaped(person.lastname.json);
        out.key("fullname").escaped(person.fullname_json()).key("lang").text("en");
        out.key("userid").number(user).key("siteurl").text(options.wwwroot);
        out.key("userpictureurl").text(options.wwwroot + "/theme/image.php/boost/core/1/u/f1");
        write_functions(out, options);
        out.key("downloadfiles").number(1).key("uploadfiles").number(0);
        out.key("release").text(options.release).key("version").text(options.version);
        out.key("mobilecssurl").text("");
        write_features(out);
        out.key("usercanmanageownfiles").flag(true).key("userquota").number(0);
        out.key("usermaxuploadfilesize").number(-1).key("userhomepage").number(1);
        out.key("userprivateaccesskey").text(std::string(32, '0')).key("siteid").number(1);
        out.key("sitecalendartype").text("gregorian").key("usercalendartype").text("gregorian");
        out.key("userissiteadmin").flag(user == 2).key("theme").text("boost");
        out.key("limitconcurrentlogins").number(0).key("policyagreed").number(0).close('}');
    });
}

}  // namespace sim
