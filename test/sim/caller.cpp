#include "caller.h"

namespace sim {

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

bool Caller::knows(int64_t user) const {
    if (kind_ == Kind::Teacher) return user % 2 == 0;
    if (kind_ == Kind::Student) return user % 8 == 0;
    return true;
}

bool Caller::sees_details(int64_t user) const {
    return kind_ == Kind::Admin || (weak() && user == this->user());
}

bool Caller::sees_email(int64_t) const {
    return kind_ != Kind::NoIdentity;
}

bool Caller::enters(const Course& course) const {
    if (kind_ == Kind::Teacher) return course.id % 2 == 0;
    if (kind_ == Kind::Student) return course.id % 4 == 0 && course.visible;
    return true;
}

bool Caller::manages(const Course& course) const {
    return !weak() || (kind_ == Kind::Teacher && enters(course));
}

bool Caller::manages_categories() const {
    return !weak();
}

bool Caller::sees_cohorts() const {
    return kind_ == Kind::Admin;
}

bool Caller::sees_reports() const {
    return kind_ == Kind::Admin;
}

}  // namespace sim
