// core_completion_get_course_completion_status.
#include "functions.h"
#include "story.h"

namespace sim {

namespace {

constexpr int64_t kDoneAt = 1'795'187'433;

struct Criterion {
    int type;
    const char *title, *kind, *requirement;
    std::string criteria, done_status, open_status, detail_status;
    int64_t at = kDoneAt;  // when it was met, if it was
};

// Each course has some of the kinds that Moodle knows.
std::vector<Criterion> criteria_of(const Course& course) {
    const std::string id = std::to_string(course.id);
    const Criterion activity = {4,
                                "Activity completion",
                                "Activity completion",
                                "Achieving grade",
                                "<a href=\"http://moodle.example.edu/mod/assign/view.php?id=" + id +
                                    "01\">Assignment 1 \xE2\x80\x93 essay</a>",
                                "Yes",
                                "No",
                                ""};
    const Criterion grade = {6,
                             "Course grade",
                             "Course grade",
                             "50.00",
                             "Required course grade",
                             "84.00 (50.00 required)",
                             "12.50 (50.00 required)",
                             "84.00"};
    const Criterion self = {1,
                            "Self completion",
                            "Self completion",
                            "Marking yourself complete",
                            "Self completion",
                            "Yes",
                            "No",
                            ""};
    const Criterion date = {2,
                            "Date",
                            "Date passed",
                            "30 Nov 2026",
                            "Remaining enrolled until a specified date",
                            "30 Nov 2026",
                            "30 Nov 2026",
                            ""};
    const Criterion duration = {5,
                                "Enrolment duration",
                                "Period post enrolment",
                                "30 days",
                                "Remaining enrolled for a specified period of time",
                                "Yes",
                                "0 of 30",
                                "20777 days"};
    const Criterion role = {7,
                            "Teacher",
                            "Manual completion by others",
                            "Marked complete by Teacher",
                            "Teacher",
                            "Yes",
                            "No",
                            ""};
    const Criterion other = {
        8,
        "Completion of other courses",
        "Completion of other courses",
        "Course completed",
        "<a href=\"http://moodle.example.edu/course/view.php?id=2\">Course 2</a>",
        "Yes",
        "No",
        "<a href=\"#\">See details</a>"};
    const Criterion unenrol = {
        3, "Unenrol", "Unenrolment", "Unenrolling from course", "Unenrolment", "Yes", "No", ""};
    switch (course.id % 12) {
        case 3:
            return {self, role};
        case 6:
            return {date, duration};
        case 7:
            return {other, unenrol};
        case 11:
            return {activity, self};
        default:
            return {activity, grade};
    }
}

// An essay, a test, and the grade of the course.
std::vector<Criterion> told_criteria(const Course& course, const Taker& taker) {
    const auto activity = [&](int number, std::string_view name, const char* requirement,
                              const char* type, int64_t at) {
        return Criterion{4,
                         "Activity completion",
                         "Activity completion",
                         requirement,
                         "<a href=\"http://moodle.example.edu/mod/" + std::string(type) +
                             "/view.php?id=" + std::to_string(module_id(course.id, number)) +
                             "\">" + std::string(name) + "</a>",
                         "Yes",
                         "No",
                         "",
                         at};
    };
    return {activity(2, assignment(2), "Submit", "assign", taker.criteria[0]),
            activity(kFirstQuiz + 2, quiz(3), "Achieving passing grade", "quiz", taker.criteria[1]),
            {6, "Course grade", "Course grade", "60.00", "Required course grade",
             "(60.00 required)", "(60.00 required)", "", taker.criteria[2]}};
}

void write_criterion(JsonOut& out, const Criterion& criterion, bool done) {
    out.open('{').key("type").number(criterion.type).key("title").text(criterion.title);
    out.key("status").text(done ? criterion.done_status : criterion.open_status);
    out.key("complete").flag(done).key("timecompleted");
    if (done) {
        out.number(criterion.at);
    } else {
        out.null();
    }
    out.key("details").open('{').key("type").text(criterion.kind);
    out.key("criteria").text(criterion.criteria).key("requirement").text(criterion.requirement);
    out.key("status").text(criterion.detail_status).close('}').close('}');
}

std::optional<Answer> problem_of(const Context& context, const std::optional<Course>& course,
                                 int64_t user) {
    if (!course) return no_record("course");
    const auto person = context.site.find_person(user);
    if (!person) return refused("dml_missing_record_exception", "invaliduser", "Invalid user");
    if (person->deleted) return moodle_exception("userdeleted", "error/userdeleted");
    const bool own = user == context.caller.user();
    const bool may_see =
        context.caller.enters(*course) && (own || context.caller.sees_completion_of_others());
    if (!may_see || (course->id != 1 && !course->completion_enabled)) {
        return moodle_exception("cannotviewreport", "You cannot view this report");
    }
    const auto enrolment = context.site.enrolment(course->id, user);
    if (!enrolment || !Site::is_student(*enrolment)) {
        return moodle_exception("usernotenroled", "User is not enrolled in this course");
    }
    if (!course->has_criteria) {
        return moodle_exception("nocriteriaset", "No completion criteria set for this course");
    }
    return std::nullopt;
}

}  // namespace

Answer get_completion_status(const Context& context) {
    const int64_t user = context.arguments->number("userid", 0);
    const auto course = context.site.find_course(context.arguments->number("courseid", 0));
    if (auto problem = problem_of(context, course, user)) return *problem;
    const bool done = context.site.completed(course->id, user);
    const Story* story = context.site.story();
    const Taker* taker = story == nullptr ? nullptr : story->taker(course->id, user);
    if (taker != nullptr) {
        return answer(1, [criteria = told_criteria(*course, *taker), done](JsonOut& out) {
            out.open('{').key("completionstatus").open('{').key("completed").flag(done);
            out.key("aggregation").number(1).key("completions").open('[');
            for (const Criterion& one : criteria) write_criterion(out, one, one.at != 0);
            out.close(']').close('}');
            empty_warnings(out);
            out.close('}');
        });
    }
    return answer(1, [course = *course, user, done](JsonOut& out) {
        out.open('{').key("completionstatus").open('{').key("completed").flag(done);
        out.key("aggregation").number(course.id % 8 == 3 ? 2 : 1).key("completions").open('[');
        bool part = user % 2 == 0;  // who is not done may have done the first of them
        for (const Criterion& criterion : criteria_of(course)) {
            write_criterion(out, criterion, done || part);
            part = false;
        }
        out.close(']').close('}');
        empty_warnings(out);
        out.close('}');
    });
}

}  // namespace sim
