// Grades and completions.
#include "database.h"
#include "grade_items.h"

namespace sim {

namespace {

// Calls it with every learner of every course.
template <typename Do>
void each_learner(const Site& site, Do&& take) {
    for (int64_t course = 2; course <= site.last_course(); course++) {
        for (const Taker& one : site.story()->find_class(course)->takers) {
            if (one.is_student()) take(course, one);
        }
    }
}

int64_t item_of(int64_t course, int number) {
    return course * 1000 + number;
}

int64_t full_marks(const Work& work) {
    return work.is_quiz() ? 10 : 100;
}

void write_items(std::ostream& out, const Site& site, const std::string& schema) {
    {
        Table table(out, schema, "grade_categories",
                    "id bigint, courseid bigint, parent bigint, depth bigint, path varchar(255), "
                    "fullname varchar(255), aggregation bigint, timecreated bigint, timemodified "
                    "bigint");
        for (int64_t course = 2; course <= site.last_course(); course++) {
            const int64_t made = site.find_course(course)->timecreated;
            table.row(course * 100, course, std::nullopt, 1,
                      "/" + std::to_string(course * 100) + "/", "?", 13, made, made);
        }
    }
    Table table(out, schema, "grade_items",
                "id bigint, courseid bigint, categoryid bigint, itemname varchar(255), itemtype "
                "varchar(30), itemmodule varchar(30), iteminstance bigint, itemnumber bigint, "
                "idnumber varchar(255), gradetype smallint, grademax numeric(10,5), grademin "
                "numeric(10,5), hidden bigint, locked bigint, timecreated bigint, timemodified "
                "bigint");
    for (int64_t course = 2; course <= site.last_course(); course++) {
        const int64_t made = site.find_course(course)->timecreated;
        for (const GradeItem& one : grade_items(site, course)) {
            if (one.is_total()) {
                table.row(one.id, course, std::nullopt, std::nullopt, "course", std::nullopt,
                          course * 100, std::nullopt, std::nullopt, 1, 100, 0, 0, 0, made, made);
                continue;
            }
            const bool quiz = one.kind == GradeItem::Kind::Quiz;
            table.row(one.id, course, course * 100, one.name(), "mod", quiz ? "quiz" : "assign",
                      course * 100 + one.number, 0,
                      one.number % 2 == 1 ? "I-" + std::to_string(one.id) : "", 1, quiz ? 10 : 100,
                      0, 0, 0, made, made);
        }
    }
}

void write_grades(std::ostream& out, const Site& site, const std::string& schema) {
    Table table(out, schema, "grade_grades",
                "id bigint, itemid bigint, userid bigint, rawgrade numeric(10,5), rawgrademax "
                "numeric(10,5), rawgrademin numeric(10,5), usermodified bigint, finalgrade "
                "numeric(10,5), hidden bigint, locked bigint, overridden bigint, excluded bigint, "
                "feedback text, timecreated bigint, timemodified bigint");
    each_learner(site, [&](int64_t course, const Taker& one) {
        for (const Work& work : one.works) {
            if (work.graded == 0) continue;
            const int64_t item = item_of(course, work.number), full = full_marks(work);
            const Decimal value = points(work.value, full);
            table.row(record_of(item, one.user), item, one.user, value, full, 0,
                      work.is_quiz() ? one.user : work.grader, value, 0, 0, 0, 0, std::nullopt,
                      work.handed_in, work.graded);
        }
        const auto total = site.story()->grade(course, one.user, 0);
        if (!total) return;
        const int64_t item = item_of(course, 0);
        table.row(record_of(item, one.user), item, one.user, std::nullopt, 100, 0, std::nullopt,
                  Decimal{*total}, 0, 0, 0, 0, std::nullopt, std::nullopt,
                  site.story()->graded_at(course, one.user, 0));
    });
}

// 1 = the grade is new, 2 = it was changed.
void write_history(std::ostream& out, const Site& site, const std::string& schema) {
    Table table(out, schema, "grade_grades_history",
                "id bigint, action bigint, oldid bigint, source varchar(255), timemodified bigint, "
                "loggeduser bigint, itemid bigint, userid bigint, rawgrade numeric(10,5), "
                "usermodified bigint, finalgrade numeric(10,5)");
    each_learner(site, [&](int64_t course, const Taker& one) {
        for (const Work& work : one.works) {
            if (work.graded == 0) continue;
            const int64_t item = item_of(course, work.number), id = record_of(item, one.user);
            const int64_t full = full_marks(work), by = work.is_quiz() ? one.user : work.grader;
            const char* source = work.is_quiz() ? "mod/quiz" : "mod/assign";
            const bool changed = work.first_graded != 0;
            const Decimal first = points(changed ? work.first_value : work.value, full);
            table.row(id * 10 + 1, 1, id, source, changed ? work.first_graded : work.graded, by,
                      item, one.user, first, by, first);
            if (!changed) continue;
            const int64_t teacher = site.story()->find_class(course)->teacher;
            const Decimal now = points(work.value, full);
            table.row(id * 10 + 2, 2, id, source, work.graded, teacher, item, one.user, now,
                      teacher, now);
        }
    });
}

void write_criteria(std::ostream& out, const Site& site, const std::string& schema) {
    {
        Table table(out, schema, "course_completion_aggr_methd",
                    "id bigint, course bigint, criteriatype bigint, method smallint");
        for (int64_t course = 2; course <= site.last_course(); course++) {
            table.row(course, course, std::nullopt, 1);
        }
    }
    {
        Table table(out, schema, "course_completion_criteria",
                    "id bigint, course bigint, criteriatype bigint, module varchar(100), "
                    "moduleinstance bigint, gradepass numeric(10,5)");
        for (int64_t course = 2; course <= site.last_course(); course++) {
            table.row(course * 10 + 1, course, 4, "assign", module_id(course, 2), std::nullopt);
            table.row(course * 10 + 2, course, 4, "quiz", module_id(course, kFirstQuiz + 2),
                      std::nullopt);
            table.row(course * 10 + 3, course, 6, std::nullopt, std::nullopt, 60);
        }
    }
    Table table(out, schema, "course_completion_crit_compl",
                "id bigint, userid bigint, course bigint, criteriaid bigint, timecompleted bigint");
    each_learner(site, [&](int64_t course, const Taker& one) {
        for (size_t i = 0; i < one.criteria.size(); i++) {
            if (one.criteria[i] == 0) continue;
            const int64_t criterion = course * 10 + 1 + static_cast<int64_t>(i);
            table.row(record_of(criterion, one.user), one.user, course, criterion, one.criteria[i]);
        }
    });
}

void write_completions(std::ostream& out, const Site& site, const std::string& schema) {
    {
        Table table(out, schema, "course_completions",
                    "id bigint, userid bigint, course bigint, timeenrolled bigint, timestarted "
                    "bigint, timecompleted bigint, reaggregate bigint");
        each_learner(site, [&](int64_t course, const Taker& one) {
            table.row(record_of(course, one.user), one.user, course, one.enrolled, one.first,
                      OrNull{one.completed}, 0);
        });
    }
    Table table(out, schema, "course_modules_completion",
                "id bigint, coursemoduleid bigint, userid bigint, completionstate smallint, "
                "timemodified bigint");
    each_learner(site, [&](int64_t course, const Taker& one) {
        for (const Module& module : modules(site, course)) {
            const Progress progress = site.story()->progress(module, one.user);
            if (progress.state == 0) continue;
            table.row(record_of(module.id, one.user), module.id, one.user, progress.state,
                      progress.at);
        }
    });
}

}  // namespace

void write_results(std::ostream& out, const Site& site, const std::string& schema) {
    write_items(out, site, schema);
    write_grades(out, site, schema);
    write_history(out, site, schema);
    write_criteria(out, site, schema);
    write_completions(out, site, schema);
}

}  // namespace sim
