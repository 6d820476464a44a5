// mod_assign_* and mod_quiz_*.
#include <algorithm>
#include <cstdlib>

#include "activities.h"
#include "functions.h"
#include "pattern.h"

namespace sim {

namespace {

const Pattern kWarning(
    R"({"item":"@item@","itemid":@id@,"warningcode":"@code@","message":"@message@"})");
const Pattern kAssignment(
    R"({"id":@id@,"cmid":@cmid@,"course":@course@,"name":"@name@","nosubmissions":0,)"
    R"("submissiondrafts":1,"sendnotifications":0,"sendlatenotifications":0,)"
    R"("sendstudentnotifications":1,"duedate":@due@,"allowsubmissionsfromdate":0,"grade":100,)"
    R"("timemodified":@modified@,"completionsubmit":0,"cutoffdate":0,"gradingduedate":0,)"
    R"("teamsubmission":0,"requireallteammemberssubmit":0,"teamsubmissiongroupingid":0,)"
    R"("blindmarking":0,"hidegrader":0,"revealidentities":0,"attemptreopenmethod":"untilpass",)"
    R"("maxattempts":1,"markingworkflow":0,"markingallocation":0,"markinganonymous":0,)"
    R"("requiresubmissionstatement":0,"preventsubmissionnotingroup":0,"configs":[)"
    R"({"plugin":"onlinetext","subtype":"assignsubmission","name":"enabled","value":"1"},)"
    R"({"plugin":"onlinetext","subtype":"assignsubmission","name":"wordlimit","value":"0"},)"
    R"({"plugin":"comments","subtype":"assignsubmission","name":"enabled","value":"0"}],)"
    R"("intro":"<p>Write &amp; submit<\/p>","introformat":1,"introfiles":[],)"
    R"("introattachments":[],"timelimit":0,"submissionattachments":0})");
const Pattern kSubmission(
    R"({"id":@id@,"userid":@user@,"attemptnumber":0,"timecreated":@created@,)"
    R"("timemodified":@modified@,"timestarted":null,"status":"@status@","groupid":0,"plugins":[)"
    R"({"type":"onlinetext","name":"Online text","fileareas":[)"
    R"({"area":"submissions_onlinetext","files":[]}],"editorfields":[)"
    R"({"name":"onlinetext","description":"Online text submissions",)"
    R"("text":"<p>My essay @user@ \ud83d\udc18<\/p>","format":1}]},)"
    R"({"type":"comments","name":"Submission comments"}],"gradingstatus":"@grading@"})");
const Pattern kGrade(R"({"id":@id@,"userid":@user@,"attemptnumber":0,"timecreated":@created@,)"
                     R"("timemodified":@modified@,"grader":@grader@,"grade":"@grade@"})");
const Pattern kQuiz(
    R"({"id":@id@,"coursemodule":@cmid@,"course":@course@,"name":"@name@","intro":"Test quiz",)"
    R"("introformat":1,"introfiles":[],"section":@section@,"visible":true,"groupmode":0,)"
    R"("groupingid":0,"lang":"","timeopen":0,"timeclose":@close@,"timelimit":0,)"
    R"("overduehandling":"autosubmit","graceperiod":86400,)"
    R"("preferredbehaviour":"deferredfeedback","canredoquestions":0,"attempts":0,)"
    R"("attemptonlast":0,"grademethod":1,"decimalpoints":2,"questiondecimalpoints":-1,)"
    R"("reviewattempt":69904,"reviewcorrectness":69904,"reviewmaxmarks":69904,)"
    R"("reviewmarks":69904,"reviewspecificfeedback":69904,"reviewgeneralfeedback":69904,)"
    R"("reviewrightanswer":69904,"reviewoverallfeedback":4368,"questionsperpage":0,)"
    R"("navmethod":"free","shuffleanswers":1,"sumgrades":3,"grade":10,"timecreated":@modified@,)"
    R"("timemodified":@modified@,"password":"","subnet":"","browsersecurity":"","delay1":0,)"
    R"("delay2":0,"showuserpicture":0,"showblocks":0,"completionattemptsexhausted":0,)"
    R"("completionpass":1,"allowofflineattempts":0,"autosaveperiod":60,"hasfeedback":0,)"
    R"("hasquestions":1})");
const Pattern kAttempt(
    R"({"id":@id@,"quiz":@quiz@,"userid":@user@,"attempt":@number@,"uniqueid":@id@,)"
    R"("layout":"1,2,3,0","currentpage":0,"preview":0,"state":"@state@","timestart":@start@,)"
    R"("timefinish":@finish@,"timemodified":@modified@,"timemodifiedoffline":0,)"
    R"("timecheckstate":null,"sumgrades":@sum@,"gradeitemmarks":[],)"
    R"("gradednotificationsenttime":@sent@})");

}  // namespace

std::string warning(const char* item, int64_t id, const char* code, const std::string& message) {
    return kWarning.filled({{"item", item}, {"id", id}, {"code", code}, {"message", message}});
}

std::vector<int64_t> own_courses(const Site& site, int64_t user) {
    std::vector<int64_t> courses;
    for (int64_t id = 2; id <= site.last_course(); id++) {
        const auto enrolment = site.enrolment(id, user);
        if (enrolment && !enrolment->suspended && site.find_course(id)) courses.push_back(id);
    }
    return courses;
}

std::vector<int64_t> asked_courses(const Context& context, std::string& warnings) {
    std::vector<int64_t> courses;
    const std::vector<std::string> asked = context.arguments->list("courseids");
    for (const std::string& text : asked) {
        const int64_t id = std::atoll(text.c_str());
        const auto course = context.site.find_course(id);
        if (course && context.caller.enters(*course)) {
            courses.push_back(id);
            continue;
        }
        const std::string why = course ? "" : " Can't find data record in database table course.";
        warnings += warnings.empty() ? "" : ",";
        warnings += warning("course", id, "1", "No access rights in course context" + why);
    }
    return asked.empty() ? own_courses(context.site, context.caller.user()) : courses;
}

namespace {

bool is_on(const Context& context, const char* name) {
    const std::string value = context.arguments->get(name, "0");
    return value == "1" || value == "true";
}

// Without the switch only courses in which the caller takes part.
std::vector<int64_t> assignment_courses(const Context& context, std::string& warnings) {
    const Site& site = context.site;
    const std::vector<std::string> asked = context.arguments->list("courseids");
    if (asked.empty()) return own_courses(site, context.caller.user());
    if (is_on(context, "includenotenrolledcourses")) return asked_courses(context, warnings);
    std::vector<int64_t> courses;
    for (const std::string& text : asked) {
        const int64_t id = std::atoll(text.c_str());
        if (site.enrolment(id, context.caller.user())) {
            courses.push_back(id);
            continue;
        }
        warnings += warnings.empty() ? "" : ",";
        warnings += warning("course", id, "2",
                            "User is not enrolled or does not have requested capability");
    }
    return courses;
}

void write_course(JsonOut& out, const Course& course, const std::vector<Module>& assignments) {
    out.open('{').key("id").number(course.id).key("fullname").text(course.fullname);
    out.key("shortname").text(course.shortname).key("timemodified").number(course.timemodified);
    out.key("assignments").open('[');
    for (const Module& one : assignments) {
        kAssignment.write(out, {{"id", one.instance},
                                {"cmid", one.id},
                                {"course", course.id},
                                {"name", one.name},
                                {"due", one.due},
                                {"modified", one.timemodified}});
    }
    out.close(']').close('}');
}

std::vector<Module> modules_of(const Site& site, const Caller& caller, int64_t course,
                               Module::Kind kind) {
    std::vector<Module> all = modules(site, course);
    std::erase_if(all, [&](const Module& one) {
        return one.kind != kind || !caller.sees_module(one.type());
    });
    return all;
}

void close_with(JsonOut& out, const std::string& warnings) {
    out.close(']').key("warnings").raw("[" + warnings + "]").close('}');
}

// The assignments that there are and that the caller may see; of those that are not there nothing
// is said.
std::vector<Module> asked_assignments(const Context& context, std::string& warnings) {
    std::vector<Module> found;
    for (const std::string& text : context.arguments->list("assignmentids")) {
        const auto one = find_module(context.site, Module::Kind::Assign, std::atoll(text.c_str()));
        if (!one) continue;
        const auto course = context.site.find_course(one->course);
        if (context.caller.grades(*course) && context.caller.sees_module("assign")) {
            found.push_back(*one);
            continue;
        }
        warnings += warnings.empty() ? "" : ",";
        warnings += warning("assignment", one->instance, "1", "No access rights in module context");
    }
    return found;
}

struct Span {
    int64_t since, before;
    bool takes(int64_t time) const { return time >= since && (before == 0 || time <= before); }
};

using Rows = std::vector<std::pair<int64_t, std::vector<Submission>>>;  // by assignment

Answer by_assignment(const Rows& rows, const std::string& warnings, const char* list,
                     std::function<void(JsonOut&, int64_t, const Submission&)> write) {
    int64_t count = 0;
    for (const auto& [id, all] : rows) count += static_cast<int64_t>(all.size());
    return answer(count, [rows, warnings, list, write](JsonOut& out) {
        out.open('{').key("assignments").open('[');
        for (const auto& [id, all] : rows) {
            out.open('{').key("assignmentid").number(id).key(list).open('[');
            for (const Submission& one : all) write(out, id, one);
            out.close(']').close('}');
        }
        close_with(out, warnings);
    });
}

// Those that have any; the others are warnings.
Rows rows_of(const Context& context, std::string& warnings, const char* nothing,
             const std::function<bool(const Submission&)>& takes) {
    Rows rows;
    for (const Module& assignment : asked_assignments(context, warnings)) {
        std::vector<Submission> all = submissions(context.site, assignment);
        std::erase_if(all, [&](const Submission& one) { return !takes(one); });
        if (!all.empty()) {
            rows.emplace_back(assignment.instance, std::move(all));
            continue;
        }
        warnings += warnings.empty() ? "" : ",";
        warnings += warning("module", assignment.instance, "3", nothing);
    }
    return rows;
}

// Of three points.
std::string sum_of(const Attempt& one) {
    if (!one.grade) return std::to_string(one.id % 4);
    const int64_t hundredths = *one.grade * 3 / 100;
    const std::string cents = std::to_string(hundredths % 100);
    return std::to_string(hundredths / 100) + (cents.size() < 2 ? ".0" : ".") + cents;
}

std::string five_places(int64_t hundredths) {
    const std::string cents = std::to_string(hundredths % 100);
    return std::to_string(hundredths / 100) + (cents.size() < 2 ? ".0" : ".") + cents + "000";
}

}  // namespace

Answer get_assignments(const Context& context) {
    std::string warnings;
    const Site& site = context.site;
    const std::vector<int64_t> courses = assignment_courses(context, warnings);
    return answer(static_cast<int64_t>(courses.size()), [&site, caller = context.caller, courses,
                                                         warnings](JsonOut& out) {
        out.open('{').key("courses").open('[');
        for (const int64_t id : courses) {
            const std::vector<Module> all = modules_of(site, caller, id, Module::Kind::Assign);
            if (!all.empty()) write_course(out, *site.find_course(id), all);
        }
        close_with(out, warnings);
    });
}

Answer get_submissions(const Context& context) {
    std::string warnings;
    const std::string status = context.arguments->get("status", "");
    const Span span{context.arguments->number("since", 0), context.arguments->number("before", 0)};
    const Rows rows =
        rows_of(context, warnings, "No submissions found", [&](const Submission& one) {
            const bool fits = status.empty() || status == (one.draft ? "draft" : "submitted");
            return fits && span.takes(one.modified);
        });
    return by_assignment(
        rows, warnings, "submissions", [](JsonOut& out, int64_t, const Submission& one) {
            kSubmission.write(out, {{"id", one.id},
                                    {"user", one.user},
                                    {"created", one.modified - 600},
                                    {"modified", one.modified},
                                    {"status", one.draft ? "draft" : "submitted"},
                                    {"grading", one.grade ? "graded" : "notgraded"}});
        });
}

Answer get_assignment_grades(const Context& context) {
    std::string warnings;
    const Span span{context.arguments->number("since", 0), 0};
    const Rows rows = rows_of(context, warnings, "No grades found", [&](const Submission& one) {
        return one.grade && span.takes(one.graded);
    });
    const Site& site = context.site;
    return by_assignment(rows, warnings, "grades",
                         [&site](JsonOut& out, int64_t assignment, const Submission& one) {
                             kGrade.write(out, {{"id", one.id},
                                                {"user", one.user},
                                                {"created", one.graded},
                                                {"modified", one.graded},
                                                {"grader", teacher_of(site, assignment / 100)},
                                                {"grade", five_places(*one.grade)}});
                         });
}

Answer get_quizzes(const Context& context) {
    std::string warnings;
    const Site& site = context.site;
    const std::vector<int64_t> courses = asked_courses(context, warnings);
    return answer(static_cast<int64_t>(courses.size()), [&site, caller = context.caller, courses,
                                                         warnings](JsonOut& out) {
        out.open('{').key("quizzes").open('[');
        for (const int64_t id : courses) {
            for (const Module& quiz : modules_of(site, caller, id, Module::Kind::Quiz)) {
                kQuiz.write(out, {{"id", quiz.instance},
                                  {"cmid", quiz.id},
                                  {"course", id},
                                  {"name", quiz.name},
                                  {"section", quiz.section},
                                  {"close", quiz.due},
                                  {"modified", quiz.timemodified}});
            }
        }
        close_with(out, warnings);
    });
}

Answer get_attempts(const Context& context) {
    const Site& site = context.site;
    const auto quiz = find_module(site, Module::Kind::Quiz, context.arguments->number("quizid", 0));
    if (!quiz) return no_record("quiz");
    const auto course = site.find_course(quiz->course);
    if (!context.caller.enters(*course)) return no_course_context(quiz->course);
    const std::string status = context.arguments->get("status", "finished");
    if (status != "all" && status != "unfinished" && status != "finished") {
        return invalid_parameter();
    }
    int64_t user = context.arguments->number("userid", 0);
    if (user == 0) user = context.caller.user();
    const auto person = site.find_person(user);
    if (!person) return refused("dml_missing_record_exception", "invaliduser", "Invalid user");
    if (!context.caller.sees_module("quiz")) return no_permission("View quiz information");
    if (user != context.caller.user() && !context.caller.reviews(*course)) {
        return no_permission("View quiz reports");
    }
    std::vector<Attempt> all = attempts(site, *quiz, user);
    std::erase_if(all, [&](const Attempt& one) {
        return status != "all" && (one.finish != 0) != (status == "finished");
    });
    return answer(static_cast<int64_t>(all.size()), [all, quiz = *quiz](JsonOut& out) {
        out.open('{').key("attempts").open('[');
        for (const Attempt& one : all) {
            const bool done = one.finish != 0;
            kAttempt.write(out, {{"id", one.id},
                                 {"quiz", quiz.instance},
                                 {"user", one.user},
                                 {"number", one.number},
                                 {"state", done ? "finished" : "inprogress"},
                                 {"start", one.start},
                                 {"finish", one.finish},
                                 {"modified", std::max(one.start, one.finish)},
                                 as_json("sum", done ? sum_of(one) : "null"),
                                 or_null("sent", one.finish)});
        }
        close_with(out, "");
    });
}

}  // namespace sim
