// What is about people rather than courses: cohorts, badges, notes, tags, calendar events.
#include <algorithm>
#include <cstdlib>

#include "activities.h"
#include "functions.h"
#include "pattern.h"

namespace sim {

namespace {

const Pattern kCohort(
    R"({"id":@id@,"name":"@name@","idnumber":"@idnumber@","description":"Cohort",)"
    R"("descriptionformat":1,"visible":true,"theme":"","customfields":[]})");
const Pattern kEvent(
    R"({"id":@id@,"name":"@name@","description":"@text@","format":1,"courseid":@course@,)"
    R"("categoryid":null,"groupid":null,"userid":@user@,"repeatid":null,"modulename":@module@,)"
    R"("instance":@instance@,"eventtype":"@type@","timestart":@start@,"timeduration":@duration@,)"
    R"("visible":1,"sequence":1,"timemodified":@modified@,"subscriptionid":null})");
const Pattern kBadge(
    R"({"id":@id@,"name":"Badge of course @course@","description":"For those who completed it",)"
    R"("timecreated":@made@,"timemodified":@made@,"usercreated":2,"usermodified":2,)"
    R"("issuername":"Simulated Moodle","issuerurl":"@www@","issuercontact":null,)"
    R"("expiredate":null,"expireperiod":null,"type":2,"courseid":@course@,)"
    R"("message":"<p>Well done<\/p>","messagesubject":"A badge","attachment":1,"notification":0,)"
    R"("nextcron":null,"status":3,"issuedid":@issued@,"uniquehash":"@hash@","dateissued":@at@,)"
    R"("dateexpire":null,"visible":1,"recipientid":@user@,"recipientfullname":"@fullname@",)"
    R"("email":"@email@","version":"","language":"en","imageauthorname":"",)"
    R"("imageauthoremail":"","imageauthorurl":"","imagecaption":"",)"
    R"("badgeurl":"@www@\/badges\/badge.php?hash=@hash@","alignment":[],"relatedbadges":[]})");
const Pattern kNote(
    R"({"id":@id@,"courseid":@course@,"userid":@user@,"content":"Note about @user@ \u2013 ok",)"
    R"("format":2,"created":@at@,"lastmodified":@at@,"usermodified":2,"publishstate":"@state@"})");
const Pattern kTag(
    R"({"id":@id@,"tagcollid":1,"name":"@name@","rawname":"@rawname@","description":"",)"
    R"("descriptionformat":0,"flag":0,"official":@standard@,"isstandard":@standard@,)"
    R"("viewurl":"@www@\/tag\/index.php?tc=1&tag=@name@"})");
const Pattern kCloudTag(
    R"({"name":"@rawname@","viewurl":"@www@\/tag\/index.php?tc=1&tag=@name@","flag":false,)"
    R"("isstandard":@standard@,"count":@count@,"size":@size@})");

struct Cohort {
    int64_t id;
    const char *name, *idnumber;
    int64_t modulus, rest;  // of the ids of its members
};
constexpr Cohort kCohorts[] = {{1, "Staff", "STAFF", 50, 3},
                               {2, "2024 intake", "IN24", 10, 4},
                               {3, "\xE5\x9B\xBD\xE9\x99\x85", "INTL", 20, 5}};

struct Tag {
    int64_t id;
    const char *name, *rawname;
    bool standard;
    int64_t count;
};
constexpr Tag kTags[] = {
    {1, "sql", "SQL", true, 7},
    {2, "postgres", "Postgres", true, 7},
    {3, "physics", "Physics", false, 2},
    {4, "\xC5\x82\xC3\xB3\x64\xC5\xBA", "\xC5\x81\xC3\xB3\x64\xC5\xBA", false, 1}};

std::vector<int64_t> members(const Site& site, const Cohort& cohort) {
    std::vector<int64_t> found;
    for (int64_t id = 3; id <= site.last_user(); id++) {
        if (id % cohort.modulus == cohort.rest && !site.is_deleted(id)) found.push_back(id);
    }
    // No order that one could name.
    for (size_t i = 0; i + 3 < found.size(); i += 4) std::swap(found[i], found[i + 3]);
    return found;
}

std::optional<Answer> asked_cohorts(const Context& context, std::vector<Cohort>& cohorts) {
    if (!context.caller.sees_cohorts()) return no_permission("View site-wide cohorts");
    const std::vector<std::string> ids = context.arguments->list("cohortids");
    if (ids.empty()) cohorts.assign(std::begin(kCohorts), std::end(kCohorts));
    for (const std::string& text : ids) {
        const int64_t id = std::atoll(text.c_str());
        if (id < 1 || id > 3) return no_record("cohort");
        cohorts.push_back(kCohorts[id - 1]);
    }
    return std::nullopt;
}

}  // namespace

Answer get_cohorts(const Context& context) {
    std::vector<Cohort> cohorts;
    if (auto problem = asked_cohorts(context, cohorts)) return *problem;
    return answer(static_cast<int64_t>(cohorts.size()), [cohorts](JsonOut& out) {
        out.open('[');
        for (const Cohort& one : cohorts) {
            kCohort.write(out, {{"id", one.id}, {"name", one.name}, {"idnumber", one.idnumber}});
        }
        out.close(']');
    });
}

Answer get_cohort_members(const Context& context) {
    std::vector<Cohort> cohorts;
    if (auto problem = asked_cohorts(context, cohorts)) return *problem;
    const Site& site = context.site;
    return answer(static_cast<int64_t>(cohorts.size()), [&site, cohorts](JsonOut& out) {
        out.open('[');
        for (const Cohort& one : cohorts) {
            out.open('{').key("cohortid").number(one.id).key("userids").open('[');
            for (const int64_t user : members(site, one)) out.number(user);
            out.close(']').close('}');
        }
        out.close(']');
    });
}

// ---- calendar

namespace {

struct Event {
    int64_t id, course, user;
    std::string name, type;
    int64_t start, modified, instance;
    const char* module;  // of the instance
};

void add_course_events(const Site& site, int64_t course, std::vector<Event>& events) {
    const int64_t teacher = teacher_of(site, course);
    for (int64_t n = 1; n <= 2 && !site.story(); n++) {
        events.push_back({course * 10 + n, course, teacher,
                          "Course event " + std::to_string(n) + " \xF0\x9F\x93\x85", "course",
                          kEpoch + course * 3600 + n * 86'400, kEpoch + course, 0, nullptr});
    }
    for (const Module& one : modules(site, course)) {
        if (one.due == 0) continue;
        const bool quiz = one.kind == Module::Kind::Quiz;
        events.push_back({1'000'000'000 + one.instance, course, teacher,
                          one.name + (quiz ? " closes" : " is due"), quiz ? "close" : "due",
                          one.due, one.timemodified, one.instance, one.type()});
    }
}

std::vector<Event> asked_events(const Context& context, std::string& warnings) {
    const Arguments& arguments = *context.arguments;
    const auto off = [&](const char* name) {
        const std::string value = arguments.get(name, "1");
        return value == "0" || value == "false";
    };
    std::vector<Event> events;
    if (const Node* asked = arguments.root().find("events")) {
        const Node* courses = asked->find("courseids");
        for (size_t i = 0; courses != nullptr && i < courses->members.size(); i++) {
            const int64_t id = std::atoll(courses->members[i].second.text.c_str());
            const auto course = context.site.find_course(id);
            if (course && context.caller.enters(*course)) {
                add_course_events(context.site, id, events);
            } else {
                warnings += warnings.empty() ? "" : ",";
                warnings += warning("course", id, "nopermissions", "Cannot view the course");
            }
        }
    }
    if (!off("options[siteevents]")) {
        events.push_back({1, 1, 2, "Site event", "site", kEpoch + 86'400, kEpoch, 0, nullptr});
    }
    if (!off("options[userevents]")) {
        const int64_t user = context.caller.user();
        events.push_back({2'000'000'000 + user, 0, user, "My event", "user", kEpoch + 2 * 86'400,
                          kEpoch, 0, nullptr});
    }
    const int64_t from = arguments.number("options[timestart]", 0);
    const int64_t to = arguments.number("options[timeend]", 0);
    std::erase_if(
        events, [&](const Event& one) { return one.start < from || (to != 0 && one.start > to); });
    return events;
}

}  // namespace

Answer get_calendar_events(const Context& context) {
    std::string warnings;
    const std::vector<Event> events = asked_events(context, warnings);
    return answer(static_cast<int64_t>(events.size()), [events, warnings](JsonOut& out) {
        out.open('{').key("events").open('[');
        for (const Event& one : events) {
            const bool due = one.instance != 0;
            kEvent.write(out,
                         {{"id", one.id},
                          {"name", one.name},
                          {"text", due ? "<p>Write &amp; submit</p>" : ""},
                          {"course", one.course},
                          {"user", one.user},
                          as_json("module", due ? "\"" + std::string(one.module) + "\"" : "null"),
                          or_null("instance", one.instance),
                          {"type", one.type},
                          {"start", one.start},
                          {"duration", one.type == "course" ? 3600 : 0},
                          {"modified", one.modified}});
        }
        out.close(']').key("warnings").raw("[" + warnings + "]").close('}');
    });
}

// ---- badges and notes

Answer get_user_badges(const Context& context) {
    const Arguments& arguments = *context.arguments;
    const Site& site = context.site;
    int64_t user = arguments.number("userid", 0);
    if (user == 0) user = context.caller.user();
    const auto person = site.find_person(user);
    if (!person) return refused("dml_missing_record_exception", "invaliduser", "Invalid user");
    // Every second course gives one to who completed it.
    std::vector<int64_t> courses = own_courses(site, user);
    const int64_t only = arguments.number("courseid", 0);
    std::erase_if(courses, [&](int64_t id) {
        return id % 2 != 0 || (only != 0 && id != only) || !site.completed(id, user);
    });
    const int64_t page = arguments.number("page", 0), size = arguments.number("perpage", 0);
    if (size > 0) {
        const auto total = static_cast<int64_t>(courses.size());
        const int64_t from = page > total ? total : std::min(total, page * size);
        courses.erase(courses.begin() + std::min(total, from + size), courses.end());
        courses.erase(courses.begin(), courses.begin() + from);
    }
    const auto rows = static_cast<int64_t>(courses.size());
    return answer(rows, [&site, courses, person = *person](JsonOut& out) {
        out.open('{').key("badges").open('[');
        for (const int64_t course : courses) {
            const std::string hash = std::to_string(course) + "x" + std::to_string(person.id);
            kBadge.write(out, {{"id", course},
                               {"course", course},
                               {"made", kEpoch + course},
                               {"www", site.options().wwwroot},
                               {"issued", course * 10'000'000 + person.id},
                               {"hash", std::string(40 - hash.size(), '0') + hash},
                               {"at", kEpoch + 9'000'000 + person.id % 1000 * 60},
                               {"user", person.id},
                               as_json("fullname", person.fullname_json()),
                               as_json("email", std::string(std::string_view(person.email)))});
        }
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

Answer get_course_notes(const Context& context) {
    const int64_t id = context.arguments->number("courseid", 0);
    const int64_t only = context.arguments->number("userid", 0);
    const Site& site = context.site;
    const auto course = site.find_course(id == 0 ? 1 : id);
    if (!course) return no_record("course");
    if (!context.caller.enters(*course)) return no_course_context(course->id);
    const bool manages = context.caller.manages(*course);
    std::vector<int64_t> users;
    for (const Enrolment& one : site.enrolments(course->id == 1 ? 0 : course->id)) {
        if (one.user % 7 == 3 && (only == 0 || only == one.user)) users.push_back(one.user);
    }
    return answer(static_cast<int64_t>(users.size()), [users, id, manages](JsonOut& out) {
        const auto list = [&](const char* key, const char* state, int64_t rest) {
            out.key(key).open('[');
            for (const int64_t user : users) {
                if (user % 3 != rest) continue;
                kNote.write(out, {{"id", id * 10'000'000 + user},
                                  {"course", id},
                                  {"user", user},
                                  {"at", kEpoch + user * 60},
                                  {"state", state}});
            }
            out.close(']');
        };
        out.open('{');
        list("sitenotes", "site", 0);
        list("coursenotes", "public", 1);
        list("personalnotes", "draft", 2);
        out.key("canmanagesystemnotes").flag(manages).key("canmanagecoursenotes").flag(manages);
        empty_warnings(out);
        out.close('}');
    });
}

// ---- tags

Answer get_tags(const Context& context) {
    std::vector<Tag> tags;
    std::string warnings;
    const Node* asked = context.arguments->root().find("tags");
    for (size_t i = 0; asked != nullptr && i < asked->members.size(); i++) {
        const int64_t id = std::atoll(asked->members[i].second.find("id")->text.c_str());
        if (id >= 1 && id <= static_cast<int64_t>(std::size(kTags))) {
            tags.push_back(kTags[id - 1]);
            continue;
        }
        warnings += warnings.empty() ? "" : ",";
        warnings += warning("tag", id, "tagnotfound", "The tag was not found");
    }
    const std::string www = context.site.options().wwwroot;
    return answer(static_cast<int64_t>(tags.size()), [tags, warnings, www](JsonOut& out) {
        out.open('{').key("tags").open('[');
        for (const Tag& one : tags) {
            kTag.write(out, {{"id", one.id},
                             {"name", one.name},
                             {"rawname", one.rawname},
                             {"standard", one.standard ? 1 : 0},
                             {"www", www}});
        }
        out.close(']').key("warnings").raw("[" + warnings + "]").close('}');
    });
}

Answer get_tag_cloud(const Context& context) {
    const std::string only = context.arguments->get("isstandard", "0");
    const bool standard = only == "1" || only == "true";
    const auto limit = static_cast<size_t>(context.arguments->number("limit", 150));
    std::vector<Tag> tags(std::begin(kTags), std::end(kTags));
    std::erase_if(tags, [&](const Tag& one) { return standard && !one.standard; });
    const auto total = static_cast<int64_t>(tags.size());
    if (limit > 0 && tags.size() > limit)
        tags.erase(tags.begin() + static_cast<long>(limit), tags.end());
    const std::string www = context.site.options().wwwroot;
    return answer(total, [tags, total, www](JsonOut& out) {
        out.open('{').key("tags").open('[');
        for (const Tag& one : tags) {
            kCloudTag.write(out, {{"name", one.name},
                                  {"rawname", one.rawname},
                                  {"www", www},
                                  {"standard", one.standard},
                                  {"count", one.count},
                                  {"size", one.count * 2}});
        }
        out.close(']').key("tagscount").number(static_cast<int64_t>(tags.size()));
        out.key("totalcount").number(total);
        empty_warnings(out);
        out.close('}');
    });
}

Answer get_tag_collections(const Context&) {
    return answer(1, [](JsonOut& out) {
        out.open('{').key("collections").open('[');
        out.raw(R"({"id":1,"name":"Default collection","isdefault":true,"component":null,)"
                R"("sortorder":0,"searchable":true,"customurl":null})");
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

}  // namespace sim
