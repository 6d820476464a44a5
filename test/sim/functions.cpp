#include "functions.h"

#include <algorithm>
#include <ctime>

#include "catalogue.h"
#include "settings.h"

namespace sim {

const std::map<std::string, Function>& functions() {
    static const auto parse = parse_parameters;
    static const std::map<std::string, Function> known = {
        {"core_webservice_get_site_info", {get_site_info}},
        {"core_user_get_users", {get_users}},
        {"core_user_get_users_by_field", {get_users_by_field}},
        {"core_course_get_courses", {get_courses}},
        {"core_course_get_courses_by_field", {get_courses_by_field}},
        {"core_course_get_categories", {get_categories}},
        {"core_enrol_get_enrolled_users", {get_enrolled_users}},
        {"core_enrol_get_course_enrolment_methods", {get_enrolment_methods}},
        {"core_enrol_get_users_courses", {get_users_courses}},
        {"core_group_get_course_groups", {get_course_groups}},
        {"core_group_get_group_members", {get_group_members}},
        {"gradereport_user_get_grade_items", {get_grade_items}},
        {"gradereport_user_get_grades_table", {get_grades_table}},
        {"gradereport_grader_get_users_in_report", {get_users_in_report}},
        {"core_grades_get_gradeitems", {get_gradeitems}},
        {"core_completion_get_course_completion_status", {get_completion_status}},
        {"core_enrol_get_enrolled_users_with_capability", {get_users_with_capability}},
        {"core_course_get_contents", {get_contents}},
        {"core_completion_get_activities_completion_status", {get_activities_completion}},
        {"core_course_get_updates_since", {get_updates_since}},
        {"mod_assign_get_assignments", {get_assignments}},
        {"mod_assign_get_submissions", {get_submissions}},
        {"mod_assign_get_grades", {get_assignment_grades}},
        {"mod_quiz_get_quizzes_by_courses", {get_quizzes}},
        {"mod_quiz_get_user_attempts", {get_attempts}},
        {"mod_forum_get_forums_by_courses", {get_forums}},
        {"mod_forum_get_forum_discussions", {get_discussions}},
        {"mod_forum_get_discussion_posts", {get_posts}},
        {"core_cohort_get_cohorts", {get_cohorts}},
        {"core_cohort_get_cohort_members", {get_cohort_members}},
        {"core_calendar_get_calendar_events", {get_calendar_events}},
        {"core_badges_get_user_badges", {get_user_badges}},
        {"core_notes_get_course_notes", {get_course_notes}},
        {"core_tag_get_tags", {get_tags}},
        {"core_tag_get_tag_cloud", {get_tag_cloud}},
        {"core_tag_get_tag_collections", {get_tag_collections}},
        {"core_reportbuilder_list_reports", {list_reports}},
        {"core_reportbuilder_retrieve_report", {retrieve_report}},
        {"mod_quiz_get_user_quiz_attempts",
         {get_attempts, parse("quizid:int userid?:int status?:alpha includepreviews?:bool")}},
        {"core_role_get_all_roles", {get_all_roles, parse(""), true}},
        {"local_wsgetroles_get_roles",
         {get_all_roles, parse("ids?:[int] shortnames?:[raw] names?:[raw]"), true}},
    };
    return known;
}

std::set<std::string> served_functions(const Options& options) {
    std::set<std::string> names;
    for (const auto& [name, function] : functions()) {
        if (!function.of_plugin || options.plugin_roles) names.insert(name);
    }
    for (const auto& [name, declared] : catalogue()) {
        if (declared.reads) names.insert(name);
    }
    std::erase_if(names,
                  [&](const std::string& name) { return !has_function(name, options.version); });
    return names;
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

std::string long_date(int64_t at) {
    const time_t time = at;
    tm parts{};
    gmtime_r(&time, &parts);
    char text[64];
    return {text, std::strftime(text, sizeof text, "%A, %-d %B %Y, %-I:%M %p", &parts)};
}

Answer no_access() {
    return refused("webservice_access_exception", "accessexception", "Access control exception");
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

void write_functions(JsonOut& out, const Options& options, const Caller& caller) {
    out.key("functions").open('[');
    for (const std::string& name : served_functions(options)) {
        if (!caller.may_call(name)) continue;
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
    const Caller caller = context.caller;
    const int64_t user = caller.user();
    return answer(1, [&site, caller, user](JsonOut& out) {
        const Options& options = site.options();
        const Person person = site.person(user);
        out.open('{').key("sitename").text("Simulated Moodle");
        out.key("username").escaped(person.username);
        out.key("firstname").escaped(person.firstname.json);
        out.key("lastname").escaped(person.lastname.json);
        out.key("fullname").escaped(person.fullname_json()).key("lang").text("en");
        out.key("userid").number(user).key("siteurl").text(options.wwwroot);
        out.key("userpictureurl").text(options.wwwroot + "/theme/image.php/boost/core/1/u/f1");
        write_functions(out, options, caller);
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
