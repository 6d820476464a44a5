#include "caller.h"

#include "activities.h"

namespace sim {

const std::set<std::string>& capabilities() {
    static const std::set<std::string> known = {"webservice/rest:use",
                                                "moodle/user:viewdetails",
                                                "moodle/user:viewalldetails",
                                                "moodle/site:viewuseridentity",
                                                "moodle/course:view",
                                                "moodle/course:viewhiddencourses",
                                                "moodle/course:viewhiddenactivities",
                                                "moodle/course:viewparticipants",
                                                "moodle/course:update",
                                                "moodle/category:viewhiddencategories",
                                                "moodle/category:manage",
                                                "moodle/site:accessallgroups",
                                                "moodle/course:enrolreview",
                                                "moodle/grade:viewall",
                                                "moodle/grade:viewhidden",
                                                "gradereport/user:view",
                                                "report/completion:view",
                                                "report/progress:view",
                                                "moodle/course:managegroups",
                                                "moodle/cohort:view",
                                                "moodle/reportbuilder:view",
                                                "mod/assign:view",
                                                "mod/assign:grade",
                                                "mod/quiz:view",
                                                "mod/quiz:viewreports"};
    return known;
}

int64_t Caller::user() const {
    switch (kind_) {
        case Kind::Teacher:
            return 4;
        case Kind::Student:
            return 8;
        default:
            return 2;
    }
}

void Caller::meet_teachers(const Site& site) {
    if (can("moodle/user:viewdetails")) return;
    for (int64_t id = 2; id <= site.last_course(); id++) teachers_.insert(teacher_of(site, id));
}

bool Caller::knows(int64_t user) const {
    if (!can("moodle/user:viewdetails")) return user == this->user() || teachers_.contains(user);
    if (kind_ == Kind::Teacher) return user % 2 == 0;
    if (kind_ == Kind::Student) return user % 8 == 0;
    return true;
}

bool Caller::sees_details(int64_t user) const {
    const bool others = kind_ == Kind::Admin && can("moodle/user:viewalldetails");
    const bool own = kind_ != Kind::NoIdentity && user == this->user();
    return others || own;
}

bool Caller::sees_email(int64_t user) const {
    if (!can("moodle/site:viewuseridentity")) return user == this->user();
    return kind_ != Kind::NoIdentity;
}

bool Caller::sees_hidden(const Course& course) const {
    return can("moodle/course:viewhiddencourses") && manages(course);
}

bool Caller::enters(const Course& course) const {
    if (!can("moodle/course:view") && course.id != 1) return false;
    if (!can("moodle/course:viewhiddencourses") && !course.visible) return false;
    if (kind_ == Kind::Teacher) return course.id % 2 == 0;
    if (kind_ == Kind::Student) return course.id % 4 == 0 && course.visible;
    return true;
}

bool Caller::manages(const Course& course) const {
    return !weak() || (kind_ == Kind::Teacher && enters(course));
}

bool Caller::updates(const Course& course) const {
    return manages(course) && can("moodle/course:update");
}

bool Caller::manages_groups(const Course& course) const {
    return manages(course) && can("moodle/course:managegroups");
}

bool Caller::grades(const Course& course) const {
    return manages(course) && enters(course) && can("mod/assign:grade");
}

bool Caller::reviews(const Course& course) const {
    return manages(course) && can("mod/quiz:viewreports");
}

bool Caller::manages_categories() const {
    return !weak() && can("moodle/category:manage");
}

bool Caller::sees_hidden_categories() const {
    return !weak() && can("moodle/category:viewhiddencategories");
}

bool Caller::sees_cohorts() const {
    return kind_ == Kind::Admin && can("moodle/cohort:view");
}

bool Caller::sees_reports() const {
    return kind_ == Kind::Admin && can("moodle/reportbuilder:view");
}

bool Caller::sees_grades_of_others() const {
    return kind_ != Kind::Student && can("moodle/grade:viewall");
}

bool Caller::sees_completion_of_others() const {
    return kind_ != Kind::Student && can("report/completion:view");
}

bool Caller::sees_progress_of_others() const {
    return kind_ != Kind::Student && can("report/progress:view");
}

std::optional<int64_t> Caller::only_group(const Course& course) const {
    if (!course.has_groups) return std::nullopt;
    if (kind_ == Kind::Student) return 0;  // takes part without a group
    if (can("moodle/site:accessallgroups")) return std::nullopt;
    return course.id % 2 == 0 ? course.id * 10 + 1 : 0;
}

bool Caller::sees_module(const std::string& type) const {
    return (type != "assign" && type != "quiz") || can("mod/" + type + ":view");
}

bool Caller::sees_hidden_activities() const {
    return can("moodle/course:viewhiddenactivities");
}

}  // namespace sim
