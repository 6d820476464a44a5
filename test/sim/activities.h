// What is in a course and what people did there: modules, submissions, attempts, discussions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "site.h"

namespace sim {

struct Module {
    enum class Kind { Assign, Quiz, Forum, News, Page, File, Url };
    Kind kind;
    int64_t id, instance, course;  // id: of the course module
    int number;                    // of its grade item; 0 = none
    int64_t section, timemodified;
    std::string name;
    int64_t due = 0;  // when it closes; 0 = never

    const char* type() const;  // as Moodle calls it
    bool is_forum() const { return kind == Kind::Forum || kind == Kind::News; }
    // Whether it can be completed.
    bool tracked() const { return kind != Kind::News; }
    // Whether only who may see hidden activities finds it in the course and in the grade report.
    bool hidden(const Site& site) const;
};

// Whether the graded forum of the course is hidden.
bool hides_forum(const Site& site, int64_t course);

// Those of the front page: none. In the order of their sections.
std::vector<Module> modules(const Site& site, int64_t course);
std::optional<Module> find_module(const Site& site, Module::Kind kind, int64_t instance);

struct Progress {
    int state = 0;  // 0 = not, 1 = done, 2 = passed, 3 = failed
    int64_t at = 0;
};
Progress progress_of(const Site& site, const Module& module, int64_t user);

// A submission and, by the same id, its grade.
struct Submission {
    int64_t id, user, modified;
    bool draft;
    std::optional<int64_t> grade;  // hundredths
    int64_t graded;                // when
};
std::vector<Submission> submissions(const Site& site, const Module& assignment);

struct Attempt {
    int64_t id, user, start, finish;  // 0 = not finished
    int number;
    std::optional<int64_t> grade = {};  // hundredths of 100
};
std::vector<Attempt> attempts(const Site& site, const Module& quiz, int64_t user);

struct Post {
    int64_t id, parent, user, created;  // 0 = the first
};
struct Discussion {
    int64_t id, forum, course;
    std::vector<Post> posts;  // the first one first
    std::string title = {};   // where it has one of its own
    std::string name() const {
        return title.empty() ? "Topic " + std::to_string(id % 100) + " \xE2\x9D\x93" : title;
    }
};
std::vector<Discussion> discussions(const Site& site, const Module& forum);
std::optional<Discussion> find_discussion(const Site& site, int64_t id);

// Who teaches it; 0 = nobody.
int64_t teacher_of(const Site& site, int64_t course);

}  // namespace sim
