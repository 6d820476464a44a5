// A site with a story: two terms of courses in directorates and units, teachers, and learners who
// thrive, keep up, drift away, drop out or never come. Grades, completions, visits and the event
// log follow from who somebody is, so that what the web services say of a site and what stands in
// its database is one. The same seed, sizes and day are the same site.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "activities.h"
#include "chance.h"
#include "story_plan.h"

namespace sim {

constexpr int64_t kDay = 86'400, kWeek = 7 * kDay;
constexpr int kWeeks = 16;  // of a term
// Modules by their number within a course; 0 are the announcements.
constexpr int kAssignments = 4, kFirstQuiz = 5, kWorks = 8, kForum = 9, kFirstReading = 10,
              kFirstLecture = 20, kFirstLink = 26, kLastModule = 28;
constexpr int64_t kPass = 5000;  // hundredths of a hundred

enum class Habit : uint8_t { Thrives, KeepsUp, Drifts, DropsOut, NeverComes };

// What a learner handed in. Grades are hundredths of 100.
struct Work {
    int number;  // of the module and of its grade item
    int64_t begun = 0, handed_in = 0, graded = 0, value = 0;
    int tries = 1;
    int64_t grader = 0;                          // of a test nobody
    int64_t first_value = -1, first_graded = 0;  // before somebody changed the grade

    bool is_quiz() const { return number >= kFirstQuiz; }
};

// Somebody's place in a course.
struct Taker {
    int64_t user;
    int role;
    Habit habit;
    double talent;
    bool by_self = false, suspended = false;
    int64_t enrolled = 0, first = 0, last = 0;  // 0 = was never there
    std::vector<Work> works = {};
    std::array<int64_t, kLastModule + 1> done = {};  // modules, and when; 0 = not
    std::array<int64_t, 3> criteria = {};            // the same
    int64_t completed = 0;

    const Work* work(int number) const;
    bool is_student() const { return role == 5; }
};

struct Deed {
    enum class What : uint8_t {
        Enrol,
        LogIn,
        SeeCourse,
        SeeModule,
        SeeDiscussion,
        HandIn,
        Begin,
        Finish,
        Discuss,
        Reply,
        Grade,
        CompleteModule,
        CompleteCourse
    };
    int64_t at, user, course;
    What what;
    int number = 0;                 // of the module
    int64_t object = 0, about = 0;  // the record, and the person it concerns
};

// A course as it went.
struct Class {
    Course course;
    int64_t teacher = 0, tutor = 0;
    double difficulty = 0;
    std::vector<Taker> takers = {};  // by user
    std::vector<Discussion> discussions = {};

    const Taker* taker(int64_t user) const;
};

class Story {
  public:
    explicit Story(const Options& options);

    const char* title() const { return plan_.title; }
    int64_t now() const { return now_; }
    const std::vector<Category>& categories() const { return categories_; }
    Person person(int64_t id) const;
    const Class* find_class(int64_t course) const;
    const Taker* taker(int64_t course, int64_t user) const;
    int64_t courses_in(int64_t category) const;

    std::vector<Module> modules(int64_t course) const;
    // 0 = the course total; nothing = not graded yet.
    std::optional<int64_t> grade(int64_t course, int64_t user, int item) const;
    int64_t graded_at(int64_t course, int64_t user, int item) const;
    std::vector<Attempt> attempts(const Module& quiz, int64_t user) const;
    Progress progress(const Module& module, int64_t user) const;
    // In the order in which they were done.
    std::vector<Deed> deeds(int64_t course) const;

  private:
    struct Student {
        int64_t user;
        size_t unit;
        Habit habit;
        double talent;
        bool first_term, second_term;
    };

    void make_categories();
    void make_courses(const Options& options);
    void make_teachers(Class& one, size_t unit) const;
    Student student(int64_t user) const;
    void enrol(const Student& student);
    void enrol_in(Class& one, const Student& student, Chance& chance) const;
    int64_t unit_category(size_t unit) const;
    void note_visits(const Class& one);
    uint64_t hash(uint64_t kind, int64_t a, int64_t b = 0) const;

    const Plan& plan_;
    const uint64_t seed_;
    const int64_t users_, now_;
    int64_t teachers_ = 0;
    std::vector<std::pair<size_t, const Unit*>> units_;  // with their directorate
    std::vector<Category> categories_;
    std::vector<Class> classes_;  // by course, from 2 on: the first term's, then the second's
    size_t subjects_ = 0;
    std::vector<int64_t> first_seen_, last_seen_;  // by user; 0 = never
};

// Tells how a course went up to `now`: fills in what became of its takers and the discussions.
std::vector<Deed> tell(Class& one, int64_t now, uint64_t seed);

// The ids of records that are somebody's.
inline int64_t record_of(int64_t thing, int64_t user) {
    return thing * 10'000'000 + user;
}
int64_t module_id(int64_t course, int number);
// The start of the week in which a section is taught, and the end.
int64_t section_of(int number);
int64_t due_of(const Course& course, int number);

}  // namespace sim
