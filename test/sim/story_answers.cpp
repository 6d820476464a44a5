// What a site with a story answers of its courses.
#include <algorithm>

#include "story.h"

namespace sim {

namespace {

Module::Kind kind_of(int number) {
    if (number == 0) return Module::Kind::News;
    if (number < kFirstQuiz) return Module::Kind::Assign;
    if (number <= kWorks) return Module::Kind::Quiz;
    if (number == kForum) return Module::Kind::Forum;
    if (number < kFirstLecture) return Module::Kind::File;
    return number < kFirstLink ? Module::Kind::Page : Module::Kind::Url;
}

std::string name_of(int number) {
    switch (kind_of(number)) {
        case Module::Kind::News:
            return "Announcements";
        case Module::Kind::Assign:
            return std::string(assignment(number));
        case Module::Kind::Quiz:
            return std::string(quiz(number - kFirstQuiz + 1));
        case Module::Kind::Forum:
            return "Questions and answers";
        case Module::Kind::File:
            return std::string(reading(number - kFirstReading + 1));
        case Module::Kind::Page:
            return std::string(lecture(number - kFirstLecture + 1));
        default:
            return std::string(link(number - kFirstLink + 1));
    }
}

}  // namespace

std::vector<Module> Story::modules(int64_t course) const {
    const Class* one = find_class(course);
    std::vector<Module> found;
    for (int number = 0; one != nullptr && number <= kLastModule; number++) {
        const int64_t id = module_id(course, number);
        Module module{kind_of(number),
                      id,
                      id,
                      course,
                      number <= kWorks ? number : 0,
                      section_of(number),
                      one->course.timemodified,
                      name_of(number)};
        if (number >= 1 && number <= kWorks) module.due = due_of(one->course, number);
        found.push_back(std::move(module));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Module& a, const Module& b) { return a.section < b.section; });
    return found;
}

std::optional<int64_t> Story::grade(int64_t course, int64_t user, int item) const {
    const Taker* one = taker(course, user);
    if (one == nullptr) return std::nullopt;
    int64_t sum = 0, count = 0;
    for (const Work& work : one->works) {
        if (work.graded == 0 || (item != 0 && work.number != item)) continue;
        sum += work.value;
        count++;
    }
    return count == 0 ? std::nullopt : std::optional(sum / count);
}

int64_t Story::graded_at(int64_t course, int64_t user, int item) const {
    const Taker* one = taker(course, user);
    int64_t at = 0;
    for (size_t i = 0; one != nullptr && i < one->works.size(); i++) {
        const Work& work = one->works[i];
        if (item == 0 || work.number == item) at = std::max(at, work.graded);
    }
    return at;
}

std::vector<Attempt> Story::attempts(const Module& quiz, int64_t user) const {
    const Taker* one = taker(quiz.course, user);
    const Work* work = one == nullptr ? nullptr : one->work(quiz.number);
    std::vector<Attempt> found;
    for (int number = 1; work != nullptr && number <= work->tries; number++) {
        const bool last = number == work->tries;
        const int64_t earlier = last ? 0 : kDay;
        found.push_back({record_of(quiz.instance, user) * 10 + number, user, work->begun - earlier,
                         work->handed_in - earlier, number,
                         work->graded == 0 ? std::nullopt
                         : last            ? std::optional(work->value)
                                           : std::max<int64_t>(0, work->value - 1500)});
    }
    return found;
}

Progress Story::progress(const Module& module, int64_t user) const {
    const Taker* one = taker(module.course, user);
    const auto number = static_cast<size_t>(module.instance % 100);
    if (one == nullptr || !one->is_student() || one->done[number] == 0) return {};
    const Work* work = one->work(static_cast<int>(number));
    const bool quiz = work != nullptr && work->is_quiz();
    return {!quiz ? 1 : work->value >= kPass ? 2 : 3, one->done[number]};
}

}  // namespace sim
