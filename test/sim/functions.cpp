#include "functions.h"

#include <cstdlib>

namespace sim {

int64_t Context::id(const std::string& name) const {
    const auto text = arguments.get(name);
    if (!text || text->empty() || text->size() > 18 ||
        text->find_first_not_of("-0123456789") != std::string::npos) {
        return -1;
    }
    return std::atoll(text->c_str());
}

bool Context::sees_course(int64_t course) const {
    return caller == Caller::Admin || caller == Caller::NoIdentity || course == 1 ||
           (caller == Caller::Teacher && course % 2 == 0);
}

const std::map<std::string, Function>& functions() {
    static const std::map<std::string, Function> known = {
        {"core_webservice_get_site_info", get_site_info},
        {"core_user_get_users", get_users},
        {"core_user_get_users_by_field", get_users_by_field},
        {"core_course_get_courses", get_courses},
        {"core_course_get_courses_by_field", get_courses_by_field},
        {"core_course_get_categories", get_categories},
        {"core_enrol_get_enrolled_users", get_enrolled_users},
        {"core_enrol_get_course_enrolment_methods", get_enrolment_methods},
        {"core_enrol_get_users_courses", get_users_courses},
        {"core_group_get_course_groups", get_course_groups},
        {"core_role_get_all_roles", get_all_roles},
        {"gradereport_user_get_grade_items", get_grade_items},
        {"gradereport_user_get_grades_table", get_grades_table},
        {"gradereport_grader_get_users_in_report", get_users_in_report},
        {"core_grades_get_gradeitems", get_gradeitems},
        {"core_completion_get_course_completion_status", get_completion_status},
    };
    return known;
}

Answer refused(std::string exception, std::string errorcode, std::string message) {
    return {MoodleError{std::move(exception), std::move(errorcode), std::move(message)}, 0, {}};
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

void empty_warnings(JsonOut& out) {
    out.key("warnings").open('[').close(']');
}

Answer get_site_info(const Context& context) {
    const Options& options = context.site.options();
    const bool roles = options.plugin_roles;
    return answer(1, [&options, roles](JsonOut& out) {
        out.open('{').key("sitename").text("Simulated Moodle").key("username").text("admin");
        out.key("firstname").text("Admin").key("lastname").text("User");
        out.key("fullname").text("Admin User").key("lang").text("en").key("userid").number(2);
        out.key("siteurl").text(options.wwwroot);
        out.key("userpictureurl").text(options.wwwroot + "/theme/image.php/boost/core/1/u/f1");
        out.key("functions").open('[');
        for (const auto& [name, function] : functions()) {
            if (function == get_all_roles && !roles) continue;
            out.open('{').key("name").text(name).key("version").text(options.version).close('}');
        }
        out.close(']');
        out.key("downloadfiles").number(1).key("uploadfiles").number(0);
        out.key("release").text(options.release).key("version").text(options.version);
        out.key("mobilecssurl").text("").key("advancedfeatures").open('[');
        out.open('{').key("name").text("enablecompletion").key("value").number(1).close('}');
        out.close(']');
        out.key("usercanmanageownfiles").flag(true).key("userquota").number(0);
        out.key("usermaxuploadfilesize").number(-1).key("userhomepage").number(1);
        out.key("userprivateaccesskey").text("").key("siteid").number(1);
        out.key("sitecalendartype").text("gregorian").key("usercalendartype").text("gregorian");
        out.key("userissiteadmin").flag(true).key("theme").text("boost");
        out.key("limitconcurrentlogins").number(0).key("policyagreed").number(0).close('}');
    });
}

}  // namespace sim
