// What courses hold, and what was said and handed in there.
#include "database.h"

namespace sim {

namespace {

constexpr const char* kModuleNames[] = {"", "assign", "quiz", "forum", "page", "resource", "url"};

int64_t module_type(const Module& module) {
    for (int64_t id = 1; id < static_cast<int64_t>(std::size(kModuleNames)); id++) {
        if (std::string_view(kModuleNames[id]) == module.type()) return id;
    }
    return 0;
}

// Calls it with every module of every course.
template <typename Do>
void each_module(const Site& site, Do&& take) {
    for (int64_t course = 2; course <= site.last_course(); course++) {
        for (const Module& one : modules(site, course)) take(one);
    }
}

void write_modules(std::ostream& out, const Site& site, const std::string& schema) {
    {
        Table table(out, schema, "modules", "id bigint, name varchar(20), visible smallint");
        for (int64_t id = 1; id < static_cast<int64_t>(std::size(kModuleNames)); id++) {
            table.row(id, kModuleNames[id], 1);
        }
    }
    {
        Table table(
            out, schema, "course_sections",
            "id bigint, course bigint, section bigint, name varchar(255), visible smallint");
        for (int64_t course = 2; course <= site.last_course(); course++) {
            for (int section = 0; section <= kWeeks; section++) {
                table.row(course * 100 + section, course, section,
                          section == 0 ? "General" : "Week " + std::to_string(section), 1);
            }
        }
    }
    Table table(out, schema, "course_modules",
                "id bigint, course bigint, module bigint, instance bigint, section bigint, added "
                "bigint, visible smallint, completion smallint, deletioninprogress smallint");
    each_module(site, [&](const Module& one) {
        table.row(one.id, one.course, module_type(one), one.instance,
                  one.course * 100 + one.section, one.timemodified, 1, one.tracked() ? 2 : 0, 0);
    });
}

void write_contents(std::ostream& out, const Site& site, const std::string& schema) {
    {
        Table table(
            out, schema, "page",
            "id bigint, course bigint, name varchar(255), content text, timemodified bigint");
        each_module(site, [&](const Module& one) {
            if (one.kind != Module::Kind::Page) return;
            table.row(one.instance, one.course, one.name, "<p><video></video></p>",
                      one.timemodified);
        });
    }
    {
        Table table(out, schema, "resource",
                    "id bigint, course bigint, name varchar(255), timemodified bigint");
        each_module(site, [&](const Module& one) {
            if (one.kind != Module::Kind::File) return;
            table.row(one.instance, one.course, one.name, one.timemodified);
        });
    }
    Table table(
        out, schema, "url",
        "id bigint, course bigint, name varchar(255), externalurl text, timemodified bigint");
    each_module(site, [&](const Module& one) {
        if (one.kind != Module::Kind::Url) return;
        table.row(one.instance, one.course, one.name, "https://books.example.edu/",
                  one.timemodified);
    });
}

void write_dues(std::ostream& out, const Site& site, const std::string& schema) {
    {
        Table table(out, schema, "assign",
                    "id bigint, course bigint, name varchar(255), nosubmissions smallint, duedate "
                    "bigint, allowsubmissionsfromdate bigint, cutoffdate bigint, gradingduedate "
                    "bigint, grade bigint, timemodified bigint");
        each_module(site, [&](const Module& one) {
            if (one.kind != Module::Kind::Assign) return;
            table.row(one.instance, one.course, one.name, 0, one.due, 0, 0, 0, 100,
                      one.timemodified);
        });
    }
    {
        Table table(out, schema, "quiz",
                    "id bigint, course bigint, name varchar(255), timeopen bigint, timeclose "
                    "bigint, sumgrades numeric(10,5), grade numeric(10,5), timemodified bigint");
        each_module(site, [&](const Module& one) {
            if (one.kind != Module::Kind::Quiz) return;
            table.row(one.instance, one.course, one.name, 0, one.due, 3, 10, one.timemodified);
        });
    }
    Table table(out, schema, "event",
                "id bigint, name text, courseid bigint, groupid bigint, userid bigint, modulename "
                "varchar(20), instance bigint, eventtype varchar(20), timestart bigint, "
                "timeduration bigint, visible smallint, timemodified bigint");
    each_module(site, [&](const Module& one) {
        if (one.due == 0) return;
        const bool quiz = one.kind == Module::Kind::Quiz;
        table.row(1'000'000'000 + one.instance, one.name + (quiz ? " closes" : " is due"),
                  one.course, 0, site.story()->find_class(one.course)->teacher, one.type(),
                  one.instance, quiz ? "close" : "due", one.due, 0, 1, one.timemodified);
    });
}

void write_forums(std::ostream& out, const Site& site, const std::string& schema) {
    {
        Table table(out, schema, "forum",
                    "id bigint, course bigint, type varchar(20), name varchar(255), timemodified "
                    "bigint");
        each_module(site, [&](const Module& one) {
            if (!one.is_forum()) return;
            table.row(one.instance, one.course, one.kind == Module::Kind::News ? "news" : "general",
                      one.name, one.timemodified);
        });
    }
    {
        Table table(out, schema, "forum_discussions",
                    "id bigint, course bigint, forum bigint, name varchar(255), firstpost bigint, "
                    "userid bigint, groupid bigint, timemodified bigint, usermodified bigint");
        each_module(site, [&](const Module& forum) {
            for (const Discussion& one : discussions(site, forum)) {
                const Post &first = one.posts.front(), &last = one.posts.back();
                table.row(one.id, one.course, one.forum, one.name(), first.id, first.user, -1,
                          last.created, last.user);
            }
        });
    }
    Table table(out, schema, "forum_posts",
                "id bigint, discussion bigint, parent bigint, userid bigint, created bigint, "
                "modified bigint, subject varchar(255), message text, deleted smallint");
    each_module(site, [&](const Module& forum) {
        for (const Discussion& one : discussions(site, forum)) {
            for (const Post& post : one.posts) {
                table.row(post.id, one.id, post.parent, post.user, post.created, post.created,
                          (post.parent == 0 ? "" : "Re: ") + one.name(), "<p>…</p>", 0);
            }
        }
    });
}

void write_submissions(std::ostream& out, const Site& site, const std::string& schema) {
    {
        Table table(out, schema, "assign_submission",
                    "id bigint, assignment bigint, userid bigint, timecreated bigint, timemodified "
                    "bigint, status varchar(10), groupid bigint, attemptnumber bigint, latest "
                    "smallint");
        each_module(site, [&](const Module& module) {
            if (module.kind != Module::Kind::Assign) return;
            for (const Submission& one : submissions(site, module)) {
                table.row(one.id, module.instance, one.user, one.modified - 600, one.modified,
                          "submitted", 0, 0, 1);
            }
        });
    }
    Table table(out, schema, "assign_grades",
                "id bigint, assignment bigint, userid bigint, timecreated bigint, timemodified "
                "bigint, grader bigint, grade numeric(10,5), attemptnumber bigint");
    each_module(site, [&](const Module& module) {
        if (module.kind != Module::Kind::Assign) return;
        for (const Submission& one : submissions(site, module)) {
            if (!one.grade) continue;
            const Taker& taker = *site.story()->taker(module.course, one.user);
            const Work& work = *taker.work(module.number);
            table.row(one.id, module.instance, one.user,
                      work.first_graded != 0 ? work.first_graded : work.graded, one.graded,
                      work.grader, Decimal{*one.grade}, 0);
        }
    });
}

void write_attempts(std::ostream& out, const Site& site, const std::string& schema) {
    const auto each_taker = [&](auto&& take) {
        each_module(site, [&](const Module& module) {
            if (module.kind != Module::Kind::Quiz) return;
            for (const Taker& taker : site.story()->find_class(module.course)->takers) {
                take(module, taker.user);
            }
        });
    };
    {
        Table table(out, schema, "quiz_attempts",
                    "id bigint, quiz bigint, userid bigint, attempt integer, preview smallint, "
                    "state varchar(16), timestart bigint, timefinish bigint, timemodified bigint, "
                    "sumgrades numeric(10,5)");
        each_taker([&](const Module& module, int64_t user) {
            for (const Attempt& one : attempts(site, module, user)) {
                const auto sum = one.grade ? std::optional(points(*one.grade, 3)) : std::nullopt;
                table.row(one.id, module.instance, user, one.number, 0, "finished", one.start,
                          one.finish, one.finish, sum);
            }
        });
    }
    Table table(out, schema, "quiz_grades",
                "id bigint, quiz bigint, userid bigint, grade numeric(10,5), timemodified bigint");
    each_taker([&](const Module& module, int64_t user) {
        const auto grade = site.story()->grade(module.course, user, module.number);
        if (!grade) return;
        table.row(record_of(module.instance, user), module.instance, user, points(*grade, 10),
                  site.story()->graded_at(module.course, user, module.number));
    });
}

}  // namespace

void write_activities(std::ostream& out, const Site& site, const std::string& schema) {
    write_modules(out, site, schema);
    write_contents(out, site, schema);
    write_dues(out, site, schema);
    write_forums(out, site, schema);
    write_submissions(out, site, schema);
    write_attempts(out, site, schema);
}

}  // namespace sim
