// Who takes part in what: core_enrol_*, groups and roles.
#include <algorithm>
#include <set>

#include "functions.h"

namespace sim {

namespace {

struct ListingOptions {
    std::set<std::string> fields;  // empty = all
    int64_t from = 0, number = 0;
    bool descending = false, only_active = false, only_suspended = false;
};

const std::set<std::string>& user_fields() {
    static const std::set<std::string> known = {"id",
                                                "username",
                                                "fullname",
                                                "firstname",
                                                "lastname",
                                                "email",
                                                "address",
                                                "phone1",
                                                "phone2",
                                                "department",
                                                "institution",
                                                "idnumber",
                                                "interests",
                                                "firstaccess",
                                                "lastaccess",
                                                "auth",
                                                "suspended",
                                                "confirmed",
                                                "lang",
                                                "theme",
                                                "timezone",
                                                "mailformat",
                                                "trackforums",
                                                "description",
                                                "descriptionformat",
                                                "city",
                                                "country",
                                                "groups",
                                                "profileimageurlsmall",
                                                "profileimageurl",
                                                "customfields",
                                                "roles",
                                                "preferences",
                                                "enrolledcourses",
                                                "lastcourseaccess"};
    return known;
}

std::optional<Answer> read_options(const Context& context, ListingOptions& options) {
    for (const auto& [name, value] : context.arguments.pairs("options", "name")) {
        const bool on = value == "1" || value == "true";
        if (name == "limitfrom") options.from = std::atoll(value.c_str());
        if (name == "limitnumber") options.number = std::atoll(value.c_str());
        if (name == "onlyactive") options.only_active = on;
        if (name == "onlysuspended") options.only_suspended = on;
        if (name == "sortdirection") options.descending = value == "DESC" || value == "desc";
        if (name != "userfields") continue;
        size_t at = 0;
        while (at < value.size()) {
            const size_t end = std::min(value.find(',', at), value.size());
            std::string field = value.substr(at, end - at);
            if (!user_fields().contains(field)) {
                return refused("core\\exception\\moodle_exception", "invaliduserfield",
                               "Invalid user field: " + field);
            }
            options.fields.insert(std::move(field));
            at = end + 1;
        }
    }
    if (options.only_active && options.only_suspended) {
        return refused("core\\exception\\coding_exception", "codingerror",
                       "Coding error detected, it must be fixed by a programmer: Both onlyactive "
                       "and onlysuspended are set");
    }
    return std::nullopt;
}

void write_roles(JsonOut& out, const Enrolment& enrolment) {
    out.key("roles").open('[');
    for (const int id : enrolment.roles) {
        const Role role = Site::role(id);
        out.open('{').key("roleid").number(role.id).key("name").text("").key("shortname");
        out.text(role.shortname).key("sortorder").number(0).close('}');
    }
    out.close(']');
}

class ParticipantWriter {
  public:
    ParticipantWriter(JsonOut& out, const Context& context, const ListingOptions& options)
        : out_(out), context_(context), options_(options) {}

    void write(const Enrolment& enrolment, int64_t course) {
        const Person person = context_.site.person(enrolment.user);
        const bool hidden = context_.caller == Caller::NoIdentity;
        const std::string image =
            context_.site.options().wwwroot + "/theme/image.php/boost/core/1/u/";
        out_.open('{').key("id").number(person.id);
        if (!hidden) text("username", person.username, false);
        text("firstname", person.firstname, true);
        text("lastname", person.lastname, true);
        out_.key("fullname").text(person.firstname + " " + person.lastname);
        if (!hidden) text("email", person.email, true);
        if (!hidden) text("department", person.department, false);
        if (!hidden) text("institution", person.institution, true);
        if (!hidden) text("idnumber", person.idnumber, true);
        number("firstaccess", person.firstaccess);
        number("lastaccess", person.lastaccess);
        number("lastcourseaccess", person.lastaccess == 0 ? 0 : person.lastaccess - course);
        if (!person.description.empty()) {
            text("description", person.description, true);
            number("descriptionformat", 1);
        }
        text("city", person.city, true);
        text("country", person.country, true);
        text("profileimageurlsmall", image + "f2", true);
        text("profileimageurl", image + "f1", true);
        if (wants("customfields")) out_.key("customfields").open('[').close(']');
        if (wants("groups")) write_groups(person.id, course);
        if (wants("roles")) write_roles(out_, enrolment);
        if (wants("enrolledcourses")) write_courses(course);
        out_.close('}');
    }

  private:
    bool wants(const char* field) const {
        return options_.fields.empty() || options_.fields.contains(field);
    }
    void text(const char* field, const std::string& value, bool only_filled) {
        if (wants(field) && !(only_filled && value.empty())) out_.key(field).text(value);
    }
    void number(const char* field, int64_t value) {
        if (wants(field)) out_.key(field).number(value);
    }
    void write_groups(int64_t user, int64_t course) {
        out_.key("groups").open('[');
        if (user % 2 == 0) {
            out_.open('{').key("id").number(course * 10 + 1).key("name").text("Group A");
            out_.key("description").text("").key("descriptionformat").number(1).close('}');
        }
        out_.close(']');
    }
    void write_courses(int64_t course) {
        const auto found = context_.site.find_course(course);
        out_.key("enrolledcourses").open('[').open('{').key("id").number(course);
        out_.key("fullname").text(found->fullname).key("shortname").text(found->shortname);
        out_.close('}').close(']');
    }

    JsonOut& out_;
    const Context& context_;
    const ListingOptions& options_;
};

void write_course_of_user(JsonOut& out, const Context& context, int64_t id, int64_t user) {
    const auto course = context.site.find_course(id);
    const auto participants = static_cast<int64_t>(context.site.enrolments(id).size());
    out.open('{').key("id").number(id).key("shortname").text(course->shortname);
    out.key("fullname").text(course->fullname).key("displayname").text(course->fullname);
    out.key("enrolledusercount").number(participants).key("idnumber").text(course->idnumber);
    out.key("visible").number(course->visible).key("summary").text(course->summary);
    out.key("summaryformat").number(1).key("format").text("topics").key("courseimage");
    out.text(context.site.options().wwwroot + "/course.svg").key("showgrades").flag(true);
    out.key("lang").text("").key("enablecompletion").flag(course->completion_enabled);
    out.key("completionhascriteria").flag(course->has_criteria);
    out.key("completionusertracked").flag(true).key("category").number(course->category);
    out.key("progress");
    if (course->completion_enabled) {
        out.number(user % 101);
    } else {
        out.null();
    }
    out.key("completed").flag(user % 101 == 100).key("startdate").number(1'760'000'000);
    out.key("enddate").number(0).key("marker").number(0).key("lastaccess").null();
    out.key("isfavourite").flag(false).key("hidden").flag(false).key("overviewfiles").open('[');
    out.close(']').key("showactivitydates").flag(false).key("showcompletionconditions").flag(true);
    out.key("timemodified").number(1'760'000'000 + id).close('}');
}

}  // namespace

Answer get_enrolled_users(const Context& context) {
    const int64_t course = context.id("courseid");
    if (course == -1 && !context.arguments.get("courseid", "").starts_with("-")) {
        return invalid_parameter();
    }
    if (!context.site.find_course(course)) return no_record("course");
    if (context.caller == Caller::Student) return no_permission("View participants");
    if (!context.sees_course(course)) {
        return refused("core\\exception\\moodle_exception", "errorcoursecontextnotvalid",
                       "You cannot execute functions in the course context (course id:" +
                           std::to_string(course) + ").");
    }
    ListingOptions options;
    if (auto problem = read_options(context, options)) return *problem;
    std::vector<Enrolment> enrolments = context.site.enrolments(course);
    if (course == 1) {
        for (int64_t id = 2; id <= context.site.last_user(); id++)
            enrolments.push_back({id, {}, false});
    }
    std::erase_if(enrolments, [&](const Enrolment& enrolment) {
        return (options.only_active && enrolment.suspended) ||
               (options.only_suspended && !enrolment.suspended);
    });
    if (options.descending) std::reverse(enrolments.begin(), enrolments.end());
    const auto total = static_cast<int64_t>(enrolments.size());
    const int64_t from = std::clamp<int64_t>(options.from, 0, total);
    const int64_t to = options.number > 0 ? std::min(total, from + options.number) : total;
    return answer(to - from, [context, options, enrolments, course, from, to](JsonOut& out) {
        ParticipantWriter writer(out, context, options);
        out.open('[');
        for (int64_t i = from; i < to; i++)
            writer.write(enrolments[static_cast<size_t>(i)], course);
        out.close(']');
    });
}

Answer get_enrolment_methods(const Context& context) {
    const int64_t course = context.id("courseid");
    if (!context.site.find_course(course)) return no_record("course");
    return answer(2, [course](JsonOut& out) {
        out.open('[');
        if (course % 3 == 0) {
            out.open('{').key("id").number(course * 10 + 1).key("courseid").number(course);
            out.key("type").text("guest").key("name").text("Guest access").key("status").flag(true);
            out.key("wsfunction").text("enrol_guest_get_instance_info").close('}');
        }
        if (course % 2 == 0) {
            out.open('{').key("id").number(course * 10 + 2).key("courseid").number(course);
            out.key("type").text("self").key("name").text("Self enrolment (Student)");
            out.key("status");
            if (course % 10 == 6) {
                out.text("Enrolment is disabled or inactive");
            } else {
                out.flag(true);
            }
            out.close('}');
        }
        out.close(']');
    });
}

Answer get_users_courses(const Context& context) {
    const int64_t user = context.id("userid");
    if (!context.site.find_person(user))
        return refused("dml_missing_record_exception", "invaliduser", "Invalid user");
    std::vector<int64_t> courses;
    for (int64_t id = 2; id <= context.site.last_course(); id++) {
        const auto enrolments = context.site.enrolments(id);
        if (std::any_of(enrolments.begin(), enrolments.end(), [&](const Enrolment& enrolment) {
                return enrolment.user == user && !enrolment.suspended;
            })) {
            courses.push_back(id);
        }
    }
    return answer(static_cast<int64_t>(courses.size()), [context, courses, user](JsonOut& out) {
        out.open('[');
        for (const int64_t id : courses) write_course_of_user(out, context, id, user);
        out.close(']');
    });
}

Answer get_course_groups(const Context& context) {
    const int64_t course = context.id("courseid");
    if (!context.site.find_course(course)) return no_record("course");
    return answer(2, [course](JsonOut& out) {
        out.open('[');
        for (int i = 1; i <= 2; i++) {
            out.open('{').key("id").number(course * 10 + i).key("courseid").number(course);
            out.key("name").text(i == 1 ? "Group A" : "Group B").key("description").text("");
            out.key("descriptionformat").number(1).key("enrolmentkey").text("");
            out.key("idnumber").text("").close('}');
        }
        out.close(']');
    });
}

Answer get_all_roles(const Context&) {
    return answer(8, [](JsonOut& out) {
        out.open('[');
        for (const Role& role : Site::roles()) {
            out.open('{').key("id").number(role.id).key("name").text("").key("shortname");
            out.text(role.shortname).key("description").text("").key("sortorder");
            out.number(role.sortorder).key("archetype").text(role.shortname).close('}');
        }
        out.close(']');
    });
}

}  // namespace sim
