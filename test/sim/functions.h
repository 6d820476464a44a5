// The web-service functions that the simulated Moodle knows.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "arguments.h"
#include "caller.h"
#include "json_out.h"
#include "parameters.h"
#include "site.h"

namespace sim {

struct MoodleError {
    std::string exception;
    std::string errorcode;
    std::string message;
};

struct Answer {
    std::optional<MoodleError> error;
    int64_t rows = 0;  // what the latency model counts
    // Runs after the call that made it has returned: holds copies, no references but to the site.
    std::function<void(JsonOut&)> body;
};

struct Context {
    const Site& site;
    std::shared_ptr<const Arguments> arguments;
    Caller caller;
};

struct Function {
    Answer (*call)(const Context&) = nullptr;
    std::optional<Parameter> takes = {};  // where the catalogue does not say
    bool of_plugin = false;
};
// Those with answers of their own.
const std::map<std::string, Function>& functions();
// All that the service has.
std::set<std::string> served_functions(const Options& options);

Answer refused(std::string exception, std::string errorcode, std::string message);
Answer moodle_exception(std::string errorcode, std::string message);
Answer invalid_parameter();
Answer no_record(const std::string& table);
Answer no_permission(const std::string& capability);
// The service does not let this token do it.
Answer no_access();
Answer coding_error(const std::string& message);
// What a function says that needs a course context which the caller does not reach.
Answer no_course_context(int64_t course);
inline Answer answer(int64_t rows, std::function<void(JsonOut&)> body) {
    return {std::nullopt, rows, std::move(body)};
}
void empty_warnings(JsonOut& out);
std::set<std::string> split_list(const std::string& list);
// Of a person: the pictures, and the fields that the site's administrator added.
void write_pictures(JsonOut& out);
// What a real site counts up by itself: one more each time, or 0 where the site keeps no clock.
int64_t ticks(const Site& site);
void write_custom_fields(JsonOut& out, const Person& person, bool with_display);

// As Moodle writes a time for people to read.
std::string long_date(int64_t at);
// {"item":…,"itemid":…,"warningcode":…,"message":…}
std::string warning(const char* item, int64_t id, const char* code, const std::string& message);
// Where the user takes part.
std::vector<int64_t> own_courses(const Site& site, int64_t user);
// Those of `courseids` that the caller reaches, the others as warnings; without it the caller's
// own.
std::vector<int64_t> asked_courses(const Context& context, std::string& warnings);

Answer get_site_info(const Context&);
Answer get_users(const Context&);
Answer get_users_by_field(const Context&);
Answer get_courses(const Context&);
Answer get_courses_by_field(const Context&);
Answer get_categories(const Context&);
Answer get_enrolled_users(const Context&);
Answer get_enrolment_methods(const Context&);
Answer get_users_courses(const Context&);
Answer get_course_groups(const Context&);
Answer get_group_members(const Context&);
Answer get_all_roles(const Context&);
Answer get_grade_items(const Context&);
Answer get_grades_table(const Context&);
Answer get_users_in_report(const Context&);
Answer get_gradeitems(const Context&);
Answer get_completion_status(const Context&);
Answer get_users_with_capability(const Context&);
Answer get_contents(const Context&);
Answer get_activities_completion(const Context&);
Answer get_updates_since(const Context&);
Answer get_assignments(const Context&);
Answer get_submissions(const Context&);
Answer get_assignment_grades(const Context&);
Answer get_quizzes(const Context&);
Answer get_attempts(const Context&);
Answer get_forums(const Context&);
Answer get_discussions(const Context&);
Answer get_posts(const Context&);
Answer get_cohorts(const Context&);
Answer get_cohort_members(const Context&);
Answer get_calendar_events(const Context&);
Answer get_user_badges(const Context&);
Answer get_course_notes(const Context&);
Answer get_tags(const Context&);
Answer get_tag_cloud(const Context&);
Answer get_tag_collections(const Context&);
Answer list_reports(const Context&);
Answer retrieve_report(const Context&);

}  // namespace sim
