// core_reportbuilder_*: custom reports that an administrator has made.
#include <algorithm>

#include "functions.h"
#include "pattern.h"
#include "settings.h"

namespace sim {

namespace {

const Pattern kDetails(
    R"({"name":"@name@","source":"@source@","type":0,"uniquerows":false,"conditiondata":"@where@",)"
    R"("settingsdata":null,"contextid":1,"component":"","area":"","itemid":0,"usercreated":2,)"
    R"("id":@id@,"timecreated":1795189601,"timemodified":1795189601,"usermodified":2,)"
    R"("sourcename":"@sourcename@",@tags@"modifiedby":{"id":2,"email":"admin@at@example.edu",)"
    R"("idnumber":"","phone1":"","phone2":"","department":"","institution":"",)"
    R"("fullname":"Admin User","identity":"admin@at@example.edu",)"
    R"("profileurl":"@www@\/user\/profile.php?id=2","profileimageurl":"@www@\/theme\/u\/f1",)"
    R"("profileimageurlsmall":"@www@\/theme\/u\/f2"}})");

struct Report {
    int64_t id;
    const char *name, *source, *where, *sourcename;
    std::vector<const char*> headers;
};

const std::vector<Report>& reports() {
    static const char* const kUsers = "core_user\\reportbuilder\\datasource\\users";
    static const std::vector<Report> all = {
        {1,
         "FDW users",
         kUsers,
         R"({"user:suspended_operator":2})",
         "Users",
         {"Full name", "Username", "Email address"}},
        {2,
         "FDW participants",
         "core_course\\reportbuilder\\datasource\\participants",
         "[]",
         "Course participants",
         {"Course full name with link", "Full name with link", "Name"}},
        {3,
         "FDW courses",
         "core_course\\reportbuilder\\datasource\\courses",
         "[]",
         "Courses",
         {"Category name", "Course short name", "Course full name", "Course ID number"}},
        {4,
         "FDW everyone",
         kUsers,
         "[]",
         "Users",
         {"Full name with link", "Username", "First name", "Last name", "Email address",
          "ID number", "Institution", "Department", "City/town", "Confirmed", "Suspended",
          "Last access"}}};
    return all;
}

const Report* find_report(int64_t id) {
    for (const Report& one : reports()) {
        if (one.id == id) return &one;
    }
    return nullptr;
}

void write_details(JsonOut& out, const Site& site, const Report& report) {
    kDetails.write(out, {{"name", report.name},
                         {"source", report.source},
                         {"where", report.where},
                         {"id", report.id},
                         {"sourcename", report.sourcename},
                         // Since 4.5.
                         as_json("tags", site.options().version < kMoodle45 ? "" : "\"tags\":[],"),
                         {"at", "@"},
                         {"www", site.options().wwwroot}});
}

std::string link(const Site& site, const std::string& page, int64_t id, const std::string& text) {
    return "<a href=\"" + site.options().wwwroot + page + std::to_string(id) + "\">" + text +
           "</a>";
}

std::string plain_name(const Person& person) {
    return std::string(person.firstname.plain) + " " + std::string(person.lastname.plain);
}

// Moodle's s(), by which the report builder shows fields of users other than names in full.
std::string s(std::string_view text) {
    std::string shown;
    for (const char c : text) {
        switch (c) {
            case '&':
                shown += "&amp;";
                break;
            case '<':
                shown += "&lt;";
                break;
            case '>':
                shown += "&gt;";
                break;
            case '"':
                shown += "&quot;";
                break;
            case '\'':
                shown += "&#039;";
                break;
            default:
                shown += c;
        }
    }
    return shown;
}

// The rows of one page: counts all of them, makes those within.
class Page {
  public:
    Page(const Site& site, int64_t from, int64_t size)
        : site_(site), from_(from), to_(from + size) {}

    void read(int64_t report) {
        if (report == 2) return read_participants();
        if (report == 3) return read_courses();
        for (int64_t id = 2; id <= site_.last_user(); id++) {
            const bool suspended = id > 2 && id % 37 == 5;
            if (site_.is_deleted(id) || (report == 1 && suspended)) continue;
            if (!is_within()) continue;
            const Person person = site_.person(id);
            rows.push_back(report == 1 ? short_row(person) : long_row(person));
        }
    }
    std::vector<std::vector<std::string>> rows;
    int64_t total = 0;

  private:
    bool is_within() {
        const int64_t at = total++;
        return at >= from_ && at < to_;
    }
    static std::vector<std::string> short_row(const Person& person) {
        return {plain_name(person), std::string(std::string_view(person.username)),
                std::string(std::string_view(person.email))};
    }
    std::vector<std::string> long_row(const Person& person) const {
        return {link(site_, "/user/profile.php?id=", person.id, plain_name(person)),
                s(person.username),
                s(person.firstname.plain),
                s(person.lastname.plain),
                s(person.email),
                s(person.idnumber),
                s(person.institution.plain),
                s(person.department.plain),
                s(person.city.plain),
                person.confirmed ? "Yes" : "No",
                person.suspended ? "Yes" : "No",
                person.lastaccess == 0 ? "Never" : long_date(person.lastaccess)};
    }
    void read_participants() {
        for (int64_t id = 2; id <= site_.last_course(); id++) {
            const auto course = site_.find_course(id);
            if (!course) continue;
            for (const Enrolment& one : site_.enrolments(id)) {
                if (one.suspended || !is_within()) continue;
                rows.push_back({link(site_, "/course/view.php?id=", id, course->fullname),
                                link(site_, "/user/profile.php?id=", one.user,
                                     plain_name(site_.person(one.user))),
                                "Manual enrolments"});
            }
        }
    }
    void read_courses() {
        for (int64_t id = 2; id <= site_.last_course(); id++) {
            const auto course = site_.find_course(id);
            if (!course || !is_within()) continue;
            const auto& category = site_.categories()[static_cast<size_t>(course->category) - 1];
            rows.push_back({category.name, course->shortname, course->fullname, course->idnumber});
        }
    }

    const Site& site_;
    int64_t from_, to_;
};

Answer no_view() {
    return refused("core_reportbuilder\\exception\\report_access_exception", "errorreportview",
                   "You cannot view this report");
}

}  // namespace

Answer list_reports(const Context& context) {
    const Site& site = context.site;
    const int64_t page = context.arguments->number("page", 0);
    const int64_t size = std::max<int64_t>(1, context.arguments->number("perpage", 10));
    const bool sees = context.caller.sees_reports();
    return answer(static_cast<int64_t>(reports().size()), [&site, page, size, sees](JsonOut& out) {
        out.open('{').key("reports").open('[');
        int64_t at = 0;
        for (const Report& one : reports()) {
            if (sees && at / size == page) write_details(out, site, one);
            at++;
        }
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

Answer retrieve_report(const Context& context) {
    const Arguments& arguments = *context.arguments;
    const Report* const report = find_report(arguments.number("reportid", 0));
    if (report == nullptr) return no_record("reportbuilder_report");
    if (!context.caller.sees_reports()) return no_view();
    const Site& site = context.site;
    const int64_t size = std::clamp<int64_t>(arguments.number("perpage", 10), 1, 1'000'000);
    const int64_t page = std::clamp<int64_t>(arguments.number("page", 0), 0, 1'000'000);
    Page wanted(site, page * size, size);
    wanted.read(report->id);
    const auto rows = static_cast<int64_t>(wanted.rows.size());
    return answer(rows, [&site, report, wanted](JsonOut& out) {
        out.open('{').key("details");
        write_details(out, site, *report);
        out.key("data").open('{').key("headers").open('[');
        for (const char* header : report->headers) out.text(header);
        out.close(']').key("rows").open('[');
        for (const auto& row : wanted.rows) {
            out.open('{').key("columns").open('[');
            for (const std::string& value : row) out.text(value);
            out.close(']').close('}');
        }
        out.close(']').key("totalrowcount").number(wanted.total).close('}');
        empty_warnings(out);
        out.close('}');
    });
}

}  // namespace sim
