// Whose token it is, and what is silently lost with it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rights.h"
#include "site.h"

namespace sim {

class Caller {
  public:
    enum class Kind {
        Admin,
        Teacher,     // teaches every second course; knows only every second person
        Student,     // takes part in every fourth course; knows only every eighth person
        NoIdentity,  // a service account that sees all, but nobody's email, username, idnumber
    };
    Caller() = default;
    explicit Caller(Kind kind, std::shared_ptr<const Rights> rights = nullptr)
        : kind_(kind), rights_(std::move(rights)) {}

    Kind kind() const { return kind_; }
    bool is(Kind kind) const { return kind_ == kind; }
    int64_t user() const;
    // Nobody took this capability away; the kind of caller may still lack it.
    bool can(const std::string& capability) const {
        return rights_ == nullptr || !rights_->without.contains(capability);
    }
    bool may_call(const std::string& function) const {
        return rights_ == nullptr || rights_->may_call(function);
    }
    // Without it a person is left out of a listing: user:viewdetails.
    bool knows(int64_t user) const;
    // Before the first knows(): whoever teaches is seen by everyone.
    void meet_teachers(const Site& site);
    // Username, idnumber, auth, confirmed, department, …: user:viewalldetails.
    bool sees_details(int64_t user) const;
    // site:viewuseridentity.
    bool sees_email(int64_t user) const;
    // course:view or an enrolment, and course:viewhiddencourses.
    bool enters(const Course& course) const;
    bool sees_hidden(const Course& course) const;     // course:viewhiddencourses
    bool updates(const Course& course) const;         // course:update
    bool manages_groups(const Course& course) const;  // course:managegroups
    bool grades(const Course& course) const;          // mod/assign:grade
    bool reviews(const Course& course) const;         // mod/quiz:viewreports
    bool manages(const Course& course) const;         // whatever else a teacher may
    bool manages_categories() const;                  // category:manage
    bool sees_hidden_categories() const;              // category:viewhiddencategories
    bool sees_cohorts() const;                        // cohort:view
    bool sees_reports() const;           // reportbuilder:view, and in the audience of the reports
    bool sees_grades_of_others() const;  // grade:viewall
    bool sees_completion_of_others() const;  // report/completion:view
    bool sees_progress_of_others() const;    // report/progress:view
    // Where groups are separate only one's own is seen without site:accessallgroups: of users in
    // which group; 0 = in none, so that nobody is; nothing = of all.
    std::optional<int64_t> only_group(const Course& course) const;
    bool sees_module(const std::string& type) const;  // mod/assign:view, mod/quiz:view
    bool sees_hidden_activities() const;              // course:viewhiddenactivities

  private:
    bool weak() const { return kind_ == Kind::Teacher || kind_ == Kind::Student; }
    Kind kind_ = Kind::Admin;
    std::shared_ptr<const Rights> rights_;
    std::set<int64_t> teachers_;
};

}  // namespace sim
