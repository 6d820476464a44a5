#include "database.h"

namespace sim {

Table::Table(std::ostream& out, const std::string& schema, const char* name, const char* columns)
    : out_(out) {
    out << "CREATE TABLE " << schema << ".mdl_" << name << " (" << columns << ");\nCOPY " << schema
        << ".mdl_" << name << " FROM stdin;\n";
}

Table::~Table() {
    line_ += "\\.\n\n";
    flush();
}

void Table::flush() {
    out_ << line_;
    line_.clear();
}

void Table::put(Decimal value) {
    const int64_t rest = value.hundredths % 100;
    line_ += std::to_string(value.hundredths / 100) + (rest < 10 ? ".0" : ".");
    line_ += std::to_string(rest);
}

void Table::put(std::string_view text) {
    for (const char c : text) {
        if (c == '\\' || c == '\t' || c == '\n' || c == '\r') line_ += '\\';
        line_ += c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c;
    }
}

namespace {

void write_people(std::ostream& out, const Site& site, const std::string& schema) {
    Table table(out, schema, "user",
                "id bigint, auth varchar(20), confirmed smallint, deleted smallint, suspended "
                "smallint, username varchar(100), idnumber varchar(255), firstname varchar(100), "
                "lastname varchar(100), email varchar(100), institution varchar(255), department "
                "varchar(255), city varchar(120), country varchar(2), lang varchar(30), timezone "
                "varchar(100), firstaccess bigint, lastaccess bigint, lastlogin bigint, "
                "currentlogin bigint, timecreated bigint, timemodified bigint");
    const int64_t made = site.story()->now() - 400 * kDay;
    for (int64_t id = 1; id <= site.last_user(); id++) {
        const Person one = site.person(id);
        table.row(id, one.auth, one.confirmed ? 1 : 0, one.deleted ? 1 : 0, one.suspended ? 1 : 0,
                  std::string_view(one.username), std::string_view(one.idnumber),
                  one.firstname.plain, one.lastname.plain, std::string_view(one.email),
                  one.institution.plain, one.department.plain, one.city.plain, one.country, "en",
                  "99", one.firstaccess, one.lastaccess, one.lastaccess, one.lastaccess, made + id,
                  made + id);
    }
}

void write_categories(std::ostream& out, const Site& site, const std::string& schema) {
    Table table(out, schema, "course_categories",
                "id bigint, name varchar(255), idnumber varchar(100), description text, parent "
                "bigint, sortorder bigint, coursecount bigint, visible smallint, timemodified "
                "bigint, depth bigint, path varchar(255)");
    for (const Category& one : site.categories()) {
        table.row(one.id, one.name, one.idnumber, "", one.parent, one.id * 10'000,
                  site.courses_in(one.id), 1, kEpoch, one.depth, one.path);
    }
}

void write_courses(std::ostream& out, const Site& site, const std::string& schema) {
    Table table(out, schema, "course",
                "id bigint, category bigint, sortorder bigint, fullname varchar(254), shortname "
                "varchar(255), idnumber varchar(100), summary text, format varchar(21), startdate "
                "bigint, enddate bigint, visible smallint, groupmode smallint, timecreated bigint, "
                "timemodified bigint, enablecompletion smallint");
    for (int64_t id = 1; id <= site.last_course(); id++) {
        const Course one = *site.find_course(id);
        table.row(id, one.category, site.sortorder(one), one.fullname, one.shortname, one.idnumber,
                  one.summary, one.format, id == 1 ? 0 : one.startdate, one.enddate,
                  one.visible ? 1 : 0, 0, one.timecreated, one.timemodified,
                  one.completion_enabled ? 1 : 0);
    }
}

void write_contexts(std::ostream& out, const Site& site, const std::string& schema) {
    Table table(out, schema, "context",
                "id bigint, contextlevel bigint, instanceid bigint, path varchar(255), depth "
                "smallint, locked smallint");
    table.row(kSystemContext, 10, 0, "/1", 1, 0);
    const auto below = [](const std::string& path, int64_t id) {
        return path + "/" + std::to_string(id);
    };
    std::vector<std::string> paths = {"/1"};
    for (const Category& one : site.categories()) {
        const int64_t id = category_context(one.id);
        paths.push_back(below(paths[static_cast<size_t>(one.parent)], id));
        table.row(id, 40, one.id, paths.back(), one.depth + 1, 0);
    }
    for (int64_t course = 1; course <= site.last_course(); course++) {
        const auto found = site.find_course(course);
        const std::string path =
            below(paths[static_cast<size_t>(found->category)], course_context(course));
        const int depth = course == 1 ? 2 : 4;
        table.row(course_context(course), 50, course, path, depth, 0);
        for (const Module& one : modules(site, course)) {
            const int64_t id = module_context(one.id);
            table.row(id, 70, one.id, below(path, id), depth + 1, 0);
        }
    }
    for (int64_t user = 1; user <= site.last_user(); user++) {
        const int64_t id = user_context(user);
        table.row(id, 30, user, below("/1", id), 2, 0);
    }
}

void write_roles(std::ostream& out, const Site& site, const std::string& schema) {
    {
        Table table(out, schema, "role",
                    "id bigint, name varchar(255), shortname varchar(100), description text, "
                    "sortorder bigint, archetype varchar(30)");
        for (const Role& one : Site::roles()) {
            table.row(one.id, "", one.shortname, "", one.sortorder, one.shortname);
        }
    }
    Table table(out, schema, "role_assignments",
                "id bigint, roleid bigint, contextid bigint, userid bigint, timemodified bigint, "
                "modifierid bigint, component varchar(100), itemid bigint, sortorder bigint");
    for (int64_t course = 2; course <= site.last_course(); course++) {
        for (const Taker& one : site.story()->find_class(course)->takers) {
            table.row(record_of(course, one.user), one.role, course_context(course), one.user,
                      one.enrolled, one.by_self ? one.user : 2, "", 0, 0);
        }
    }
}

// A course's ways in: by hand, and by oneself.
int64_t method(int64_t course, bool by_self) {
    return course * 10 + (by_self ? 2 : 1);
}

void write_enrolments(std::ostream& out, const Site& site, const std::string& schema) {
    {
        Table table(out, schema, "enrol",
                    "id bigint, enrol varchar(20), status bigint, courseid bigint, sortorder "
                    "bigint, name varchar(255), roleid bigint, timecreated bigint, timemodified "
                    "bigint");
        for (int64_t course = 2; course <= site.last_course(); course++) {
            const int64_t made = site.find_course(course)->timecreated;
            table.row(method(course, false), "manual", 0, course, 0, std::nullopt, 5, made, made);
            table.row(method(course, true), "self", 0, course, 1, std::nullopt, 5, made, made);
        }
    }
    Table table(out, schema, "user_enrolments",
                "id bigint, status bigint, enrolid bigint, userid bigint, timestart bigint, "
                "timeend bigint, modifierid bigint, timecreated bigint, timemodified bigint");
    for (int64_t course = 2; course <= site.last_course(); course++) {
        for (const Taker& one : site.story()->find_class(course)->takers) {
            table.row(record_of(course, one.user), one.suspended ? 1 : 0,
                      method(course, one.by_self), one.user, one.enrolled, 0,
                      one.by_self ? one.user : 2, one.enrolled, one.enrolled);
        }
    }
}

void write_last_accesses(std::ostream& out, const Site& site, const std::string& schema) {
    Table table(out, schema, "user_lastaccess",
                "id bigint, userid bigint, courseid bigint, timeaccess bigint");
    for (int64_t course = 2; course <= site.last_course(); course++) {
        for (const Taker& one : site.story()->find_class(course)->takers) {
            if (one.last != 0) table.row(record_of(course, one.user), one.user, course, one.last);
        }
    }
}

// What these sites do not use.
void write_empty(std::ostream& out, const std::string& schema) {
    constexpr std::pair<const char*, const char*> kTables[] = {
        {"grade_items_history",
         "id bigint, action bigint, oldid bigint, source varchar(255), timemodified bigint, "
         "loggeduser bigint, courseid bigint, itemname varchar(255)"},
        {"grade_categories_history",
         "id bigint, action bigint, oldid bigint, timemodified bigint, loggeduser bigint, courseid "
         "bigint"},
        {"groups", "id bigint, courseid bigint, name varchar(254)"},
        {"groups_members", "id bigint, groupid bigint, userid bigint, timeadded bigint"},
        {"cohort",
         "id bigint, contextid bigint, name varchar(254), idnumber varchar(100), visible smallint"},
        {"cohort_members", "id bigint, cohortid bigint, userid bigint, timeadded bigint"},
        {"choice", "id bigint, course bigint, name varchar(255), timeclose bigint"},
        {"scale", "id bigint, name varchar(255), scale text"},
        {"role_names", "id bigint, roleid bigint, contextid bigint, name varchar(255)"},
        {"user_info_field", "id bigint, shortname varchar(255), name text"},
        {"user_info_data", "id bigint, userid bigint, fieldid bigint, data text"},
        {"h5pactivity", "id bigint, course bigint, name varchar(255)"},
        {"scorm", "id bigint, course bigint, name varchar(255), timeclose bigint"},
        {"folder", "id bigint, course bigint, name varchar(255)"}};
    for (const auto& [name, columns] : kTables) Table(out, schema, name, columns);
}

}  // namespace

void write_database(std::ostream& out, const Site& site, const std::string& schema) {
    out << "\\set ON_ERROR_STOP on\nBEGIN;\nSET LOCAL client_min_messages = warning;\n"
        << "CREATE SCHEMA " << schema << ";\nCOMMENT ON SCHEMA " << schema
        << " IS 'the database of " << site.story()->title() << ", a simulated Moodle';\n";
    write_people(out, site, schema);
    write_categories(out, site, schema);
    write_courses(out, site, schema);
    write_contexts(out, site, schema);
    write_roles(out, site, schema);
    write_enrolments(out, site, schema);
    write_last_accesses(out, site, schema);
    write_activities(out, site, schema);
    write_results(out, site, schema);
    write_empty(out, schema);
    write_log(out, site, schema);
    // As Moodle has them, as far as anybody here looks something up.
    out << "DO $$ DECLARE one regclass; BEGIN FOR one IN SELECT oid FROM pg_class\n"
        << "WHERE relnamespace = '" << schema << "'::regnamespace AND relkind = 'r' LOOP\n"
        << "EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (id)', one); END LOOP; END $$;\n";
    for (const char* index :
         {"logstore_standard_log (timecreated)", "context (contextlevel, instanceid)",
          "grade_grades (itemid, userid)", "course_completions (userid, course)",
          "course_modules_completion (userid, coursemoduleid)", "user_enrolments (enrolid, userid)",
          "role_assignments (contextid)", "user_lastaccess (userid, courseid)"}) {
        out << "CREATE INDEX ON " << schema << ".mdl_" << index << ";\n";
    }
    // Nothing has looked at them yet.
    out << "DO $$ DECLARE one regclass; BEGIN FOR one IN SELECT oid FROM pg_class\n"
        << "WHERE relnamespace = '" << schema << "'::regnamespace AND relkind = 'r' LOOP\n"
        << "EXECUTE format('ANALYZE %s', one); END LOOP; END $$;\nCOMMIT;\n";
}

}  // namespace sim
