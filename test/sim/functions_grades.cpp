// Grade reports.
#include <algorithm>
#include <cstdlib>

#include "activities.h"
#include "functions.h"
#include "grade_items.h"
#include "like.h"

namespace sim {

namespace {

void write_number_or_null(JsonOut& out, std::string_view key, bool present, int64_t value) {
    out.key(key);
    if (present) {
        out.number(value);
    } else {
        out.null();
    }
}

bool is_hidden(const GradeItem& item) {
    return item.kind == GradeItem::Kind::Forum;
}

bool is_locked(const Site& site, const GradeItem& item) {
    return item.number == 3 && !site.story();
}

// What the item is, whoever is asked about.
void write_definition(JsonOut& out, const Site& site, const GradeItem& item) {
    out.key("id").number(item.id).key("itemname");
    if (item.is_total()) {
        const bool course = item.kind == GradeItem::Kind::Total;
        out.null().key("itemtype").escaped(course ? "course" : "category").key("itemmodule").null();
        out.key("iteminstance")
            .number(course ? item.course * 100 : item.course * 100 + item.number);
        out.key("itemnumber").null().key("idnumber").null().key("categoryid").null();
    } else {
        out.text(item.name()).key("itemtype").escaped(item.is_module() ? "mod" : "manual");
        out.key("itemmodule");
        if (item.is_module()) {
            out.escaped(item.kind == GradeItem::Kind::Quiz    ? "quiz"
                        : item.kind == GradeItem::Kind::Forum ? "forum"
                                                              : "assign");
        } else {
            out.null();
        }
        write_number_or_null(out, "iteminstance", item.is_module(),
                             item.course * 100 + item.number);
        out.key("itemnumber").number(0).key("idnumber");
        if (item.kind == GradeItem::Kind::Scale) {
            out.null();
        } else {
            out.text(item.number % 2 == 1 ? "I-" + std::to_string(item.id) : "");
        }
        out.key("categoryid").number(item.course * 100);
    }
    const bool outcome = item.kind == GradeItem::Kind::Outcome;
    write_number_or_null(out, "outcomeid", outcome, 1);
    write_number_or_null(out, "scaleid", outcome, 1);
    out.key("locked").flag(is_locked(site, item));
    if (item.is_module()) out.key("cmid").number(item.course * 100 + item.number);
}

void write_weight(JsonOut& out, const GradeItem& item, const Grade& grade, int items) {
    const bool counts = grade.is_set && !item.is_total();
    if (item.kind == GradeItem::Kind::Outcome || item.kind == GradeItem::Kind::Total) return;
    if (counts) {
        out.key("weightraw")
            .raw(items == 4   ? "0.25"
                 : items == 5 ? "0.2"
                 : items == 8 ? "0.125"
                              : "1");
        out.key("weightformatted")
            .text(items == 4   ? "25.00 %"
                  : items == 5 ? "20.00 %"
                  : items == 8 ? "12.50 %"
                               : "100.00 %");
    } else {
        out.key("weightraw").number(0).key("weightformatted").escaped("0.00 %");
    }
    if (!grade.is_set && item.kind != GradeItem::Kind::TextOnly && !item.is_total()) {
        out.key("status").escaped("novalue");
    }
}

void write_item(JsonOut& out, const Site& site, const GradeItem& item, int64_t user,
                bool takes_part) {
    Grade grade = grade_of(site, item, user);
    if (!takes_part && grade.is_set) {
        grade.raw = "null";
        grade.formatted = grade.percentage = "-";
        grade.feedback.clear();
        grade.is_set = false;
    }
    out.open('{');
    write_definition(out, site, item);
    if (takes_part) write_weight(out, item, grade, site.options().items);
    out.key("graderaw").raw(grade.raw).key("gradedatesubmitted").null();
    write_number_or_null(out, "gradedategraded", grade.is_set,
                         site.graded_at(item.course, user, item.number));
    out.key("gradehiddenbydate").flag(false).key("gradeneedsupdate").flag(false);
    out.key("gradeishidden").flag(is_hidden(item));
    out.key("gradeislocked").flag(is_locked(site, item));
    out.key("gradeisoverridden").flag(grade.is_set && user % 7 == 0 && !site.story());
    out.key("gradeformatted").text(grade.formatted).key("grademin").raw(grade.minimum);
    out.key("grademax").raw(grade.maximum).key("rangeformatted").text(grade.range);
    out.key("percentageformatted").text(grade.percentage).key("feedback").text(grade.feedback);
    const bool formatted = grade.feedback.starts_with("<p>");
    out.key("feedbackformat").number(formatted ? 1 : grade.is_set ? 0 : 2).close('}');
}

// What vanishes without a word: hidden items, and those of activities that the caller may not see.
bool sees_item(const Caller& caller, const Site& site, const GradeItem& item) {
    if (is_hidden(item) && !caller.can("moodle/grade:viewhidden")) return false;
    const bool graded_forum = item.kind == GradeItem::Kind::Forum;
    if (graded_forum && hides_forum(site, item.course) && !caller.sees_hidden_activities())
        return false;
    const bool assign = item.kind == GradeItem::Kind::Assign;
    const bool quiz = item.kind == GradeItem::Kind::Quiz;
    return !(assign && !caller.sees_module("assign")) && !(quiz && !caller.sees_module("quiz"));
}

void write_report(JsonOut& out, const Site& site, int64_t course, int64_t user,
                  const Caller& caller) {
    const Person person = site.person(user);
    const bool takes_part = site.enrolment(course, user).has_value();
    out.open('{').key("courseid").number(course);
    out.key("courseidnumber").text(site.find_course(course)->idnumber);
    out.key("userid").number(user).key("userfullname").escaped(person.fullname_json());
    out.key("useridnumber");
    out.escaped(caller.sees_details(user) ? std::string_view(person.idnumber) : "");
    out.key("maxdepth").number(2).key("gradeitems").open('[');
    for (const GradeItem& item : grade_items(site, course)) {
        if (sees_item(caller, site, item)) write_item(out, site, item, user, takes_part);
    }
    out.close(']').close('}');
}

// ---- the same as a table of HTML

std::string category_cell(int64_t category, const std::string& name) {
    const std::string id = std::to_string(category);
    return "<div class=\"d-flex category-content\">\n    <a aria-expanded=\"true\" role=\"button\" "
           "data-categoryid=" +
           id + " data-target=\".cat_" + id +
           "[data-hidden='false']\" class=\"btn btn-icon me-1 toggle-category\" href=\"#\">\n"
           "        <span class=\"expanded text-nowrap\" title=\"Expand\"></span>\n    </a>\n"
           "    <span>" +
           name + "</span>\n</div>";
}

std::string item_cell(const GradeItem& item) {
    const std::string what = item.is_total()    ? "Aggregation"
                             : item.is_module() ? "Module"
                                                : "Manual item";
    const std::string name = item.kind == GradeItem::Kind::Total      ? "Course total"
                             : item.kind == GradeItem::Kind::Category ? "Category total"
                                                                      : item.name();
    return "<div class=\"item d-flex align-items-center\"><div><span class=\"d-block "
           "text-uppercase "
           "small \" title=\"" +
           what + "\">" + what +
           "</span><div class=\"rowtitle\"><span "
           "class=\"gradeitemheader \" title=\"" +
           name + "\" tabindex=\"0\">" + name + "</span></div></div></div>";
}

class TableWriter {
  public:
    TableWriter(JsonOut& out, const Site& site, int64_t course, int64_t user, const Caller& caller)
        : out_(out),
          site_(site),
          caller_(caller),
          course_(course),
          user_(user),
          category_(course * 100) {}

    void write() {
        const Person person = site_.person(user_);
        const std::vector<GradeItem> items = grade_items(site_, course_);
        out_.open('{').key("courseid").number(course_).key("userid").number(user_);
        out_.key("userfullname").escaped(person.fullname_json()).key("maxdepth").number(2);
        out_.key("tabledata").open('[');
        out_.open('{').key("itemname").open('{').key("class");
        out_.escaped("level1 d1 b1b b1t category column-itemname").key("colspan").number(8);
        out_.key("content").text(category_cell(category_, site_.find_course(course_)->fullname));
        out_.key("id").text("cat_" + std::to_string(category_) + "_" + std::to_string(user_));
        out_.close('}').key("parentcategories").open('[').close(']').close('}');
        out_.open('{').key("leader").open('{').key("class").escaped("level1 d1 b1t b2b b1l");
        out_.key("rowspan").number(static_cast<int64_t>(items.size()) + 1).close('}');
        write_parents();
        const bool takes_part = site_.enrolment(course_, user_).has_value();
        for (const GradeItem& item : items) {
            if (sees_item(caller_, site_, item)) write_row(item, takes_part);
        }
        out_.close(']').close('}');
    }

  private:
    void write_parents() {
        out_.key("parentcategories").open('[').number(category_).close(']').close('}');
    }
    void write_row(const GradeItem& item, bool takes_part) {
        const Grade grade = takes_part ? grade_of(site_, item, user_) : Grade{};
        const std::string user = std::to_string(user_);
        const std::string row = "row_" + std::to_string(item.id) + "_" + user;
        const std::string level = item.is_total() ? "level1 d1 baggt b2b" : "level2 item b1b";
        const std::string headers =
            "cat_" + std::to_string(category_) + "_" + user + " " + row + " ";
        const auto cell = [&](const std::string& column, const std::string& css,
                              const std::string& content) {
            out_.key(column).open('{').key("class").text(level + css + " column-" + column);
            out_.key("content")
                .text(content)
                .key("headers")
                .text(headers + column + user)
                .close('}');
        };
        out_.open('{').key("itemname").open('{').key("class").text(level + " column-itemname");
        out_.key("colspan").number(1).key("content").text(item_cell(item)).key("id").text(row);
        out_.close('}');
        cell("weight", " itemcenter ", grade.is_set ? "100.00 %" : "-");
        cell("grade", " itemcenter  ", grade.formatted.empty() ? "-" : grade.formatted);
        cell("range", " itemcenter ", grade_of(site_, item, user_).range);
        cell("percentage", " itemcenter ", grade.percentage.empty() ? "-" : grade.percentage);
        cell("feedback", " feedbacktext", grade.feedback.empty() ? "&nbsp;" : grade.feedback);
        cell("contributiontocoursetotal", " itemcenter ", grade.is_set ? grade.percentage : "-");
        write_parents();
    }

    JsonOut& out_;
    const Site& site_;
    const Caller& caller_;
    int64_t course_, user_, category_;
};

void write_table(JsonOut& out, const Site& site, int64_t course, int64_t user,
                 const Caller& caller) {
    TableWriter(out, site, course, user, caller).write();
}

// ---- what both check first, and whom they are about

std::optional<Answer> check_one_user(const Context& context, const Course& course, int64_t user) {
    const auto person = context.site.find_person(user);
    if (!person) return refused("dml_missing_record_exception", "invaliduser", "Invalid user");
    if (person->deleted) return moodle_exception("userdeleted", "error/userdeleted");
    if (user == context.caller.user()) return std::nullopt;
    const auto only = context.caller.only_group(course);
    if (only && (*only == 0 || Site::group_of(course.id, user) != *only)) {
        return moodle_exception("notingroup", "error/notingroup");
    }
    if (!context.caller.sees_grades_of_others()) return no_permission("View grades of other users");
    return std::nullopt;
}

std::optional<Answer> report_users(const Context& context, std::vector<int64_t>& users) {
    const Arguments& arguments = *context.arguments;
    const int64_t id = arguments.number("courseid", 0), user = arguments.number("userid", 0);
    const int64_t group = arguments.number("groupid", 0);
    const auto course = context.site.find_course(id);
    if (!course) return no_record("course");
    if (!context.caller.enters(*course)) {
        return refused("core\\exception\\require_login_exception", "requireloginerror",
                       "Course or activity not accessible.");
    }
    if (!context.caller.can("gradereport/user:view")) return no_permission("View user report");
    if (user != 0) {
        if (auto problem = check_one_user(context, *course, user)) return problem;
        if (id != 1) users = {user};
        return std::nullopt;
    }
    if (!context.caller.sees_grades_of_others()) return no_permission("View grades of other users");
    users = context.site.graded_users(id);
    if (const auto only = context.caller.only_group(*course)) {
        std::erase_if(users,
                      [&](int64_t one) { return *only == 0 || Site::group_of(id, one) != *only; });
    }
    std::erase_if(users,
                  [&](int64_t one) { return group > 0 && Site::group_of(id, one) != group; });
    return std::nullopt;
}

using ReportWriter = void (*)(JsonOut&, const Site&, int64_t, int64_t, const Caller&);

Answer report(const Context& context, const char* key, ReportWriter write) {
    std::vector<int64_t> users;
    if (auto problem = report_users(context, users)) return *problem;
    const Site& site = context.site;
    const Caller caller = context.caller;
    const int64_t course = context.arguments->number("courseid", 0);
    const auto rows = static_cast<int64_t>(users.size());
    return answer(rows, [&site, caller, course, users, key, write](JsonOut& out) {
        out.open('{').key(key).open('[');
        for (const int64_t user : users) write(out, site, course, user, caller);
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

}  // namespace

Answer get_grade_items(const Context& context) {
    return report(context, "usergrades", write_report);
}

Answer get_grades_table(const Context& context) {
    return report(context, "tables", write_table);
}

Answer get_users_in_report(const Context& context) {
    const int64_t id = context.arguments->number("courseid", 0);
    const auto course = context.site.find_course(id);
    if (!course) return no_record("course");
    if (!context.caller.enters(*course)) return no_course_context(id);
    if (!context.caller.sees_grades_of_others()) return no_permission("View grades of other users");
    const Site& site = context.site;
    const Caller caller = context.caller;
    const auto users = site.graded_users(id);
    return answer(static_cast<int64_t>(users.size()), [&site, caller, users](JsonOut& out) {
        out.open('{').key("users").open('[');
        for (const int64_t user : users) {
            const Person person = site.person(user);
            out.open('{').key("id").number(user).key("firstname").escaped(person.firstname.json);
            out.key("lastname").escaped(person.lastname.json);
            out.key("fullname").escaped(person.fullname_json());
            if (caller.sees_email(user)) out.key("email").escaped(person.email);
            write_pictures(out);
            out.close('}');
        }
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

Answer get_gradeitems(const Context& context) {
    const int64_t id = context.arguments->number("courseid", 0);
    const auto course = context.site.find_course(id);
    if (!course) return no_record("course");
    if (!context.caller.enters(*course)) return no_course_context(id);
    const Site& site = context.site;
    return answer(site.options().items, [&site, course](JsonOut& out) {
        out.open('{').key("gradeItems").open('[');
        for (const GradeItem& item : grade_items(site, course->id)) {
            if (item.is_total()) continue;
            out.open('{').key("id").text(std::to_string(item.id)).key("itemname");
            out.text(strip_tags(item.name())).key("category").text(course->fullname).close('}');
        }
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

}  // namespace sim
