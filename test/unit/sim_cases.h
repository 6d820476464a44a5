// The functions that answer from the simulated site's data, each asked in as many ways as it takes
// to see every key.
#pragma once

#include <string>
#include <vector>

#include "../sim/sim_process.h"

namespace sim_test {

struct Case {
    const char* function;
    std::vector<Form> asked;
    std::vector<std::string> tokens = {"simadmin"};
};

inline std::vector<Form> each_course(const Form& more) {
    std::vector<Form> forms;
    for (int id = 1; id <= 41; id++) {
        forms.push_back({{"courseid", std::to_string(id)}});
        forms.back().insert(forms.back().end(), more.begin(), more.end());
    }
    return forms;
}

inline std::vector<Form> each_user(const Form& more) {
    std::vector<Form> forms;
    for (int id = 1; id <= 60; id++) {
        forms.push_back(more);
        forms.back().emplace_back("userid", std::to_string(id));
    }
    return forms;
}

inline std::vector<Form> completions() {
    std::vector<Form> forms;
    for (int course = 2; course <= 15; course++) {
        const auto more = each_user({{"courseid", std::to_string(course)}});
        forms.insert(forms.end(), more.begin(), more.end());
    }
    return forms;
}

inline std::vector<Form> grade_requests() {
    std::vector<Form> forms = each_course({});
    const auto single = each_user({{"courseid", "4"}});
    forms.insert(forms.end(), single.begin(), single.end());
    return forms;
}

inline std::vector<Case> cases() {
    const std::vector<std::string> all = {"simadmin", "simteacher", "simstudent", "simnoident"};
    return {
        {"core_webservice_get_site_info", {{}}, all},
        {"core_user_get_users",
         {{{"criteria[0][key]", "email"}, {"criteria[0][value]", "%%"}},
          {{"criteria[0][key]", "suspended"}, {"criteria[0][value]", "1"}}},
         all},
        {"core_user_get_users_by_field",
         {{{"field", "id"},
           {"values[0]", "2"},
           {"values[1]", "8"},
           {"values[2]", "50"},
           {"values[3]", "151"},
           {"values[4]", "3"},
           {"values[5]", "7"},
           {"values[6]", "9"},
           {"values[7]", "12"}}},
         all},
        {"core_course_get_courses",
         {{}, {{"options[ids][0]", "4"}, {"options[ids][1]", "999999"}}}},
        {"core_course_get_courses_by_field", {{}, {{"field", "category"}, {"value", "2"}}}, all},
        {"core_course_get_categories", {{}}, {"simadmin"}},
        {"core_enrol_get_enrolled_users", each_course({}), {"simadmin", "simnoident"}},
        {"core_enrol_get_course_enrolment_methods", each_course({})},
        {"core_enrol_get_users_courses",
         [] {
             auto forms = each_user({});
             const auto more = each_user({{"returnusercount", "0"}});
             forms.insert(forms.end(), more.begin(), more.end());
             return forms;
         }()},
        {"core_group_get_course_groups", each_course({})},
        {"core_grades_get_gradeitems", each_course({})},
        {"gradereport_user_get_grade_items", grade_requests()},
        {"gradereport_user_get_grades_table", grade_requests()},
        {"gradereport_grader_get_users_in_report", each_course({})},
        {"core_completion_get_course_completion_status", completions()},
    };
}

}  // namespace sim_test
