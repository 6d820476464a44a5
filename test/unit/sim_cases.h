// The functions that answer from the simulated site's data, each asked in as many ways as it takes
// to see every key.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "../sim/sim_process.h"

namespace sim_test {

struct Case {
    const char* function;
    std::vector<Form> asked;
    std::vector<std::string> tokens = {"simadmin"};
    // Objects, and keys by their path, of which the recordings show nothing or not every type.
    std::set<std::string> unrecorded = {};
};

inline std::vector<Form> each_course(const Form& more) {
    std::vector<Form> forms;
    for (int id = 1; id <= 41; id++) {
        forms.push_back({{"courseid", std::to_string(id)}});
        forms.back().insert(forms.back().end(), more.begin(), more.end());
    }
    return forms;
}

inline std::vector<Form> each_user(const Form& more, int last = 60) {
    std::vector<Form> forms;
    for (int id = 1; id <= last; id++) {
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
        {"core_completion_get_activities_completion_status", completions()},
        {"core_course_get_contents",
         [] {
             auto forms = each_course({});
             const auto more =
                 each_course({{"options[0][name]", "modname"}, {"options[0][value]", "page"}});
             forms.insert(forms.end(), more.begin(), more.end());
             return forms;
         }()},
        {"core_course_get_updates_since", each_course({{"since", "0"}})},
        {"core_enrol_get_enrolled_users_with_capability",
         [] {
             std::vector<Form> forms;
             for (int id = 2; id <= 41; id++) {
                 forms.push_back(
                     {{"coursecapabilities[0][courseid]", std::to_string(id)},
                      {"coursecapabilities[0][capabilities][0]", "moodle/grade:viewall"}});
             }
             return forms;
         }()},
        {"mod_assign_get_assignments",
         {{{"courseids[0]", "4"}, {"courseids[1]", "9999"}, {"includenotenrolledcourses", "1"}},
          {{"courseids[0]", "4"}}}},
        {"mod_assign_get_submissions",
         {{{"assignmentids[0]", "401"}, {"assignmentids[1]", "599"}, {"assignmentids[2]", "901"}}},
         {"simadmin"},
         {"/warnings[]"}},
        {"mod_assign_get_grades", {{{"assignmentids[0]", "401"}}}},
        {"mod_quiz_get_quizzes_by_courses",
         {{{"courseids[0]", "4"}, {"courseids[1]", "9999"}}},
         {"simadmin"},
         {"/warnings[]"}},
        {"mod_quiz_get_user_attempts",
         each_user({{"quizid", "402"}, {"status", "all"}}, 300),
         {"simadmin"},
         {"/attempts[]/sumgrades", "/attempts[]/gradednotificationsenttime"}},
        {"mod_forum_get_forums_by_courses", {{{"courseids[0]", "4"}, {"courseids[1]", "5"}}}},
        {"mod_forum_get_forum_discussions", {{{"forumid", "405"}}, {{"forumid", "400"}}}},
        {"mod_forum_get_discussion_posts",
         [] {
             std::vector<Form> forms;
             for (int d = 40501; d <= 40509; d++) {
                 forms.push_back({{"discussionid", std::to_string(d)}});
             }
             return forms;
         }()},
        {"core_cohort_get_cohorts", {{}}},
        {"core_cohort_get_cohort_members", {{{"cohortids[0]", "1"}, {"cohortids[1]", "2"}}}},
        {"core_calendar_get_calendar_events",
         {{{"events[courseids][0]", "4"}},
          {{"events[courseids][0]", "9999"}, {"options[userevents]", "0"}}},
         {"simadmin"},
         {"/warnings[]"}},
        {"core_badges_get_user_badges", each_user({}), {"simadmin"}, {"/badges[]"}},
        {"core_notes_get_course_notes",
         each_course({}),
         {"simadmin"},
         {"/sitenotes[]", "/coursenotes[]", "/personalnotes[]"}},
        {"core_tag_get_tags", {{{"tags[0][id]", "1"}, {"tags[1][id]", "3"}}}},
        {"core_tag_get_tag_cloud", {{}}, {"simadmin"}, {"", "/tags[]"}},
        {"core_tag_get_tag_collections", {{}}, {"simadmin"}, {"", "/collections[]"}},
        {"core_reportbuilder_list_reports", {{}}},
        {"core_reportbuilder_retrieve_report",
         {{{"reportid", "1"}}, {{"reportid", "2"}}, {{"reportid", "4"}, {"page", "3"}}}},
    };
}

}  // namespace sim_test
