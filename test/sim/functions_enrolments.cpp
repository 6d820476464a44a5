// Who takes part in what: core_enrol_*, groups and roles.
#include <algorithm>
#include <cstdlib>

#include "activities.h"
#include "functions.h"
#include "settings.h"

namespace sim {

namespace {

struct Listing {
    std::set<std::string> fields;  // empty = all
    std::string sort_by = "id", capability;
    int64_t from = 0, number = 0, group = 0;
    bool descending = false, only_active = false, only_suspended = false;
    bool group_formats = true;  // whether a group says how its description is formatted
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
                                                "profileimageurl",
                                                "profileimageurlsmall",
                                                "customfields",
                                                "roles",
                                                "preferences",
                                                "enrolledcourses",
                                                "lastcourseaccess"};
    return known;
}

std::optional<Answer> read_option(const std::string& name, const std::string& value,
                                  Listing& listing) {
    const bool integer =
        !value.empty() && value.find_first_not_of("-0123456789") == std::string::npos;
    const bool on = value == "1" || value == "true";
    if (name == "limitfrom" || name == "limitnumber" || name == "groupid") {
        if (!integer) return invalid_parameter();
        const int64_t number = std::atoll(value.c_str());
        (name == "limitfrom" ? listing.from
         : name == "groupid" ? listing.group
                             : listing.number) = number;
    }
    if (name == "onlyactive") listing.only_active = on;
    if (name == "onlysuspended") listing.only_suspended = on;
    if (name == "withcapability") listing.capability = value;
    if (name == "sortby") {
        const std::set<std::string> known = {"id", "firstname", "lastname", "siteorder"};
        if (!known.contains(value)) return invalid_parameter();
        listing.sort_by = value;
    }
    if (name == "sortdirection") {
        if (value != "ASC" && value != "DESC") return invalid_parameter();
        listing.descending = value == "DESC";
    }
    if (name != "userfields") return std::nullopt;
    for (const std::string& field : split_list(value)) {
        if (!user_fields().contains(field)) {
            return moodle_exception("invaliduserfield", "Invalid user field: " + field);
        }
        listing.fields.insert(field);
    }
    return std::nullopt;
}

std::optional<Answer> read_options(const Context& context, Listing& listing) {
    for (const auto& [name, value] : context.arguments->pairs("options", "name")) {
        if (auto problem = read_option(name, value, listing)) return problem;
    }
    if (listing.only_active && listing.only_suspended) {
        return coding_error(
            "Both onlyactive and onlysuspended are set, this is probably not what "
            "you want!");
    }
    return std::nullopt;
}

void write_roles(JsonOut& out, const Enrolment& enrolment) {
    out.key("roles").open('[');
    for (const int id : enrolment.roles) {
        const Role& role = Site::role(id);
        out.open('{').key("roleid").number(role.id).key("name").escaped("").key("shortname");
        out.escaped(role.shortname).key("sortorder").number(0).close('}');
    }
    out.close(']');
}

// Since 5.0 whom the caller may not see is listed with id and name, and nothing else.
bool gives_stubs(const Site& site) {
    return site.options().version >= kMoodle50;
}

class ParticipantWriter {
  public:
    ParticipantWriter(JsonOut& out, const Site& site, const Caller& caller, const Listing& listing,
                      int64_t course)
        : out_(out), site_(site), caller_(caller), listing_(listing), course_(course) {
        caller_.meet_teachers(site);
        stubs_ = gives_stubs(site) && !caller.can("moodle/user:viewdetails");
    }

    void write(const Enrolment& enrolment) {
        const Person person = site_.person(enrolment.user);
        if (stubs_ && !caller_.knows(person.id)) {
            out_.open('{').key("id").number(person.id).key("fullname");
            out_.escaped(person.fullname_json()).close('}');
            return;
        }
        const bool details = caller_.sees_details(person.id);
        out_.open('{').key("id").number(person.id);
        if (details) text("username", person.username, false);
        text("firstname", person.firstname.json, false);
        text("lastname", person.lastname.json, false);
        out_.key("fullname").escaped(person.fullname_json());
        if (caller_.sees_email(person.id)) text("email", person.email, false);
        if (details) {
            text("address", person.address.json, true);
            text("department", person.department.json, false);
        }
        text("institution", person.institution.json, true);
        if (details) text("idnumber", person.idnumber, true);
        text("interests", person.interests.json, true);
        number("firstaccess", person.firstaccess);
        number("lastaccess", person.lastaccess);
        number("lastcourseaccess", site_.last_access(person, course_));
        if (person.described) {
            text("description", person.description.json, false);
            number("descriptionformat", 1);
        }
        text("city", person.city.json, true);
        text("country", person.country, true);
        if (wants("profileimageurl")) write_pictures(out_);
        if (wants("customfields")) write_custom_fields(out_, person, false);
        if (wants("groups")) write_groups(person.id);
        if (wants("roles")) write_roles(out_, enrolment);
        if (person.id == caller_.user() && wants("preferences")) write_preferences();
        if (wants("enrolledcourses")) write_courses(person.id);
        out_.close('}');
    }

  private:
    bool wants(const char* field) const {
        return listing_.fields.empty() || listing_.fields.contains(field);
    }
    void text(const char* field, std::string_view json, bool only_filled) {
        if (wants(field) && !(only_filled && json.empty())) out_.key(field).escaped(json);
    }
    void number(const char* field, int64_t value) {
        if (wants(field)) out_.key(field).number(value);
    }
    // Only where there is one.
    void write_groups(int64_t user) {
        const auto group = site_.find_group(Site::group_of(course_, user));
        if (!group) return;
        out_.key("groups").open('[').open('{').key("id").number(group->id);
        out_.key("name").text(group->name).key("description");
        out_.text("<div class=\"text_to_html\"><p>g</p></div>");
        if (listing_.group_formats) out_.key("descriptionformat").number(0);
        out_.close('}').close(']');
    }
    void write_preferences() {
        out_.key("preferences").open('[').open('{').key("name").escaped("_lastloaded");
        out_.key("value").number(1795188404).close('}').close(']');
    }
    // What makes a listing slow: a look at every course for every person.
    void write_courses(int64_t user) {
        out_.key("enrolledcourses").open('[');
        for (int64_t id = site_.last_course(); id > 1; id--) {
            const auto enrolment = site_.enrolment(id, user);
            if (!enrolment || enrolment->suspended) continue;
            const auto course = site_.find_course(id);
            out_.open('{').key("id").number(id).key("fullname").text(course->fullname);
            out_.key("shortname").text(course->shortname).close('}');
        }
        out_.close(']');
    }

    JsonOut& out_;
    const Site& site_;
    Caller caller_;
    const Listing& listing_;
    int64_t course_;
    bool stubs_ = false;
};

void keep_only(std::vector<Enrolment>& enrolments, const Context& context, const Listing& listing,
               const Course& course) {
    const std::optional<int64_t> only = context.caller.only_group(course);
    Caller caller = context.caller;
    caller.meet_teachers(context.site);
    const bool drops = !caller.can("moodle/user:viewdetails") && !gives_stubs(context.site);
    std::erase_if(enrolments, [&](const Enrolment& one) {
        if (only && (*only == 0 || Site::group_of(course.id, one.user) != *only)) return true;
        if (drops && !caller.knows(one.user)) return true;
        if (listing.only_active && one.suspended) return true;
        if (listing.only_suspended && !one.suspended) return true;
        if (listing.group > 0 && Site::group_of(course.id, one.user) != listing.group) return true;
        if (listing.capability.empty()) return false;
        return std::none_of(one.roles.begin(), one.roles.end(), [](int role) { return role <= 4; });
    });
}

void sort_by(std::vector<Enrolment>& enrolments, const Site& site, const Listing& listing) {
    if (listing.sort_by != "id") {
        std::map<int64_t, std::string> names;
        for (const Enrolment& one : enrolments) {
            const Person person = site.person(one.user);
            const std::string first(person.firstname.plain), last(person.lastname.plain);
            names[one.user] =
                listing.sort_by == "firstname" ? first + '\0' + last : last + '\0' + first;
        }
        std::stable_sort(
            enrolments.begin(), enrolments.end(),
            [&](const Enrolment& a, const Enrolment& b) { return names[a.user] < names[b.user]; });
    }
    if (listing.descending) std::reverse(enrolments.begin(), enrolments.end());
}

}  // namespace

Answer get_enrolled_users(const Context& context) {
    Listing listing;
    if (auto problem = read_options(context, listing)) return *problem;
    const int64_t id = context.arguments->number("courseid", 0);
    const Site& site = context.site;
    const auto course = site.find_course(id);
    if (!course) return no_record("course");
    if (!context.caller.enters(*course)) return no_course_context(id);
    if (!context.caller.can("moodle/course:viewparticipants")) {
        return no_permission("View participants");
    }
    // Of a group that one is not in, be it of no course.
    const bool all_groups = context.caller.can("moodle/site:accessallgroups");
    if (listing.group > 0 && !all_groups && listing.group != context.caller.only_group(*course)) {
        return no_permission("Access all groups");
    }
    const bool by_status = listing.only_active || listing.only_suspended;
    if (by_status && !context.caller.can("moodle/course:enrolreview")) {
        return no_permission("Review course enrolments");
    }
    std::vector<Enrolment> enrolments = site.enrolments(id);
    keep_only(enrolments, context, listing, *course);
    sort_by(enrolments, site, listing);
    const auto total = static_cast<int64_t>(enrolments.size());
    const int64_t from = std::clamp<int64_t>(listing.from, 0, total);
    const int64_t to = listing.number > 0 ? std::min(total, from + listing.number) : total;
    enrolments.erase(enrolments.begin() + to, enrolments.end());
    enrolments.erase(enrolments.begin(), enrolments.begin() + from);
    const Caller caller = context.caller;
    return answer(to - from, [&site, caller, listing, enrolments, id](JsonOut& out) {
        ParticipantWriter writer(out, site, caller, listing, id);
        out.open('[');
        for (const Enrolment& one : enrolments) writer.write(one);
        out.close(']');
    });
}

// Roles that may do it: those of teachers.
Answer get_users_with_capability(const Context& context) {
    Listing listing;
    if (auto problem = read_options(context, listing)) return *problem;
    listing.fields = user_fields();
    listing.group_formats = false;
    for (const char* absent :
         {"idnumber", "address", "auth", "suspended", "confirmed", "lang", "theme"}) {
        listing.fields.erase(absent);
    }
    struct Part {
        int64_t course;
        std::string capability;
        std::vector<Enrolment> users;
    };
    std::vector<Part> parts;
    const Node* asked = context.arguments->root().find("coursecapabilities");
    for (const auto& member : asked->members) {
        const int64_t id = std::atoll(member.second.find("courseid")->text.c_str());
        const auto course = context.site.find_course(id);
        if (!course) return no_record("course");
        if (!context.caller.enters(*course)) return no_course_context(id);
        for (const auto& capability : member.second.find("capabilities")->members) {
            listing.capability = capability.second.text;
            parts.push_back({id, listing.capability, context.site.enrolments(id)});
            keep_only(parts.back().users, context, listing, *course);
        }
    }
    const Site& site = context.site;
    const Caller caller = context.caller;
    return answer(static_cast<int64_t>(parts.size()),
                  [&site, caller, listing, parts](JsonOut& out) {
                      out.open('[');
                      for (const auto& part : parts) {
                          ParticipantWriter writer(out, site, caller, listing, part.course);
                          out.open('{').key("courseid").number(part.course).key("capability");
                          out.text(part.capability).key("users").open('[');
                          for (const Enrolment& one : part.users) writer.write(one);
                          out.close(']').close('}');
                      }
                      out.close(']');
                  });
}

Answer get_enrolment_methods(const Context& context) {
    const int64_t id = context.arguments->number("courseid", 0);
    const auto course = context.site.find_course(id);
    if (!course) return no_record("course");
    if (!course->visible && !context.caller.sees_hidden(*course)) {
        return moodle_exception("coursehidden", "error/coursehidden");
    }
    const bool told = context.site.story() != nullptr;
    return answer(2, [id, told](JsonOut& out) {
        out.open('[');
        if (id % 3 == 0 && !told) {
            out.open('{').key("id").number(id * 10 + 1).key("courseid").number(id);
            out.key("type").text("guest").key("name").text("Guest access").key("status").flag(true);
            out.key("wsfunction").text("enrol_guest_get_instance_info").close('}');
        }
        if (id % 2 == 0 || told) {
            out.open('{').key("id").number(id * 10 + 2).key("courseid").number(id);
            out.key("type").text("self").key("name").text("Self enrolment (Student)");
            out.key("status");
            if (id % 10 == 6 && !told) {
                out.text("Enrolment is disabled or inactive");
            } else {
                out.flag(true);
            }
            out.close('}');
        }
        out.close(']');
    });
}

namespace {

// Percent of the activities.
int64_t progress_in(const Site& site, int64_t course, int64_t user, bool done) {
    if (done) return 100;
    if (!site.story()) return user % 100;
    int64_t all = 0, through = 0;
    for (const Module& module : modules(site, course)) {
        if (!module.tracked()) continue;
        all++;
        through += progress_of(site, module, user).state != 0 ? 1 : 0;
    }
    return 100 * through / all;
}

void write_users_course(JsonOut& out, const Site& site, int64_t id, int64_t user, bool with_count) {
    const auto course = site.find_course(id);
    const bool tracked = course->completion_enabled;
    out.open('{').key("id").number(id).key("shortname").text(course->shortname);
    out.key("fullname").text(course->fullname).key("displayname").text(course->fullname);
    if (with_count) {
        out.key("enrolledusercount").number(static_cast<int64_t>(site.enrolments(id).size()));
    }
    out.key("idnumber").text(course->idnumber).key("visible").number(course->visible);
    out.key("summary").text(course->summary).key("summaryformat").number(1);
    out.key("format").escaped(course->format).key("courseimage");
    out.text(site.options().wwwroot + "/pluginfile.php/" + std::to_string(id + 700) +
             "/course/generated/course.svg");
    out.key("showgrades").flag(true).key("lang").escaped("").key("enablecompletion").flag(tracked);
    out.key("completionhascriteria").flag(tracked && course->has_criteria);
    out.key("completionusertracked").flag(tracked).key("category").number(course->category);
    if (tracked) {
        const bool done = site.completed(id, user);
        out.key("progress").number(progress_in(site, id, user, done)).key("completed").flag(done);
    } else {
        out.key("progress").null().key("completed").null();
    }
    out.key("startdate").number(course->startdate);
    out.key("enddate").number(course->enddate).key("marker").number(0);
    out.key("lastaccess").null().key("isfavourite").flag(false).key("hidden").flag(false);
    out.key("overviewfiles").open('[').close(']').key("showactivitydates").flag(false);
    out.key("showcompletionconditions");
    if (tracked) {
        out.flag(true);
    } else {
        out.null();
    }
    out.key("timemodified").number(course->timemodified).close('}');
}

void write_group(JsonOut& out, const Group& group) {
    out.open('{').key("id").number(group.id).key("courseid").number(group.course);
    out.key("name").text(group.name).key("description").text("<p>g</p>");
    out.key("descriptionformat").number(1).key("enrolmentkey").null();
    out.key("idnumber").text(group.idnumber).key("visibility").number(0);
    out.key("participation").flag(true).close('}');
}

// Otherwise a course is left out without a word.
bool sees_participants(const Context& context, int64_t course) {
    return context.caller.enters(*context.site.find_course(course)) &&
           context.caller.can("moodle/course:viewparticipants");
}

}  // namespace

Answer get_users_courses(const Context& context) {
    const int64_t user = context.arguments->number("userid", 0);
    const Site& site = context.site;
    const std::string count = context.arguments->get("returnusercount", "1");
    std::vector<int64_t> courses;
    for (int64_t id = site.last_course(); id > 1; id--) {
        const auto enrolment = site.enrolment(id, user);
        if (enrolment && !enrolment->suspended && sees_participants(context, id)) {
            courses.push_back(id);
        }
    }
    const bool with_count = count != "0" && count != "false";
    const auto rows = static_cast<int64_t>(courses.size());
    return answer(rows, [&site, courses, user, with_count](JsonOut& out) {
        out.open('[');
        for (const int64_t id : courses) write_users_course(out, site, id, user, with_count);
        out.close(']');
    });
}

Answer get_course_groups(const Context& context) {
    const int64_t id = context.arguments->number("courseid", 0);
    const auto course = context.site.find_course(id);
    if (!course) return no_record("course");
    if (!context.caller.enters(*course)) return no_course_context(id);
    if (!context.caller.manages_groups(*course)) return no_permission("Manage groups");
    const std::vector<Group> groups = context.site.groups(id);
    return answer(static_cast<int64_t>(groups.size()), [groups](JsonOut& out) {
        out.open('[');
        for (const Group& group : groups) write_group(out, group);
        out.close(']');
    });
}

Answer get_group_members(const Context& context) {
    std::vector<Group> groups;
    for (const std::string& text : context.arguments->list("groupids")) {
        const auto group = context.site.find_group(std::atoll(text.c_str()));
        if (!group) return no_record("groups");
        const auto course = context.site.find_course(group->course);
        if (!context.caller.manages_groups(*course)) return no_permission("Manage groups");
        groups.push_back(*group);
    }
    const Site& site = context.site;
    return answer(static_cast<int64_t>(groups.size()), [&site, groups](JsonOut& out) {
        out.open('[');
        for (const Group& group : groups) {
            out.open('{').key("groupid").number(group.id).key("userids").open('[');
            for (const Enrolment& one : site.enrolments(group.course)) {
                if (Site::group_of(group.course, one.user) == group.id) out.number(one.user);
            }
            out.close(']').close('}');
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
