// The people, courses, enrolments and grades of the simulated site: computed from the seed and an
// id whenever they are asked for, so that a million of them take no memory. What a test changed
// stands in a small overlay.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "options.h"

namespace sim {

struct Person {
    int64_t id;
    std::string username, firstname, lastname, email, idnumber, department, institution, city,
        country, description, auth;
    int64_t firstaccess, lastaccess;
    bool suspended, confirmed, deleted;
};

struct Course {
    int64_t id, category;
    std::string shortname, fullname, idnumber, summary;
    bool visible, completion_enabled, has_criteria;
};

struct Category {
    int64_t id, parent;
    std::string name, idnumber, path;
    int depth;
};

struct Role {
    int64_t id;
    const char* shortname;
    int64_t sortorder;
};

struct Enrolment {
    int64_t user;
    std::vector<int> roles;  // ids, as served: they may repeat
    bool suspended;
};

class Site {
  public:
    explicit Site(const Options& options) : options_(options) {}

    int64_t last_user() const;
    Person person(int64_t id) const;
    std::optional<Person> find_person(int64_t id) const;  // deleted ones too
    int64_t last_course() const { return options_.courses + 1; }
    std::optional<Course> find_course(int64_t id) const;  // 1 = the front page
    std::vector<Category> categories() const;
    // Sorted by user id, without deleted people.
    std::vector<Enrolment> enrolments(int64_t course) const;
    // Of those, whom the grade report shows.
    std::vector<int64_t> graded_users(int64_t course) const;
    static Role role(int id);
    static std::vector<Role> roles();
    // The n-th grade of a user in a course; nothing = not graded yet. In hundredths.
    std::optional<int64_t> grade(int64_t course, int64_t user, int item) const;

    void add_users(int64_t count);
    void rename_user(int64_t id, std::string lastname);
    void delete_user(int64_t id);
    void bump_grade(int64_t course, int64_t user);

    const Options& options() const { return options_; }

  private:
    uint64_t hash(uint64_t kind, uint64_t a, uint64_t b = 0) const;

    Options options_;
    mutable std::mutex mutex_;
    bool changed_ = false;
    int64_t added_users_ = 0;
    std::map<int64_t, std::string> renamed_;
    std::set<int64_t> deleted_;
    std::map<std::pair<int64_t, int64_t>, int64_t> bumped_;
};

}  // namespace sim
