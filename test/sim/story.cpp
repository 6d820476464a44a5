#include "story.h"

#include <algorithm>
#include <ctime>
#include <map>

namespace sim {

namespace {

constexpr int64_t kLead = 13 * kWeek;             // how long the second term is under way
constexpr int64_t kApart = (kWeeks + 6) * kWeek;  // from one term's start to the other's
constexpr int kTaken = 3;                         // courses of a learner in a term

Text as_text(std::string_view plain) {
    return {plain, plain};
}

// Monday.
int64_t week_start(int64_t time) {
    return time - (time / kDay + 3) % 7 * kDay - time % kDay;
}

int year_of(int64_t time) {
    const std::time_t when = time;
    std::tm parts{};
    gmtime_r(&when, &parts);
    return parts.tm_year + 1900;
}

std::string term_name(int64_t first, int64_t second, bool is_second) {
    const bool same = year_of(first) == year_of(second);
    return std::to_string(year_of(is_second ? second : first)) + (same == is_second ? "-2" : "-1");
}

constexpr int64_t section_of_module(int number) {
    constexpr int kSections[] = {0, 4, 8,  13, 16, 3, 7, 11, 15, 0,  1,  2, 4, 5, 6,
                                 8, 9, 10, 12, 13, 1, 3, 5,  9,  11, 14, 2, 6, 13};
    return kSections[number];
}

// Names escaped for JSON live as long as the program.
const Text& kept(std::string_view name) {
    static const auto* const made = [] {
        auto* all = new std::map<std::string_view, std::pair<std::string, Text>>;
        const auto add = [&](std::string_view text) {
            auto& [json, entry] = (*all)[text];
            json = escape_json(text);
            entry = {text, json};
        };
        for (uint64_t i = 0; i < 100; i++) {
            add(given_name(i).text);
            add(family_name(i).text);
            add(home(i).city);
        }
        return all;
    }();
    return made->at(name).second;
}

}  // namespace

int64_t module_id(int64_t course, int number) {
    return course * 100 + number;
}

int64_t section_of(int number) {
    return section_of_module(number);
}

int64_t due_of(const Course& course, int number) {
    return course.startdate + section_of(number) * kWeek - 3 * 3600;
}

const Work* Taker::work(int number) const {
    for (const Work& one : works) {
        if (one.number == number) return &one;
    }
    return nullptr;
}

const Taker* Class::taker(int64_t user) const {
    const auto at =
        std::lower_bound(takers.begin(), takers.end(), user,
                         [](const Taker& one, int64_t wanted) { return one.user < wanted; });
    return at != takers.end() && at->user == user ? &*at : nullptr;
}

uint64_t Story::hash(uint64_t kind, int64_t a, int64_t b) const {
    return Chance(seed_ * 0x9e3779b97f4a7c15u ^ kind << 56 ^
                  static_cast<uint64_t>(a) * 0xbf58476d1ce4e5b9u ^
                  static_cast<uint64_t>(b) * 0x94d049bb133111ebu)
        .next();
}

Story::Story(const Options& options)
    : plan_(*find_plan(options.story)),
      seed_(options.seed + static_cast<uint64_t>(&plan_ - plans().data())),
      users_(options.users),
      now_(options.today) {
    for (size_t d = 0; d < plan_.directorates.size(); d++) {
        for (const Unit& unit : plan_.directorates[d].units) units_.emplace_back(d, &unit);
    }
    teachers_ = std::max<int64_t>(static_cast<int64_t>(units_.size()), users_ / 25);
    first_seen_.resize(static_cast<size_t>(users_) + 1);
    last_seen_.resize(static_cast<size_t>(users_) + 1);
    make_categories();
    make_courses(options);
    for (int64_t id = 3 + teachers_; id <= users_; id++) {
        if (!is_deleted_from_the_start(id)) enrol(student(id));
    }
    for (Class& one : classes_) {
        std::sort(one.takers.begin(), one.takers.end(),
                  [](const Taker& a, const Taker& b) { return a.user < b.user; });
        tell(one, now_, seed_);
        note_visits(one);
    }
}

void Story::make_categories() {
    int64_t id = 0;
    const auto add = [&](int64_t parent, const char* name, const std::string& code) {
        const std::string path =
            parent == 0 ? "" : categories_[static_cast<size_t>(parent) - 1].path;
        id++;
        categories_.push_back({id, parent, name, code, "", path + "/" + std::to_string(id),
                               parent == 0 ? 1 : 2, true});
        return id;
    };
    for (const Directorate& directorate : plan_.directorates) {
        const int64_t above = add(0, directorate.name, directorate.code);
        for (const Unit& unit : directorate.units) {
            add(above, unit.name, std::string(directorate.code) + "-" + unit.code);
        }
    }
}

// Directorates and their units are numbered as they stand in the tree.
int64_t Story::unit_category(size_t unit) const {
    return static_cast<int64_t>(unit + units_[unit].first) + 2;
}

void Story::make_courses(const Options& options) {
    const int64_t second = week_start(now_ - kLead), first = second - kApart;
    subjects_ = static_cast<size_t>(options.courses + 1) / 2;
    for (int64_t id = 2; id <= options.courses + 1; id++) {
        const bool is_second = static_cast<size_t>(id - 2) >= subjects_;
        const size_t subject = static_cast<size_t>(id - 2) % subjects_;
        const size_t unit = subject % units_.size(), number = subject / units_.size();
        const Unit& taught = *units_[unit].second;
        Class one{};
        Course& course = one.course;
        course.id = id;
        course.category = unit_category(unit);
        course.startdate = is_second ? second : first;
        course.enddate = course.startdate + kWeeks * kWeek;
        course.timecreated = course.startdate - 30 * kDay;
        course.timemodified = course.startdate - 7 * kDay;
        const std::string term = term_name(first, second, is_second);
        course.shortname =
            std::string(taught.code) + "-" + std::to_string(101 + number) + "-" + term;
        course.fullname = taught.subjects[number % taught.subjects.size()];
        const size_t round = number / taught.subjects.size();
        if (round > 0) course.fullname += " " + std::to_string(round + 1);
        course.fullname += " (" + term + ")";
        course.idnumber = course.shortname;
        course.summary = "<p>" + course.fullname + ", " + taught.name + "</p>";
        course.format = "topics";
        course.visible = true;
        course.completion_enabled = course.has_criteria = true;
        Chance chance(hash(21, static_cast<int64_t>(subject)));
        one.difficulty = chance.between(-0.08, 0.1);
        make_teachers(one, unit);
        classes_.push_back(std::move(one));
    }
}

void Story::make_teachers(Class& one, size_t unit) const {
    const auto units = static_cast<int64_t>(units_.size());
    const int64_t of_unit = std::max<int64_t>(1, teachers_ / units);
    const auto turn =
        static_cast<int64_t>(hash(22, one.course.id) % static_cast<uint64_t>(of_unit));
    const auto nth = [&](int64_t n) {
        return 3 + static_cast<int64_t>(unit) + units * (n % of_unit);
    };
    const auto add = [&](int64_t user, int role) {
        if (is_deleted_from_the_start(user)) return int64_t{0};
        Taker taker{user, role, Habit::KeepsUp, 1};
        taker.enrolled = one.course.timecreated + kDay;
        one.takers.push_back(taker);
        return user;
    };
    one.teacher = add(nth(turn), 3);
    if (of_unit > 1) one.tutor = add(nth(turn + 1), 4);
}

Story::Student Story::student(int64_t user) const {
    Chance chance(hash(23, user));
    Student found{user, chance.next() % units_.size(), Habit::NeverComes, 0.5, true, true};
    const double who = chance.part();
    if (who < 0.34) {
        found.habit = Habit::Thrives;
        found.talent = chance.between(0.75, 1.0);
    } else if (who < 0.70) {
        found.habit = Habit::KeepsUp;
        found.talent = chance.between(0.5, 0.85);
    } else if (who < 0.85) {
        found.habit = Habit::Drifts;
        found.talent = chance.between(0.4, 0.75);
    } else if (who < 0.95) {
        found.habit = Habit::DropsOut;
        found.talent = chance.between(0.3, 0.7);
    }
    // Some are new, some are through; of those who dropped out few come back.
    const double when = chance.part();
    found.first_term = when >= 0.12;
    found.second_term = when < (found.habit == Habit::DropsOut ? 0.45 : 0.9);
    return found;
}

void Story::enrol(const Student& student) {
    Chance chance(hash(24, student.user));
    // What the own unit teaches first, then the directorate's.
    std::vector<size_t> offered;
    for (size_t subject = 0; subject < subjects_; subject++) offered.push_back(subject);
    const auto distance = [&](size_t subject) {
        const size_t unit = subject % units_.size();
        return unit == student.unit ? 0 : units_[unit].first == units_[student.unit].first ? 1 : 2;
    };
    std::stable_sort(offered.begin(), offered.end(),
                     [&](size_t a, size_t b) { return distance(a) < distance(b); });
    const size_t wanted = kTaken + (chance.happens(0.2) ? 1 : 0);
    for (size_t i = 0; i < std::min(wanted, offered.size()); i++) {
        if (student.first_term) enrol_in(classes_[offered[i]], student, chance);
        const size_t later = subjects_ + offered[i];
        if (student.second_term && later < classes_.size()) {
            enrol_in(classes_[later], student, chance);
        }
    }
}

void Story::enrol_in(Class& one, const Student& student, Chance& chance) const {
    Taker taker{student.user, 5, student.habit, student.talent};
    // Everybody has a course that goes otherwise.
    if (chance.happens(0.15)) {
        taker.habit = taker.habit == Habit::Thrives   ? Habit::KeepsUp
                      : taker.habit == Habit::KeepsUp ? Habit::Drifts
                                                      : Habit::KeepsUp;
    }
    const bool late = chance.happens(0.05);
    taker.enrolled = one.course.startdate -
                     kDay * (late ? -chance.between(int64_t{2}, int64_t{12})
                                  : chance.between(int64_t{1}, int64_t{10})) +
                     chance.between(int64_t{8}, int64_t{17}) * 3600;
    taker.by_self = chance.happens(0.2);
    const bool over = one.course.startdate + 12 * kWeek < now_;
    taker.suspended = over && taker.habit == Habit::DropsOut && chance.happens(0.3);
    if (taker.enrolled < now_) one.takers.push_back(taker);
}

void Story::note_visits(const Class& one) {
    for (const Taker& taker : one.takers) {
        if (taker.first == 0) continue;
        const auto user = static_cast<size_t>(taker.user);
        int64_t &first = first_seen_[user], &last = last_seen_[user];
        first = first == 0 ? taker.first : std::min(first, taker.first);
        last = std::max(last, taker.last);
    }
}

Person Story::person(int64_t id) const {
    const uint64_t h = hash(25, id);
    Person person{};
    person.id = id;
    const bool known = id > 2;
    const Name &given = given_name(h), &family = family_name(h >> 16);
    person.firstname = id == 1   ? as_text("Guest user")
                       : id == 2 ? as_text("Admin")
                                 : kept(given.text);
    person.lastname = id == 1 ? as_text(" ") : id == 2 ? as_text("User") : kept(family.text);
    if (known) {
        Short name(given.plain);
        name.append(".");
        name.append(family.plain);
        person.username = Short(name, id, 1, "");
        person.idnumber = Short(id < 3 + teachers_ ? "T" : "S", id, 6, "");
    } else {
        person.username = Short(id == 1 ? "guest" : "admin");
    }
    person.email = person.username;
    person.email.append("@");
    person.email.append(plan_.name);
    person.email.append(".example.edu");
    if (id > 2 && id < 3 + teachers_) person.department = as_text("Teaching");
    person.institution = as_text(plan_.title);
    const Place& place = home(h >> 32);
    person.city = kept(place.city);
    person.country = place.country;
    person.auth = "manual";
    person.timezone = "99";
    const auto index = static_cast<size_t>(id);
    if (known && index < first_seen_.size()) {
        person.firstaccess = first_seen_[index];
        person.lastaccess = last_seen_[index];
    } else if (id == 2) {
        person.firstaccess = now_ - 400 * kDay;
        person.lastaccess = now_ - 3600;
    }
    person.last_in_courses = person.lastaccess;
    person.suspended = known && person.lastaccess < now_ - 60 * kDay && h % 11 == 0;
    person.confirmed = true;
    return person;
}

const Class* Story::find_class(int64_t course) const {
    const auto index = static_cast<size_t>(course - 2);
    return course >= 2 && index < classes_.size() ? &classes_[index] : nullptr;
}

const Taker* Story::taker(int64_t course, int64_t user) const {
    const Class* one = find_class(course);
    return one == nullptr ? nullptr : one->taker(user);
}

int64_t Story::courses_in(int64_t category) const {
    return std::count_if(classes_.begin(), classes_.end(),
                         [&](const Class& one) { return one.course.category == category; });
}

std::vector<Deed> Story::deeds(int64_t course) const {
    Class again = *find_class(course);
    for (Taker& taker : again.takers) {
        taker.works.clear();
        taker.done = {};
    }
    again.discussions.clear();
    return tell(again, now_, seed_);
}

}  // namespace sim
