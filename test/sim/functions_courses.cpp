// core_course_*.
#include <algorithm>
#include <cstdlib>

#include "functions.h"

namespace sim {

namespace {

void write_format_option(JsonOut& out, const char* name, int value) {
    out.open('{').key("name").escaped(name).key("value").number(value).close('}');
}

void write_format_options(JsonOut& out, const Course& course, bool with_indentation) {
    out.key("courseformatoptions").open('[');
    if (course.id == 1) {
        write_format_option(out, "numsections", 1);
    } else {
        write_format_option(out, "hiddensections", 1);
        write_format_option(out, "coursedisplay", 0);
        if (course.format == "weeks") write_format_option(out, "automaticenddate", 1);
        if (with_indentation) {
            out.open('{').key("name").escaped("indentation").key("value").escaped("1").close('}');
        }
    }
    out.close(']');
}

void write_custom_head(JsonOut& out, const char* name, const char* shortname, const char* type) {
    out.open('{').key("name").escaped(name).key("shortname").escaped(shortname);
    out.key("type").escaped(type).key("valueraw");
}

// A text, a menu, a checkbox and a date: raw values are strings or numbers, shown ones may be null.
void write_custom_fields(JsonOut& out, const Course& course) {
    static constexpr const char* kLevels[] = {"Beginner", "Intermediate", "Advanced"};
    const bool filled = course.id % 4 != 1;
    const auto show = [&](const std::string& text) {
        if (filled) {
            out.key("value").text(text);
        } else {
            out.key("value").null();
        }
        out.close('}');
    };
    const std::string faculty = "Fac " + std::to_string(course.id % 3);
    const int64_t level = course.id % 3;
    const bool accredited = filled && course.id % 2 == 0;
    out.key("customfields").open('[');
    write_custom_head(out, "Faculty", "faculty", "text");
    out.text(filled ? faculty : "");
    show(faculty);
    write_custom_head(out, "Level", "level", "select");
    out.number(filled ? level + 1 : 0);
    show(kLevels[level]);
    write_custom_head(out, "Accredited", "accredited", "checkbox");
    out.number(accredited).key("value").escaped(accredited ? "Yes" : "No").close('}');
    write_custom_head(out, "Review date", "review", "date");
    out.number(filled ? kEpoch + course.id * 86'400 : 0);
    show("Wednesday, 25 November 2026, 3:09 PM");
    out.close(']');
}

void write_conditions(JsonOut& out, const Course& course) {
    out.key("showactivitydates").flag(false).key("showcompletionconditions");
    if (course.completion_enabled) {
        out.flag(true);
    } else {
        out.null();
    }
}

int group_mode(const Course& course) {
    return course.has_groups ? 1 : 0;
}

// As core_course_get_courses has it; a part of it only for who may change the course.
void write_listed(JsonOut& out, const Site& site, const Course& course, bool updates) {
    out.open('{').key("id").number(course.id).key("shortname").text(course.shortname);
    out.key("categoryid").number(course.category);
    if (updates) out.key("categorysortorder").number(site.sortorder(course));
    out.key("fullname").text(course.fullname).key("displayname").text(course.fullname);
    if (updates) out.key("idnumber").text(course.idnumber);
    out.key("summary").text(course.summary);
    out.key("summaryformat").number(course.id == 1 ? 0 : 1).key("format").escaped(course.format);
    if (updates) out.key("showgrades").number(1).key("newsitems").number(3);
    out.key("startdate").number(course.startdate).key("enddate").number(course.enddate);
    out.key("numsections").number(4);
    if (updates) {
        out.key("maxbytes").number(0).key("showreports").number(0);
        out.key("visible").number(course.visible);
        if (course.id != 1) out.key("hiddensections").number(1);
        out.key("groupmode").number(group_mode(course)).key("groupmodeforce").number(0);
        out.key("defaultgroupingid").number(0).key("timecreated").number(course.timecreated);
        out.key("timemodified").number(course.timemodified);
        out.key("enablecompletion").number(course.completion_enabled);
        out.key("completionnotify").number(0).key("lang").escaped("").key("forcetheme").escaped("");
        write_format_options(out, course, false);
    }
    write_conditions(out, course);
    write_custom_fields(out, course);
    out.close('}');
}

void write_filters(JsonOut& out) {
    out.key("filters").open('[');
    for (const char* filter :
         {"displayh5p", "activitynames", "mathjaxloader", "emoticon", "urltolink", "mediaplugin"}) {
        out.open('{').key("filter").escaped(filter).key("localstate").number(0);
        out.key("inheritedstate").number(1).close('}');
    }
    out.close(']');
}

void write_contacts(JsonOut& out, const Site& site, const Course& course) {
    out.key("contacts").open('[');
    for (const Enrolment& one : site.enrolments(course.id == 1 ? 0 : course.id)) {
        if (one.roles.empty() || one.roles.front() != 3) continue;
        out.open('{').key("id").number(one.user).key("fullname");
        out.escaped(site.person(one.user).fullname_json()).close('}');
    }
    out.close(']').key("enrollmentmethods").open('[');
    if (course.id != 1) out.escaped("manual");
    if (course.id % 3 == 0 && !site.story()) out.escaped("guest");
    if (course.id % 2 == 0 || (site.story() && course.id != 1)) out.escaped("self");
    out.close(']');
}

// As core_course_get_courses_by_field has it; a part of it only for who may change the course.
void write_found(JsonOut& out, const Site& site, const Course& course, bool manages) {
    out.open('{').key("id").number(course.id).key("fullname").text(course.fullname);
    out.key("displayname").text(course.fullname).key("shortname").text(course.shortname);
    out.key("courseimage")
        .text(site.options().wwwroot + "/pluginfile.php/" + std::to_string(course.id + 700) +
              "/course/generated/course.svg");
    out.key("categoryid").number(course.category).key("categoryname");
    out.text(course.id == 1 ? ""
                            : site.categories()[static_cast<size_t>(course.category) - 1].name);
    out.key("sortorder").number(site.sortorder(course)).key("summary").text(course.summary);
    out.key("summaryformat")
        .number(course.id == 1 ? 0 : 1)
        .key("summaryfiles")
        .open('[')
        .close(']');
    out.key("overviewfiles").open('[').close(']');
    write_conditions(out, course);
    write_contacts(out, site, course);
    write_custom_fields(out, course);
    if (manages) out.key("idnumber").text(course.idnumber);
    out.key("format").escaped(course.format).key("showgrades").number(1);
    out.key("newsitems").number(3).key("startdate").number(course.startdate);
    out.key("enddate").number(course.enddate);
    out.key("maxbytes").number(0).key("showreports").number(0).key("visible");
    out.number(course.visible).key("groupmode").number(group_mode(course));
    out.key("groupmodeforce").number(0).key("defaultgroupingid").number(0);
    out.key("enablecompletion").number(course.completion_enabled);
    out.key("completionnotify").number(0).key("lang").escaped("").key("theme").escaped("");
    out.key("marker").number(0);
    if (manages) {
        out.key("legacyfiles").number(0).key("calendartype").escaped("");
        out.key("timecreated").number(course.timecreated);
        out.key("timemodified").number(course.timemodified);
        out.key("requested").number(0).key("cacherev").number(1795187906 + ticks(site));
    }
    write_filters(out);
    if (course.id != 1) write_format_options(out, course, true);
    out.close('}');
}

// What a plain SELECT may give: the front page, and then no order that one could name.
std::vector<int64_t> heap_order(const Site& site) {
    std::vector<int64_t> ids;
    for (int64_t id = 1; id <= site.last_course(); id++) {
        if (site.find_course(id)) ids.push_back(id);
    }
    std::reverse(ids.begin() + 1, ids.end());
    for (size_t i = 1; i + 3 < ids.size(); i += 4) std::swap(ids[i], ids[i + 3]);
    return ids;
}

bool has_value(const Site& site, const Course& course, const std::string& field,
               const std::string& value, const std::set<std::string>& ids) {
    if (field.empty()) return true;
    if (field == "ids") return ids.contains(std::to_string(course.id));
    if (field == "shortname") return course.shortname == value;
    if (field == "idnumber") return course.idnumber == value;
    const int64_t number = std::atoll(value.c_str());
    if (field == "id") return course.id == number;
    if (field == "sectionid") return number / 10 == course.id;
    return course.category == number && site.courses_in(number) > 0;
}

std::vector<int64_t> sorted_courses(const Site& site) {
    std::vector<int64_t> ids = {1};
    for (const Category& category : site.categories()) {
        for (int64_t id = 2; id <= site.last_course(); id++) {
            const auto course = site.find_course(id);
            if (course && course->category == category.id) ids.push_back(id);
        }
    }
    return ids;
}

}  // namespace

Answer get_courses(const Context& context) {
    const Site& site = context.site;
    std::vector<int64_t> ids;
    const Node* options = context.arguments->root().find("options");
    if (options != nullptr && options->find("ids") != nullptr) {
        std::set<int64_t> once;
        for (const std::string& text : context.arguments->list("options", "ids")) {
            once.insert(std::atoll(text.c_str()));
        }
        for (const int64_t id : heap_order(site)) {
            if (once.contains(id)) ids.push_back(id);
        }
    } else {
        ids = heap_order(site);
    }
    for (const int64_t id : ids) {
        if (!context.caller.enters(*site.find_course(id))) return no_course_context(id);
    }
    const Caller caller = context.caller;
    return answer(static_cast<int64_t>(ids.size()), [&site, caller, ids](JsonOut& out) {
        out.open('[');
        for (const int64_t id : ids) {
            const auto course = site.find_course(id);
            if (course) write_listed(out, site, *course, caller.updates(*course));
        }
        out.close(']');
    });
}

Answer get_courses_by_field(const Context& context) {
    const std::string field = context.arguments->get("field", "");
    const std::string value = context.arguments->get("value", "");
    const std::set<std::string> fields = {"",         "id",       "ids",      "shortname",
                                          "idnumber", "category", "sectionid"};
    const bool number =
        !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
    if (!fields.contains(field)) return invalid_parameter();
    if ((field == "id" || field == "category" || field == "sectionid") && !number) {
        return invalid_parameter();
    }
    const Site& site = context.site;
    const Caller caller = context.caller;
    return answer(site.last_course(), [&site, caller, field, value](JsonOut& out) {
        const std::set<std::string> ids = split_list(value);
        out.open('{').key("courses").open('[');
        for (const int64_t id : sorted_courses(site)) {
            const auto course = site.find_course(id);
            if (!course || (!course->visible && !caller.sees_hidden(*course))) continue;
            if (!has_value(site, *course, field, value, ids)) continue;
            write_found(out, site, *course, caller.updates(*course));
        }
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

namespace {

void write_category(JsonOut& out, const Site& site, const Category& category, bool manages) {
    out.open('{').key("id").number(category.id).key("name").text(category.name);
    if (manages) {
        out.key("idnumber");
        if (category.idnumber.empty()) {
            out.null();
        } else {
            out.text(category.idnumber);
        }
    }
    out.key("description").text(category.description).key("descriptionformat").number(1);
    out.key("parent").number(category.parent).key("sortorder").number(category.id * 10'000);
    out.key("coursecount").number(site.courses_in(category.id));
    if (manages) {
        out.key("visible").number(category.visible).key("visibleold").number(1);
        out.key("timemodified").number(kEpoch);
    }
    out.key("depth").number(category.depth).key("path").text(category.path);
    if (manages) out.key("theme").escaped("");
    out.close('}');
}

using Criteria = std::vector<std::pair<std::string, std::string>>;

bool meets(const Category& category, const Criteria& criteria) {
    const std::string id = std::to_string(category.id);
    return std::all_of(criteria.begin(), criteria.end(), [&](const auto& criterion) {
        const auto& [key, value] = criterion;
        if (key == "id") return value == id;
        if (key == "ids") return split_list(value).contains(id);
        if (key == "idnumber") return value == category.idnumber;
        if (key == "name") return value == category.name;
        if (key == "visible") return value == (category.visible ? "1" : "0");
        return key != "parent" || value == std::to_string(category.parent);
    });
}

}  // namespace

Answer get_categories(const Context& context) {
    const Criteria criteria = context.arguments->pairs("criteria", "key");
    const bool manages = context.caller.manages_categories();
    const bool sees_hidden = context.caller.sees_hidden_categories();
    const std::set<std::string> open = {"id", "ids", "name", "parent"};
    const std::set<std::string> managed = {"idnumber", "visible", "theme"};
    for (const auto& [key, value] : criteria) {
        const bool hidden = key == "visible" && sees_hidden;
        if (!open.contains(key) && !hidden && !(manages && managed.contains(key))) {
            return moodle_exception("criteriaerror",
                                    "Missing permissions to search on a criterion.");
        }
    }
    const std::string below = context.arguments->get("addsubcategories", "1");
    const bool with_children = below != "0" && below != "false";
    const Site& site = context.site;
    const auto rows = static_cast<int64_t>(site.categories().size());
    return answer(rows, [&site, criteria, manages, sees_hidden, with_children](JsonOut& out) {
        std::set<int64_t> shown;
        out.open('[');
        for (const Category& category : site.categories()) {  // parents before children
            if (!category.visible && !sees_hidden) continue;
            if (!meets(category, criteria) && !(with_children && shown.contains(category.parent))) {
                continue;
            }
            shown.insert(category.id);
            write_category(out, site, category, manages);
        }
        out.close(']');
    });
}

}  // namespace sim
