// The web-service functions that the simulated Moodle knows.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "arguments.h"
#include "json_out.h"
#include "site.h"

namespace sim {

// Whose token it is, and what is silently lost with it.
enum class Caller {
    Admin,
    Teacher,     // every second course, and of people only those
    Student,     // may list nobody
    NoIdentity,  // sees no email, username, idnumber
};

struct MoodleError {
    std::string exception;
    std::string errorcode;
    std::string message;
};

struct Answer {
    std::optional<MoodleError> error;
    int64_t rows = 0;  // what the latency model counts
    std::function<void(JsonOut&)> body;
};

struct Context {
    const Site& site;
    const Arguments& arguments;
    Caller caller;

    int64_t id(const std::string& name) const;  // -1 when it is missing or no number
    bool sees_course(int64_t course) const;
};

using Function = Answer (*)(const Context&);
const std::map<std::string, Function>& functions();

Answer refused(std::string exception, std::string errorcode, std::string message);
Answer invalid_parameter();
Answer no_record(const std::string& table);
Answer no_permission(const std::string& capability);
inline Answer answer(int64_t rows, std::function<void(JsonOut&)> body) {
    return {std::nullopt, rows, std::move(body)};
}
void empty_warnings(JsonOut& out);

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
Answer get_all_roles(const Context&);
Answer get_grade_items(const Context&);
Answer get_grades_table(const Context&);
Answer get_users_in_report(const Context&);
Answer get_gradeitems(const Context&);
Answer get_completion_status(const Context&);

}  // namespace sim
