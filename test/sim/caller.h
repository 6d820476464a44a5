// Whose token it is, and what is silently lost with it.
#pragma once

#include <cstdint>

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
    explicit Caller(Kind kind) : kind_(kind) {}

    Kind kind() const { return kind_; }
    bool is(Kind kind) const { return kind_ == kind; }
    int64_t user() const;
    // Without it a person is left out of a listing.
    bool knows(int64_t user) const;
    // Username, idnumber, auth, confirmed, department, …: user:viewalldetails.
    bool sees_details(int64_t user) const;
    // site:viewuseridentity.
    bool sees_email(int64_t user) const;
    // course:view or an enrolment.
    bool enters(const Course& course) const;
    // course:update, category:manage.
    bool manages(const Course& course) const;
    bool manages_categories() const;
    bool sees_cohorts() const;  // cohort:view
    bool sees_reports() const;  // who is in the audience of the reports

  private:
    bool weak() const { return kind_ == Kind::Teacher || kind_ == Kind::Student; }
    Kind kind_ = Kind::Admin;
};

}  // namespace sim
