// Grade reports and course completion.
#include <algorithm>
#include <tuple>

#include "functions.h"

namespace sim {

namespace {

std::string decimal(int64_t hundredths) {
    std::string text = std::to_string(hundredths / 100);
    const int64_t rest = hundredths % 100;
    if (rest == 0) return text;
    text += rest < 10 ? ".0" : ".";
    text += std::to_string(rest % 10 == 0 ? rest / 10 : rest);
    return text;
}

std::string two_places(int64_t hundredths) {
    const int64_t rest = hundredths % 100;
    return std::to_string(hundredths / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

struct Item {
    int64_t id;
    int number;  // 0 = the course total
};

std::vector<Item> items_of(const Site& site, int64_t course) {
    std::vector<Item> items;
    for (int i = 1; i <= site.options().items; i++) items.push_back({course * 1000 + i, i});
    items.push_back({course * 1000, 0});
    return items;
}

void write_grade_value(JsonOut& out, std::optional<int64_t> grade) {
    out.key("graderaw");
    if (grade) {
        out.raw(decimal(*grade));
    } else {
        out.null();
    }
    out.key("gradedatesubmitted").null().key("gradedategraded");
    if (grade) {
        out.number(1'795'187'433);
    } else {
        out.null();
    }
}

void write_item(JsonOut& out, const Site& site, int64_t course, int64_t user, const Item& item) {
    const auto grade = site.grade(course, user, item.number);
    const bool total = item.number == 0;
    const std::string number = std::to_string(item.number);
    out.open('{').key("id").number(item.id).key("itemname");
    if (total) {
        out.null().key("itemtype").text("course").key("itemmodule").null();
        out.key("iteminstance").number(course).key("itemnumber").null().key("idnumber").null();
        out.key("categoryid").null();
    } else {
        out.text("Assignment " + number +
                 (item.number == 2 ? " <b>&amp;</b> \xF0\x9F\xA7\xAA" : ""));
        out.key("itemtype").text("mod").key("itemmodule").text("assign").key("iteminstance");
        out.number(course * 100 + item.number).key("itemnumber").number(0);
        out.key("idnumber").text("").key("categoryid").number(course);
    }
    out.key("outcomeid").null().key("scaleid").null().key("locked").flag(false);
    if (!total) {
        out.key("cmid").number(course * 100 + item.number).key("weightraw").raw("0.25");
        out.key("weightformatted").text("25.00 %");
        if (!grade) out.key("status").text("novalue");
    }
    write_grade_value(out, grade);
    out.key("gradehiddenbydate").flag(false).key("gradeneedsupdate").flag(false);
    out.key("gradeishidden").flag(false).key("gradeislocked").flag(false);
    out.key("gradeisoverridden").flag(grade && *grade % 7 == 0).key("gradeformatted");
    out.text(grade ? two_places(*grade) : "-")
        .key("grademin")
        .number(0)
        .key("grademax")
        .number(100);
    out.key("rangeformatted").text("0&ndash;100").key("percentageformatted");
    out.text(grade ? two_places(*grade) + " %" : "-").key("feedback").text("");
    out.key("feedbackformat").number(grade ? 0 : 2).close('}');
}

void write_report(JsonOut& out, const Site& site, int64_t course, int64_t user) {
    const Person person = site.person(user);
    const auto found = site.find_course(course);
    out.open('{').key("courseid").number(course).key("courseidnumber").text(found->idnumber);
    out.key("userid").number(user).key("userfullname");
    out.text(person.firstname + " " + person.lastname).key("useridnumber").text(person.idnumber);
    out.key("maxdepth").number(2).key("gradeitems").open('[');
    for (const Item& item : items_of(site, course)) write_item(out, site, course, user, item);
    out.close(']').close('}');
}

void write_table(JsonOut& out, const Site& site, int64_t course, int64_t user) {
    const Person person = site.person(user);
    const std::string end = "_" + std::to_string(user);
    out.open('{').key("courseid").number(course).key("userid").number(user).key("userfullname");
    out.text(person.firstname + " " + person.lastname).key("maxdepth").number(2);
    out.key("tabledata").open('[');
    out.open('{').key("itemname").open('{').key("class").text("level1 category column-itemname");
    out.key("colspan").number(10).key("content").text("<span>Course</span>").key("id");
    out.text("cat_" + std::to_string(course) + end).close('}').key("parentcategories").open('[');
    out.close(']').close('}');
    for (const Item& item : items_of(site, course)) {
        const auto grade = site.grade(course, user, item.number);
        const std::string row = "row_" + std::to_string(item.id) + end;
        out.open('{').key("itemname").open('{').key("class").text("level2 item column-itemname");
        out.key("colspan").number(3).key("content").text("<div>Item</div>").key("id").text(row);
        out.close('}').key("grade").open('{').key("class").text("level2 item column-grade");
        out.key("content").text(grade ? two_places(*grade) : "-").key("headers").text(row);
        out.close('}').key("parentcategories").open('[').number(course).close(']').close('}');
    }
    out.close(']').close('}');
}

// What both reports check first, and whom they are about.
std::optional<Answer> report_users(const Context& context, std::vector<int64_t>& users) {
    const int64_t course = context.id("courseid");
    if (!context.site.find_course(course)) return no_record("course");
    const int64_t user = context.arguments.get("userid") ? context.id("userid") : 0;
    if (user < 0) return invalid_parameter();
    if (context.caller == Caller::Student && user == 0) return no_permission("View all grades");
    if (user == 0) {
        users = context.site.graded_users(course);
        // By name, not by id.
        std::sort(users.begin(), users.end(), [&](int64_t a, int64_t b) {
            const Person first = context.site.person(a), second = context.site.person(b);
            return std::tie(first.lastname, first.firstname, first.id) <
                   std::tie(second.lastname, second.firstname, second.id);
        });
        return std::nullopt;
    }
    const auto person = context.site.find_person(user);
    if (!person) return refused("dml_missing_record_exception", "invaliduser", "Invalid user");
    if (person->deleted) {
        return refused("core\\exception\\moodle_exception", "userdeleted", "error/userdeleted");
    }
    if (course != 1) users = {user};
    return std::nullopt;
}

using ReportWriter = void (*)(JsonOut&, const Site&, int64_t, int64_t);

Answer report(const Context& context, const char* key, ReportWriter write) {
    std::vector<int64_t> users;
    if (auto problem = report_users(context, users)) return *problem;
    const Site& site = context.site;
    const int64_t course = context.id("courseid");
    const auto rows = static_cast<int64_t>(users.size());
    return answer(rows, [&site, course, users, key, write](JsonOut& out) {
        out.open('{').key(key).open('[');
        for (const int64_t user : users) write(out, site, course, user);
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

void write_criterion(JsonOut& out, int64_t user) {
    const bool done = user % 3 == 0;
    out.open('{').key("type").number(4).key("title").text("Activity completion").key("status");
    out.text(done ? "Yes" : "No").key("complete").flag(done).key("timecompleted");
    if (done) {
        out.number(1'795'187'433);
    } else {
        out.null();
    }
    out.key("details").open('{').key("type").text("Activity completion").key("criteria");
    out.text("<a href=\"#\">Assignment 1</a>").key("requirement").text("Achieving grade");
    out.key("status").text("").close('}').close('}');
}

}  // namespace

Answer get_grade_items(const Context& context) {
    return report(context, "usergrades", write_report);
}

Answer get_grades_table(const Context& context) {
    return report(context, "tables", write_table);
}

Answer get_users_in_report(const Context& context) {
    const int64_t course = context.id("courseid");
    if (!context.site.find_course(course)) return no_record("course");
    const Site& site = context.site;
    const auto users = site.graded_users(course);
    return answer(static_cast<int64_t>(users.size()), [&site, users](JsonOut& out) {
        out.open('{').key("users").open('[');
        for (const int64_t id : users) {
            const Person person = site.person(id);
            const std::string image = site.options().wwwroot + "/theme/image.php/boost/core/1/u/";
            out.open('{').key("id").number(id).key("firstname").text(person.firstname);
            out.key("lastname").text(person.lastname).key("fullname");
            out.text(person.firstname + " " + person.lastname).key("email").text(person.email);
            out.key("profileimageurlsmall").text(image + "f2");
            out.key("profileimageurl").text(image + "f1").close('}');
        }
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

Answer get_gradeitems(const Context& context) {
    const int64_t course = context.id("courseid");
    if (!context.site.find_course(course)) return no_record("course");
    const Site& site = context.site;
    return answer(site.options().items, [&site, course](JsonOut& out) {
        out.open('{').key("gradeItems").open('[');
        for (const Item& item : items_of(site, course)) {
            if (item.number == 0) continue;
            out.open('{').key("id").text(std::to_string(item.id)).key("itemname");
            out.text("Assignment " + std::to_string(item.number)).key("category").text("Course");
            out.close('}');
        }
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

Answer get_completion_status(const Context& context) {
    const int64_t id = context.id("courseid");
    const int64_t user = context.id("userid");
    const auto course = context.site.find_course(id);
    if (!course) return no_record("course");
    const auto person = context.site.find_person(user);
    if (!person) return refused("dml_missing_record_exception", "invaliduser", "Invalid user");
    if (person->deleted) {
        return refused("core\\exception\\moodle_exception", "userdeleted", "error/userdeleted");
    }
    const auto moodle_error = [](const char* code, const char* message) {
        return refused("core\\exception\\moodle_exception", code, message);
    };
    if (!course->completion_enabled) {
        return moodle_error("cannotviewreport", "You cannot view this report");
    }
    const auto enrolments = context.site.enrolments(id);
    const auto mine = std::find_if(enrolments.begin(), enrolments.end(),
                                   [&](const Enrolment& one) { return one.user == user; });
    const bool tracked = mine != enrolments.end() &&
                         std::find(mine->roles.begin(), mine->roles.end(), 5) != mine->roles.end();
    if (!course->has_criteria) {
        return moodle_error("nocriteriaset", "No completion criteria set for this course");
    }
    if (!tracked) return moodle_error("usernotenroled", "User is not enrolled in this course");
    return answer(1, [user](JsonOut& out) {
        out.open('{').key("completionstatus").open('{').key("completed").flag(user % 3 == 0);
        out.key("aggregation").number(1).key("completions").open('[');
        write_criterion(out, user);
        out.close(']').close('}');
        empty_warnings(out);
        out.close('}');
    });
}

}  // namespace sim
