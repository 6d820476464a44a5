#include "site.h"

#include <algorithm>

namespace sim {

namespace {

constexpr const char* kFirstNames[] = {
    "Ana",   "Søren",  "María José", "Олег",        "伟",       "עדי",        "Mary Ann",
    "Žofie", "علي",    "Nguyễn",     "Ελένη",       "さくら",   "Zoë",        "O'Neill",
    "João",  "Ingrid", "अनन्या",      "Back\\slash", "Per%cent", "Under_score"};
constexpr const char* kLastNames[] = {
    "Silva",        "Hansen", "García Márquez", "Кузнецов",     "李",
    "כהן",          "Dvořák", "الهاشمي",        "Müller",       "Trần",
    "Παπαδοπούλου", "田中",   "O'Brien",        "d'Arcy \"X\"", "Muster\xF0\x9F\xA7\xAA",
    "van der Berg", "शर्मा",   "Ångström",       "100%",         "a_b"};
constexpr const char* kDepartments[] = {"", "Science", "Arts", "Law & Order", "Medicine"};
constexpr const char* kCities[] = {"Perth", "Łódź", "São Paulo", "", "Zürich"};
constexpr const char* kCountries[] = {"AU", "PL", "BR", "", "CH"};
constexpr int64_t kEpoch = 1'760'000'000;

template <size_t N>
const char* pick(const char* const (&texts)[N], uint64_t number) {
    return texts[number % N];
}

std::string padded(int64_t number, size_t width) {
    std::string text = std::to_string(number);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

}  // namespace

uint64_t Site::hash(uint64_t kind, uint64_t a, uint64_t b) const {
    uint64_t x = options_.seed * 0x9e3779b97f4a7c15u ^ kind << 56 ^ a * 0xbf58476d1ce4e5b9u ^
                 b * 0x94d049bb133111ebu;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

int64_t Site::last_user() const {
    const std::lock_guard lock(mutex_);
    return options_.users + added_users_;
}

Person Site::person(int64_t id) const {
    const uint64_t h = hash(1, static_cast<uint64_t>(id));
    Person person{};
    person.id = id;
    person.username = id == 1 ? "guest" : id == 2 ? "admin" : "user" + padded(id, 6);
    person.firstname = id == 1 ? "Guest user" : id == 2 ? "Admin" : pick(kFirstNames, h);
    person.lastname = id == 1 ? " " : id == 2 ? "User" : pick(kLastNames, h >> 8);
    if (id > 2 && id % 193 == 7) person.lastname.clear();
    person.email = (id % 11 == 3 ? "User" : "user") + padded(id, 6) + "@example.edu";
    if (id > 2 && id % 97 == 13) person.email.clear();
    if (id > 2 && id % 3 != 0) person.idnumber = "ID-" + padded(id, 5);
    person.department = pick(kDepartments, h >> 16);
    if (h & 1u << 20) person.institution = "Example University";
    person.city = pick(kCities, h >> 24);
    person.country = pick(kCountries, h >> 24);
    person.auth = id % 41 == 4 ? "nologin" : "manual";
    person.firstaccess = id % 4 == 0 ? 0 : kEpoch + static_cast<int64_t>(h % 10'000'000);
    person.lastaccess = person.firstaccess == 0 ? 0 : person.firstaccess + 86'400;
    if (id % 5 == 2) person.description = "<p>About \"me\" \xE2\x80\x93 \xF0\x9F\x98\x80</p>";
    if (id % 10'000 == 17) person.description = std::string(100'000, 'x');
    person.suspended = id > 2 && id % 37 == 5;
    person.confirmed = id % 51 != 6;
    person.deleted = id > 10 && id % 101 == 50;
    const std::lock_guard lock(mutex_);
    if (!changed_) return person;
    if (const auto renamed = renamed_.find(id); renamed != renamed_.end()) {
        person.lastname = renamed->second;
    }
    person.deleted = person.deleted || deleted_.contains(id);
    return person;
}

std::optional<Person> Site::find_person(int64_t id) const {
    if (id < 1 || id > last_user()) return std::nullopt;
    return person(id);
}

std::optional<Course> Site::find_course(int64_t id) const {
    if (id < 1 || id > last_course()) return std::nullopt;
    Course course{};
    course.id = id;
    if (id == 1) {
        course.shortname = "SIM";
        course.fullname = "Simulated Moodle";
        course.visible = true;
        return course;
    }
    course.category = 1 + id % 7;
    course.shortname = "C" + padded(id, 5);
    course.fullname = "Course " + std::to_string(id) + " \xE2\x80\x93 " +
                      pick(kLastNames, hash(2, static_cast<uint64_t>(id)));
    if (id == 4) course.fullname = "\"; drop table users; --";
    if (id % 5 == 0) course.fullname = "R&amp;D " + std::to_string(id);
    if (id % 3 != 1) course.idnumber = "IDC-" + padded(id, 4);
    course.summary = "<p>Summary of course " + std::to_string(id) + "</p>";
    course.visible = id % 13 != 0;
    course.completion_enabled = id % 4 != 0;
    course.has_criteria = id % 4 != 1;
    return course;
}

std::vector<Category> Site::categories() const {
    return {{1, 0, "Category 1", "", "/1", 1},
            {2, 0, "Faculty of \"Science\"", "SCI", "/2", 1},
            {3, 2, "Physics \xE2\x9A\x9B\xEF\xB8\x8F", "SCI-PHY", "/2/3", 2},
            {4, 3, "Quantum", "", "/2/3/4", 3},
            {5, 0, "كلية الآداب", "ART", "/5", 1},
            {6, 0, "Hidden category", "", "/6", 1},
            {7, 5, "Empty category", "", "/5/7", 2}};
}

std::vector<Enrolment> Site::enrolments(int64_t course) const {
    std::vector<Enrolment> found;
    if (course < 2 || course > last_course() || course % 10 == 9) return found;
    const int64_t people = options_.users - 2;
    const int64_t count = std::min(options_.per_course, people);
    const int64_t start = static_cast<int64_t>(hash(3, static_cast<uint64_t>(course)) %
                                               static_cast<uint64_t>(people));
    for (int64_t k = 0; k < count; k++) {
        Enrolment enrolment{3 + (start + k) % people, {5}, k % 9 == 8};
        if (k == 0) enrolment.roles = {3};
        if (k == 1) enrolment.roles = {5, 5};  // by cohort and by hand
        if (k == 2) enrolment.roles = {4, 5};
        if (k == 3) enrolment.roles = {};
        if (!person(enrolment.user).deleted) found.push_back(std::move(enrolment));
    }
    std::sort(found.begin(), found.end(),
              [](const Enrolment& a, const Enrolment& b) { return a.user < b.user; });
    return found;
}

std::vector<int64_t> Site::graded_users(int64_t course) const {
    std::vector<int64_t> users;
    for (const Enrolment& enrolment : enrolments(course)) {
        const bool student =
            std::find(enrolment.roles.begin(), enrolment.roles.end(), 5) != enrolment.roles.end();
        if (student && !enrolment.suspended) users.push_back(enrolment.user);
    }
    return users;
}

std::vector<Role> Site::roles() {
    return {{1, "manager", 1}, {2, "coursecreator", 2}, {3, "editingteacher", 3},
            {4, "teacher", 4}, {5, "student", 5},       {6, "guest", 6},
            {7, "user", 7},    {8, "frontpage", 8}};
}

Role Site::role(int id) {
    return roles()[static_cast<size_t>(id) - 1];
}

std::optional<int64_t> Site::grade(int64_t course, int64_t user, int item) const {
    const uint64_t h = hash(4, static_cast<uint64_t>(course) << 8 | static_cast<uint64_t>(item),
                            static_cast<uint64_t>(user));
    if (h % 5 == 0) return std::nullopt;
    int64_t value = static_cast<int64_t>(h / 5 % 10'001);
    const std::lock_guard lock(mutex_);
    if (const auto bump = bumped_.find({course, user}); bump != bumped_.end()) {
        value = (value + bump->second) % 10'001;
    }
    return value;
}

void Site::add_users(int64_t count) {
    const std::lock_guard lock(mutex_);
    added_users_ += count;
}

void Site::rename_user(int64_t id, std::string lastname) {
    const std::lock_guard lock(mutex_);
    changed_ = true;
    renamed_[id] = std::move(lastname);
}

void Site::delete_user(int64_t id) {
    const std::lock_guard lock(mutex_);
    changed_ = true;
    deleted_.insert(id);
}

void Site::bump_grade(int64_t course, int64_t user) {
    const std::lock_guard lock(mutex_);
    bumped_[{course, user}] += 1;
}

}  // namespace sim
