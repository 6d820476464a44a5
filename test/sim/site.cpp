#include "site.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <tuple>

#include "names.h"
#include "story.h"

namespace sim {

namespace {

constexpr Text kNothing = {"", ""};

// A text that is its own JSON.
constexpr Text plain(std::string_view text) {
    return {text, text};
}

constexpr int64_t kGradedAt = 1'795'187'433;
constexpr std::string_view kDeletedAt = "@example.edu.1795187402";

}  // namespace

Short::Short(std::string_view before, int64_t number, int width, std::string_view after) {
    append(before);
    char digits[24];
    const char* end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    const auto count = static_cast<int>(end - digits);
    for (int i = count; i < width; i++) append("0");
    append({digits, static_cast<size_t>(count)});
    append(after);
}

void Short::append(std::string_view text) {
    const size_t count = std::min(text.size(), sizeof text_ - size_);
    std::memcpy(text_ + size_, text.data(), count);
    size_ = static_cast<unsigned char>(size_ + count);
}

std::string Person::fullname_json() const {
    std::string name;
    name.reserve(firstname.json.size() + lastname.json.size() + 1);
    name += firstname.json;
    name += ' ';
    name += lastname.json;
    return name;
}

Site::Site(const Options& options) : options_(options), current_(&options_) {
    if (!options.story.empty()) {
        story_ = std::make_shared<const Story>(options);
        categories_ = story_->categories();
        return;
    }
    categories_ = {
        {1, 0, "Category 1", "", "", "/1", 1, true},
        {2, 0, "Faculty of \"Science\"", "SCI", "<p>Science &amp; tech</p>", "/2", 1, true},
        {3, 2, "Physics \xE2\x9A\x9B\xEF\xB8\x8F", "SCI-PHY", "", "/2/3", 2, true},
        {4, 3, "Quantum", "", "", "/2/3/4", 3, true},
        {5, 0, "كلية الآداب", "ART", "", "/5", 1, true},
        {6, 0, "Hidden category", "", "", "/6", 1, false},
        {7, 5, "Empty category", "", "", "/5/7", 2, true}};
    kept_.emplace_back(100'000, 'x');
    huge_ = plain(kept_.back());
}

uint64_t Site::hash(uint64_t kind, uint64_t a, uint64_t b) const {
    uint64_t x = options_.seed * 0x9e3779b97f4a7c15u ^ kind << 56 ^ a * 0xbf58476d1ce4e5b9u ^
                 b * 0x94d049bb133111ebu;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

bool Site::is_deleted(int64_t id) const {
    if (is_deleted_from_the_start(id)) return true;
    if (!changed_) return false;
    const std::shared_lock lock(mutex_);
    return deleted_.contains(id);
}

Person Site::plain_person(int64_t id) const {
    const uint64_t h = hash(1, static_cast<uint64_t>(id));
    Person person{};
    person.id = id;
    person.username = id == 1   ? Short("guest")
                      : id == 2 ? Short("admin")
                                : Short("user", id, 6, "");
    person.firstname = id == 1   ? plain("Guest user")
                       : id == 2 ? plain("Admin")
                                 : first_names().pick(h);
    person.lastname = id == 1 ? plain(" ") : id == 2 ? plain("User") : last_names().pick(h >> 8);
    if (id > 2 && id % 193 == 7) person.lastname = kNothing;
    person.email = Short(id % 11 == 3 ? "User" : "user", id, 6, "@example.edu");
    if (id > 2 && id % 97 == 13) person.email.clear();
    if (id > 2 && id % 3 != 0) person.idnumber = Short("ID-", id, 5, "");
    person.department = departments().pick(h >> 16);
    person.institution = h & 1u << 20 ? plain("Example University") : kNothing;
    person.interests = id % 29 == 8 ? plain("sql, postgres") : kNothing;
    person.address = id % 23 == 9 ? Text{"1 Main St\nFlat 2", "1 Main St\\nFlat 2"} : kNothing;
    person.city = cities().pick(h >> 24);
    person.country = country(h >> 24);
    person.auth = id % 41 == 4 ? "nologin" : "manual";
    person.timezone = id % 7 == 6 ? "Europe\\/Warsaw" : "99";
    person.firstaccess = id % 4 == 0 ? 0 : kEpoch + static_cast<int64_t>(h % 10'000'000);
    person.lastaccess = person.firstaccess == 0 ? 0 : person.firstaccess + 86'400;
    person.last_in_courses = person.lastaccess;
    person.described = id % 5 == 2 || id % 5 == 4;
    person.description = id % 5 == 2 ? Text{"<p>About \"me\" \xE2\x80\x93 \xF0\x9F\x98\x80</p>",
                                            "<p>About \\\"me\\\" \\u2013 \\ud83d\\ude00<\\/p>"}
                                     : kNothing;
    if (id % 10'000 == 17) person.description = huge_;
    person.suspended = id > 2 && id % 37 == 5;
    person.confirmed = id % 51 != 6;
    return person;
}

Person Site::person(int64_t id) const {
    Person person = story_ ? story_->person(id) : plain_person(id);
    if (changed_) {
        const std::shared_lock lock(mutex_);
        const auto renamed = renamed_.find(id);
        if (renamed != renamed_.end()) person.lastname = renamed->second;
        const auto touched = touched_.find(id);
        if (touched != touched_.end()) {
            person.lastaccess = (story_ ? story_->now() : kEpoch + 20'000'000) + touched->second;
        }
    }
    person.deleted = is_deleted(id);
    if (!person.deleted) return person;
    // As Moodle leaves them: the name freed for others, the email an MD5 sum.
    person.username.append(kDeletedAt);
    person.email = Short("", id, 32, "");
    person.idnumber.clear();
    return person;
}

std::optional<Person> Site::find_person(int64_t id) const {
    if (id < 1 || id > last_user()) return std::nullopt;
    return person(id);
}

int64_t Site::candidate(std::string_view text) const {
    if (text.starts_with("guest")) return 1;
    if (text.starts_with("admin")) return 2;
    const size_t digits = text.find_first_of("0123456789");
    if (digits == std::string_view::npos) return 0;
    int64_t id = 0;
    std::from_chars(text.data() + digits, text.data() + text.size(), id);
    return id >= 1 && id <= last_user() ? id : 0;
}

std::optional<Course> Site::find_course(int64_t id) const {
    if (id < 1 || id > last_course()) return std::nullopt;
    if (id == 1) return front_page();
    Course course = story_ ? story_->find_class(id)->course : plain_course(id);
    if (!changed_) return course;
    const std::shared_lock lock(mutex_);
    if (deleted_courses_.contains(id)) return std::nullopt;
    if (const auto end = ends_.find(id); end != ends_.end()) course.enddate = end->second;
    if (const auto bump = bumped_courses_.find(id); bump != bumped_courses_.end()) {
        course.fullname += " (" + std::to_string(bump->second) + ")";
        course.timemodified += bump->second;
    }
    return course;
}

Course Site::front_page() const {
    Course course{};
    course.id = 1;
    course.format = "site";
    course.visible = true;
    course.timemodified = kEpoch + 1;
    course.shortname = story_ ? "SITE" : "SIM";
    course.fullname = story_ ? story_->title() : "Simulated Moodle";
    return course;
}

Course Site::plain_course(int64_t id) const {
    Course course{};
    course.id = id;
    course.visible = true;
    course.timemodified = kEpoch + id;
    course.category = 1 + id % 6;
    course.shortname = std::string(Short("C", id, 5, ""));
    course.fullname = "Course " + std::to_string(id) + " \xE2\x80\x93 ";
    course.fullname += last_names().pick(hash(2, static_cast<uint64_t>(id))).plain;
    if (id == 4) course.fullname = "\"; drop table users; --";
    if (id % 5 == 0) course.fullname = "R&amp;D " + std::to_string(id);
    if (id % 3 != 1) course.idnumber = std::string(Short("IDC-", id, 4, ""));
    course.summary = "<p>Summary of <b>course " + std::to_string(id) + "</b></p>";
    course.format = id % 11 == 6 ? "weeks" : "topics";
    course.visible = id % 13 != 0;
    course.completion_enabled = id % 4 != 0;
    course.has_criteria = id % 4 != 1;
    course.has_groups = id % 3 != 2;
    course.enddate = id % 3 == 0 ? kEpoch + 15'552'000 : 0;
    return course;
}

int64_t Site::sortorder(const Course& course) const {
    return course.id == 1 ? 1 : course.category * 1'000'000 + course.id;
}

int64_t Site::courses_in(int64_t category) const {
    if (story_) return story_->courses_in(category);
    // Those with 1 + id % 6 == category among 2 … last.
    if (category < 1 || category > 6) return 0;
    const int64_t last = last_course(), rest = category - 1;
    const int64_t all = (last - rest + 6) / 6 - (rest <= 1 ? 1 : 0);
    if (!changed_) return all;
    const std::shared_lock lock(mutex_);
    return all - std::count_if(deleted_courses_.begin(), deleted_courses_.end(),
                               [&](int64_t id) { return id % 6 == rest; });
}

int64_t Site::first_participant(int64_t course) const {
    return static_cast<int64_t>(hash(3, static_cast<uint64_t>(course)) %
                                static_cast<uint64_t>(people()));
}

std::optional<Enrolment> Site::participant(int64_t course, int64_t k) const {
    const int64_t user = 3 + (first_participant(course) + k) % people();
    if (is_deleted(user)) return std::nullopt;
    Enrolment enrolment{user, {5}, k % 9 == 8};
    if (k == 0) enrolment.roles = {3};
    if (k == 1) enrolment.roles = {5, 5};  // by cohort and by hand
    if (k == 2) enrolment.roles = {4, 5};
    if (k == 3) enrolment.roles = {};
    return enrolment;
}

// Every tenth course has nobody.
int64_t Site::participants(int64_t course) const {
    if (course < 2 || course > last_course() || course % 10 == 9) return 0;
    return std::min(options_.per_course, people());
}

std::vector<Enrolment> Site::enrolments(int64_t course) const {
    std::vector<Enrolment> found;
    if (course == 1) {
        for (int64_t id = 2; id <= last_user(); id++) {
            if (!is_deleted(id)) found.push_back({id, {}, false});
        }
        return found;
    }
    if (const Class* told = story_ ? story_->find_class(course) : nullptr) {
        for (const Taker& one : told->takers)
            found.push_back({one.user, {one.role}, one.suspended});
    }
    const int64_t count = story_ ? 0 : participants(course);
    found.reserve(static_cast<size_t>(count));
    for (int64_t k = 0; k < count; k++) {
        if (auto enrolment = participant(course, k)) found.push_back(std::move(*enrolment));
    }
    if (changed_) apply_places(course, found);
    std::sort(found.begin(), found.end(),
              [](const Enrolment& a, const Enrolment& b) { return a.user < b.user; });
    return found;
}

std::optional<Enrolment> Site::enrolment(int64_t course, int64_t user) const {
    if (changed_) {
        const std::vector<Enrolment> all = enrolments(course == 1 ? 0 : course);
        const auto found = std::find_if(all.begin(), all.end(),
                                        [&](const Enrolment& one) { return one.user == user; });
        return found == all.end() ? std::nullopt : std::optional(*found);
    }
    if (story_) {
        const Taker* one = story_->taker(course, user);
        if (one == nullptr) return std::nullopt;
        return Enrolment{user, {one->role}, one->suspended};
    }
    if (user < 3 || user - 3 >= people()) return std::nullopt;
    const int64_t k = (user - 3 - first_participant(course) + people()) % people();
    if (k >= participants(course)) return std::nullopt;
    return participant(course, k);
}

bool Site::is_student(const Enrolment& enrolment) {
    return std::find(enrolment.roles.begin(), enrolment.roles.end(), 5) != enrolment.roles.end();
}

std::vector<int64_t> Site::graded_users(int64_t course) const {
    std::vector<Person> graded;
    for (const Enrolment& one : enrolments(course)) {
        if (is_student(one) && !one.suspended) graded.push_back(person(one.user));
    }
    std::sort(graded.begin(), graded.end(), [](const Person& a, const Person& b) {
        return std::tie(a.lastname.plain, a.firstname.plain, a.id) <
               std::tie(b.lastname.plain, b.firstname.plain, b.id);
    });
    std::vector<int64_t> users;
    for (const Person& person : graded) users.push_back(person.id);
    return users;
}

std::vector<Group> Site::groups(int64_t course) const {
    const auto found = find_course(course);
    if (!found || !found->has_groups) return {};
    return {{course * 10 + 1, course, "Group A", "G" + std::to_string(course) + "-A"},
            {course * 10 + 2, course, "Group C \xF0\x9F\x90\x98", ""},
            {course * 10 + 3, course, "مجموعة ب", ""}};
}

std::optional<Group> Site::find_group(int64_t id) const {
    for (const Group& group : groups(id / 10)) {
        if (group.id == id) return group;
    }
    return std::nullopt;
}

int64_t Site::group_of(int64_t course, int64_t user) {
    if (course < 2 || course % 3 == 2) return 0;
    return user % 4 == 3 ? 0 : course * 10 + 1 + user % 4;
}

const std::vector<Role>& Site::roles() {
    static const std::vector<Role> all = {
        {1, "manager", 1}, {2, "coursecreator", 2}, {3, "editingteacher", 3}, {4, "teacher", 4},
        {5, "student", 5}, {6, "guest", 6},         {7, "user", 7},           {8, "frontpage", 8}};
    return all;
}

const Role& Site::role(int id) {
    return roles()[static_cast<size_t>(id) - 1];
}

std::optional<int64_t> Site::grade(int64_t course, int64_t user, int item) const {
    int64_t value = 0;
    if (story_) {
        const auto told = story_->grade(course, user, item);
        if (!told) return std::nullopt;
        value = *told;
    } else {
        const uint64_t h = hash(4, static_cast<uint64_t>(course) << 8 | static_cast<uint64_t>(item),
                                static_cast<uint64_t>(user));
        if (h % 5 == 0) return std::nullopt;
        value = static_cast<int64_t>(h / 5 % 10'001);
    }
    if (!changed_) return value;
    const std::shared_lock lock(mutex_);
    if (const auto bump = bumped_.find({course, user}); bump != bumped_.end()) {
        value = (value + bump->second) % 10'001;
    }
    return value;
}

int64_t Site::graded_at(int64_t course, int64_t user, int item) const {
    const int64_t at = story_ ? story_->graded_at(course, user, item) : 0;
    return at == 0 ? kGradedAt : at;
}

int64_t Site::last_access(const Person& person, int64_t course) const {
    if (story_ && course != 1) {
        const Taker* one = story_->taker(course, person.id);
        return one == nullptr ? 0 : one->last;
    }
    return person.last_in_courses == 0 ? 0 : person.last_in_courses - (story_ ? 0 : course);
}

bool Site::completed(int64_t course, int64_t user) const {
    bool done = hash(5, static_cast<uint64_t>(course), static_cast<uint64_t>(user)) % 3 == 0;
    if (story_) {
        const Taker* one = story_->taker(course, user);
        done = one != nullptr && one->completed != 0;
    }
    if (!changed_) return done;
    const std::shared_lock lock(mutex_);
    return done != flipped_.contains({course, user});
}

}  // namespace sim
