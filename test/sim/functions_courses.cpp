// core_course_*.
#include <algorithm>
#include <set>

#include "functions.h"

namespace sim {

namespace {

constexpr int64_t kStart = 1'760'000'000;

void write_custom_fields(JsonOut& out, const Course& course) {
    out.key("customfields").open('[');
    out.open('{').key("name").text("Faculty").key("shortname").text("faculty").key("type");
    out.text("text").key("valueraw").text("Fac " + std::to_string(course.id % 3));
    out.key("value").text("Fac " + std::to_string(course.id % 3)).close('}');
    out.open('{').key("name").text("Level").key("shortname").text("level").key("type");
    out.text("select").key("valueraw").number(course.id % 4).key("value");
    if (course.id % 4 == 0) {
        out.null();
    } else {
        out.text("Level " + std::to_string(course.id % 4));
    }
    out.close('}').close(']');
}

void write_listed(JsonOut& out, const Course& course) {
    const bool site = course.id == 1;
    out.open('{').key("id").number(course.id).key("shortname").text(course.shortname);
    out.key("categoryid").number(course.category).key("categorysortorder").number(course.id * 10);
    out.key("fullname").text(course.fullname).key("displayname").text(course.fullname);
    out.key("idnumber").text(course.idnumber).key("summary").text(course.summary);
    out.key("summaryformat").number(1).key("format").text(site ? "site" : "topics");
    out.key("showgrades").number(1).key("newsitems").number(3).key("startdate").number(kStart);
    out.key("enddate").number(0).key("numsections").number(4).key("maxbytes").number(0);
    out.key("showreports").number(0).key("visible").number(course.visible);
    if (!site) out.key("hiddensections").number(1);
    out.key("groupmode").number(0).key("groupmodeforce").number(0);
    out.key("defaultgroupingid").number(0).key("timecreated").number(kStart);
    out.key("timemodified").number(kStart + course.id).key("enablecompletion");
    out.number(course.completion_enabled).key("completionnotify").number(0);
    out.key("lang").text("").key("forcetheme").text("").key("courseformatoptions").open('[');
    out.open('{').key("name").text("coursedisplay").key("value").number(0).close('}').close(']');
    out.key("showactivitydates").flag(false).key("showcompletionconditions");
    if (site) {
        out.null();
    } else {
        out.flag(true);
    }
    write_custom_fields(out, course);
    out.close('}');
}

void write_found(JsonOut& out, const Site& site, const Course& course) {
    const auto categories = site.categories();
    const bool front = course.id == 1;
    out.open('{').key("id").number(course.id).key("fullname").text(course.fullname);
    out.key("displayname").text(course.fullname).key("shortname").text(course.shortname);
    out.key("courseimage")
        .text(site.options().wwwroot + "/pluginfile.php/" + std::to_string(course.id) +
              "/course/generated/course.svg");
    out.key("categoryid").number(course.category).key("categoryname");
    out.text(front ? "" : categories[static_cast<size_t>(course.category) - 1].name);
    out.key("sortorder").number(course.id * 10).key("summary").text(course.summary);
    out.key("summaryformat").number(1).key("summaryfiles").open('[').close(']');
    out.key("overviewfiles").open('[').close(']').key("showactivitydates").flag(false);
    out.key("showcompletionconditions");
    if (front) {
        out.null();
    } else {
        out.flag(true);
    }
    out.key("contacts").open('[').close(']');
    out.key("enrollmentmethods").open('[').text("manual").close(']');
    write_custom_fields(out, course);
    out.key("idnumber").text(course.idnumber).key("format").text(front ? "site" : "topics");
    out.key("showgrades").number(1).key("newsitems").number(3).key("startdate").number(kStart);
    out.key("enddate").number(0).key("maxbytes").number(0).key("showreports").number(0);
    out.key("visible").number(course.visible).key("groupmode").number(0);
    out.key("groupmodeforce").number(0).key("defaultgroupingid").number(0);
    out.key("enablecompletion").number(course.completion_enabled);
    out.key("completionnotify").number(0).key("lang").text("").key("theme").text("");
    out.key("marker").number(0).key("legacyfiles").number(0).key("calendartype").text("");
    out.key("timecreated").number(kStart).key("timemodified").number(kStart + course.id);
    out.key("requested").number(0).key("cacherev").number(1795187906);
    out.key("filters").open('[');
    out.open('{').key("filter").text("displayh5p").key("localstate").number(0);
    out.key("inheritedstate").number(1).close('}').close(']').key("courseformatoptions").open('[');
    out.open('{').key("name").text("coursedisplay").key("value").number(0).close('}').close(']');
    out.close('}');
}

bool has_value(const Course& course, const std::string& field, const std::string& value,
               const std::set<std::string>& ids) {
    if (field.empty()) return true;
    if (field == "id" || field == "ids") return ids.contains(std::to_string(course.id));
    if (field == "shortname") return course.shortname == value;
    if (field == "idnumber") return course.idnumber == value;
    return std::to_string(course.category) == value;
}

std::set<std::string> split_ids(const std::string& list) {
    std::set<std::string> ids;
    size_t at = 0;
    while (at <= list.size()) {
        const size_t end = std::min(list.find(',', at), list.size());
        ids.insert(list.substr(at, end - at));
        at = end + 1;
    }
    return ids;
}

}  // namespace

Answer get_courses(const Context& context) {
    const std::vector<std::string> asked = context.arguments.list("options[ids]");
    for (const std::string& id : asked) {
        if (id.empty() || id.find_first_not_of("0123456789") != std::string::npos) {
            return invalid_parameter();
        }
    }
    const Site& site = context.site;
    std::vector<int64_t> ids;
    if (asked.empty()) {
        // No ORDER BY: as the heap has them.
        for (int64_t id = 1; id <= site.last_course(); id++) ids.push_back(id);
        std::reverse(ids.begin() + 1, ids.end());
    } else {
        for (const std::string& id : asked) ids.push_back(std::atoll(id.c_str()));
    }
    for (const int64_t id : ids) {
        if (!site.find_course(id) || context.sees_course(id)) continue;
        return refused("core\\exception\\moodle_exception", "errorcoursecontextnotvalid",
                       "You cannot execute functions in the course context (course id:" +
                           std::to_string(id) + ").");
    }
    return answer(static_cast<int64_t>(ids.size()), [&site, ids](JsonOut& out) {
        out.open('[');
        for (const int64_t id : ids) {
            if (const auto course = site.find_course(id)) write_listed(out, *course);
        }
        out.close(']');
    });
}

Answer get_courses_by_field(const Context& context) {
    const std::string field = context.arguments.get("field", "");
    const std::string value = context.arguments.get("value", "");
    const std::set<std::string> fields = {"", "id", "ids", "shortname", "idnumber", "category"};
    if (!fields.contains(field)) return invalid_parameter();
    const Site& site = context.site;
    return answer(site.last_course(), [&site, context, field, value](JsonOut& out) {
        const std::set<std::string> ids = split_ids(value);
        out.open('{').key("courses").open('[');
        for (int64_t id = 1; id <= site.last_course(); id++) {
            const auto course = site.find_course(id);
            if (context.sees_course(id) && has_value(*course, field, value, ids)) {
                write_found(out, site, *course);
            }
        }
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

Answer get_categories(const Context& context) {
    const Site& site = context.site;
    const auto criteria = context.arguments.pairs("criteria", "key");
    for (const auto& [key, value] : criteria) {
        const std::set<std::string> keys = {"id", "ids", "name", "parent", "idnumber", "visible"};
        if (!keys.contains(key)) {
            return refused("core\\exception\\moodle_exception", "criteriaerror",
                           "Missing permissions to search on a criterion.");
        }
    }
    return answer(7, [&site, criteria](JsonOut& out) {
        out.open('[');
        for (const Category& category : site.categories()) {
            bool wanted = true;
            for (const auto& [key, value] : criteria) {
                const std::string id = std::to_string(category.id);
                if (key == "id") wanted = wanted && value == id;
                if (key == "ids") wanted = wanted && split_ids(value).contains(id);
                if (key == "idnumber") wanted = wanted && value == category.idnumber;
                if (key == "name") wanted = wanted && value == category.name;
                if (key == "parent") wanted = wanted && value == std::to_string(category.parent);
            }
            if (!wanted) continue;
            out.open('{').key("id").number(category.id).key("name").text(category.name);
            out.key("idnumber");
            if (category.idnumber.empty()) {
                out.null();
            } else {
                out.text(category.idnumber);
            }
            out.key("description").text("").key("descriptionformat").number(1);
            out.key("parent").number(category.parent).key("sortorder").number(category.id * 10'000);
            out.key("coursecount").number(site.options().courses / 7);
            out.key("visible").number(category.id != 6).key("visibleold").number(1);
            out.key("timemodified").number(kStart).key("depth").number(category.depth);
            out.key("path").text(category.path).key("theme").text("").close('}');
        }
        out.close(']');
    });
}

}  // namespace sim
