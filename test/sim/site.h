// The people, courses, enrolments and grades of the simulated site: computed from the seed and an
// id whenever they are asked for, so that a million of them take no memory. What a test changed
// stands in a small overlay.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "json_out.h"
#include "options.h"

namespace sim {

constexpr int64_t kEpoch = 1'760'000'000;

// A short ASCII text that needs no escapes in JSON and no memory of its own.
class Short {
  public:
    Short() = default;
    // NUMBER at least WIDTH digits wide between the two texts.
    Short(std::string_view before, int64_t number, int width, std::string_view after);
    explicit Short(std::string_view text) { append(text); }
    void append(std::string_view text);
    void clear() { size_ = 0; }
    bool empty() const { return size_ == 0; }
    operator std::string_view() const { return {text_, size_}; }

  private:
    char text_[63];
    unsigned char size_ = 0;
};

struct Person {
    int64_t id;
    Short username, email, idnumber;
    Text firstname, lastname, department, institution, interests, address, city, description;
    std::string_view country, auth, timezone;
    bool described;  // whether description is served, be it empty
    int64_t firstaccess, lastaccess, last_in_courses;
    bool suspended, confirmed, deleted;

    std::string fullname_json() const;
};

struct Course {
    int64_t id, category;
    std::string shortname, fullname, idnumber, summary;  // as served: names are escaped for HTML
    std::string_view format;
    bool visible, completion_enabled, has_criteria, has_groups;
    int64_t enddate, timemodified;
    int64_t startdate = kEpoch, timecreated = kEpoch;
};

struct Category {
    int64_t id, parent;
    std::string name, idnumber, description, path;
    int depth;
    bool visible;
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

struct Group {
    int64_t id, course;
    std::string name, idnumber;
};

// Those that are deleted from the beginning.
constexpr bool is_deleted_from_the_start(int64_t id) {
    return id > 10 && id % 101 == 50;
}

class Story;

class Site {
  public:
    explicit Site(const Options& options);

    // Nothing where the data are computed without one.
    const Story* story() const { return story_.get(); }

    int64_t last_user() const { return options_.users + added_users_; }
    Person person(int64_t id) const;
    std::optional<Person> find_person(int64_t id) const;  // deleted ones too
    // The only user that this username, email or idnumber could belong to; 0 = none.
    int64_t candidate(std::string_view text) const;

    int64_t last_course() const { return options_.courses + 1; }
    std::optional<Course> find_course(int64_t id) const;  // 1 = the front page
    int64_t sortorder(const Course& course) const;
    const std::vector<Category>& categories() const { return categories_; }
    int64_t courses_in(int64_t category) const;

    bool is_deleted(int64_t id) const;

    // Sorted by user id, without deleted people. The front page has everyone.
    std::vector<Enrolment> enrolments(int64_t course) const;
    std::optional<Enrolment> enrolment(int64_t course, int64_t user) const;
    int64_t participants(int64_t course) const;
    // Whom the grade report shows, by name: active, with a role that is graded.
    std::vector<int64_t> graded_users(int64_t course) const;
    std::vector<Group> groups(int64_t course) const;
    std::optional<Group> find_group(int64_t id) const;
    static int64_t group_of(int64_t course, int64_t user);  // 0 = none
    static const Role& role(int id);
    static const std::vector<Role>& roles();
    static bool is_student(const Enrolment& enrolment);

    // The n-th grade of a user in a course, 0 to 10000; nothing = not graded yet.
    std::optional<int64_t> grade(int64_t course, int64_t user, int item) const;
    int64_t graded_at(int64_t course, int64_t user, int item) const;
    bool completed(int64_t course, int64_t user) const;
    int64_t last_access(const Person& person, int64_t course) const;

    void add_users(int64_t count) { added_users_ += count; }
    void rename_user(int64_t id, const std::string& lastname);
    void delete_user(int64_t id);
    void bump_grade(int64_t course, int64_t user);
    void bump_course(int64_t course);
    void restore_user(int64_t id);
    void touch_user(int64_t id);  // a later last access, which moves nothing else
    void delete_course(int64_t id);
    void restore_course(int64_t id);
    void end_course(int64_t course, int64_t at);
    void enrol(int64_t course, int64_t user, int role);  // anew, or with this role alone
    void unenrol(int64_t course, int64_t user);
    void suspend(int64_t course, int64_t user);   // or, the second time, no longer
    void complete(int64_t course, int64_t user);  // or, the second time, no longer
    void bump_item(int64_t item);
    void delete_item(int64_t item);
    void submit(int64_t assignment, int64_t user);  // anew, at a later time
    void reply(int64_t discussion);
    void forget_changes();

    int64_t item_bumps(int64_t item) const;
    bool item_is_deleted(int64_t item) const;
    int64_t grade_bumps(int64_t course, int64_t user) const;
    int64_t times_submitted(int64_t assignment, int64_t user) const;
    int64_t replies(int64_t discussion) const;

    // As they are now; what was read before stays readable.
    const Options& options() const { return *current_; }
    void change_options(Options options);
    void forget_options();  // those of the beginning again

    // By chance and always the same.
    uint64_t hash(uint64_t kind, uint64_t a, uint64_t b = 0) const;

  private:
    Person plain_person(int64_t id) const;
    Course plain_course(int64_t id) const;
    Course front_page() const;
    // The k-th participant; nothing when that person is deleted.
    std::optional<Enrolment> participant(int64_t course, int64_t k) const;
    int64_t people() const { return options_.users - 2; }
    int64_t first_participant(int64_t course) const;
    void apply_places(int64_t course, std::vector<Enrolment>& found) const;

    // What became of somebody's place in a course.
    struct Place {
        std::optional<int> role;
        bool gone = false, suspended = false;
    };
    using CourseAndUser = std::pair<int64_t, int64_t>;

    const Options options_;
    std::atomic<const Options*> current_;
    std::deque<Options> changed_options_;
    std::shared_ptr<const Story> story_;
    std::vector<Category> categories_;
    Text huge_;

    mutable std::shared_mutex mutex_;
    std::atomic<bool> changed_ = false;
    std::atomic<int64_t> added_users_ = 0;
    std::deque<std::string> kept_;  // what renamed_ points to: readers may still use it
    std::map<int64_t, Text> renamed_;
    std::set<int64_t> deleted_;
    std::map<CourseAndUser, int64_t> bumped_, submitted_;
    std::map<int64_t, int64_t> bumped_courses_, touched_, ends_, bumped_items_, replies_;
    std::set<int64_t> deleted_courses_, deleted_items_;
    std::map<CourseAndUser, Place> places_;
    std::set<CourseAndUser> flipped_;  // whose completion is not what was computed
};

}  // namespace sim
