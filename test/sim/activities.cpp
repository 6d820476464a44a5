#include "activities.h"

#include <algorithm>

#include "grade_items.h"
#include "like.h"
#include "story.h"

namespace sim {

namespace {

// Kinds of Site::hash; the site itself uses smaller ones.
constexpr uint64_t kProgress = 16, kSubmission = 17, kAttempt = 18, kDiscussion = 19;
constexpr int64_t kPages = 50'000'000;  // above all numbers that courses give
constexpr int64_t kLately = kEpoch + 20'000'000;

int64_t some_time(uint64_t hash) {
    return kEpoch + static_cast<int64_t>(hash >> 8) % 10'000'000;
}

std::optional<Module::Kind> kind_of(const GradeItem& item) {
    switch (item.kind) {
        case GradeItem::Kind::Assign:
            return Module::Kind::Assign;
        case GradeItem::Kind::Quiz:
            return Module::Kind::Quiz;
        case GradeItem::Kind::Forum:
            return Module::Kind::Forum;
        default:
            return std::nullopt;
    }
}

std::string name_of(const GradeItem& item) {
    std::string name = strip_tags(item.name());
    const size_t rating = name.rfind(" rating");
    if (rating != std::string::npos) name.resize(rating);
    return name;
}

}  // namespace

const char* Module::type() const {
    switch (kind) {
        case Kind::Assign:
            return "assign";
        case Kind::Quiz:
            return "quiz";
        case Kind::Page:
            return "page";
        case Kind::File:
            return "resource";
        case Kind::Url:
            return "url";
        default:
            return "forum";
    }
}

bool hides_forum(const Site& site, int64_t course) {
    return course % 2 == 1 && !site.story();
}

bool Module::hidden(const Site& site) const {
    return kind == Kind::Forum && number != 0 && hides_forum(site, course);
}

std::vector<Module> modules(const Site& site, int64_t course) {
    if (course == 1 || !site.find_course(course)) return {};
    if (site.story()) return site.story()->modules(course);
    const int64_t base = course * 100, made = kEpoch + course;
    std::vector<Module> found = {
        {Module::Kind::News, base, base, course, 0, 0, made, "Announcements"},
        {Module::Kind::Page, kPages + course, kPages + course, course, 0, 0, made, "Page 1"}};
    for (const GradeItem& item : grade_items(site, course)) {
        const auto kind = kind_of(item);
        if (!kind) continue;
        const int64_t id = base + item.number;
        found.push_back({*kind, id, id, course, item.number, 1 + item.number % 4,
                         item.bumps > 0 ? kLately + item.bumps : made, name_of(item),
                         *kind == Module::Kind::Assign ? kEpoch + 15'552'000 : 0});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Module& a, const Module& b) { return a.section < b.section; });
    return found;
}

std::optional<Module> find_module(const Site& site, Module::Kind kind, int64_t instance) {
    const bool page = kind == Module::Kind::Page && !site.story();
    for (Module& module : modules(site, page ? instance - kPages : instance / 100)) {
        if (module.instance == instance && module.kind == kind) return std::move(module);
    }
    return std::nullopt;
}

Progress progress_of(const Site& site, const Module& module, int64_t user) {
    if (site.story()) return site.story()->progress(module, user);
    const auto enrolment = site.enrolment(module.course, user);
    if (!module.tracked() || !enrolment || !Site::is_student(*enrolment)) return {};
    const uint64_t hash =
        site.hash(kProgress, static_cast<uint64_t>(module.id), static_cast<uint64_t>(user));
    if (hash % 3 == 0) return {};
    const int state = module.kind == Module::Kind::Quiz ? 2 + static_cast<int>(hash / 3 % 2) : 1;
    return {state, some_time(hash)};
}

namespace {

std::vector<Submission> told_submissions(const Site& site, const Module& assignment) {
    std::vector<Submission> found;
    for (const Taker& taker : site.story()->find_class(assignment.course)->takers) {
        const Work* work = taker.work(assignment.number);
        if (work == nullptr || !site.enrolment(assignment.course, taker.user)) continue;
        Submission one{record_of(assignment.instance, taker.user),
                       taker.user,
                       work->handed_in,
                       false,
                       {},
                       work->graded};
        if (work->graded != 0) {
            one.grade = site.grade(assignment.course, taker.user, assignment.number);
        }
        found.push_back(one);
    }
    return found;
}

}  // namespace

std::vector<Submission> submissions(const Site& site, const Module& assignment) {
    if (site.story()) return told_submissions(site, assignment);
    std::vector<Submission> found;
    for (const Enrolment& one : site.enrolments(assignment.course)) {
        if (!Site::is_student(one)) continue;
        const int64_t again = site.times_submitted(assignment.instance, one.user);
        const uint64_t hash = site.hash(kSubmission, static_cast<uint64_t>(assignment.instance),
                                        static_cast<uint64_t>(one.user));
        if (hash % 4 == 0 && again == 0) continue;
        const int64_t bumps = site.grade_bumps(assignment.course, one.user);
        const int64_t modified = again > 0 ? kLately + again : some_time(hash);
        found.push_back({assignment.instance * 10'000'000 + one.user, one.user, modified,
                         hash % 7 == 1 && again == 0,
                         site.grade(assignment.course, one.user, assignment.number),
                         bumps > 0 ? kLately + bumps : some_time(hash) + 86'400});
    }
    return found;
}

std::vector<Attempt> attempts(const Site& site, const Module& quiz, int64_t user) {
    const auto enrolment = site.enrolment(quiz.course, user);
    if (!enrolment || !Site::is_student(*enrolment)) return {};
    if (site.story()) return site.story()->attempts(quiz, user);
    const uint64_t hash =
        site.hash(kAttempt, static_cast<uint64_t>(quiz.instance), static_cast<uint64_t>(user));
    std::vector<Attempt> found;
    const int count = static_cast<int>(hash % 3);
    for (int number = 1; number <= count; number++) {
        const int64_t start = some_time(hash) + number * 86'400;
        const bool open = number == count && hash % 5 == 0;
        found.push_back({(quiz.instance * 10'000'000 + user) * 10 + number, user, start,
                         open ? 0 : start + 600, number});
    }
    return found;
}

std::vector<Discussion> discussions(const Site& site, const Module& forum) {
    if (site.story()) {
        if (forum.kind != Module::Kind::Forum) return {};
        return site.story()->find_class(forum.course)->discussions;
    }
    const std::vector<Enrolment> people = site.enrolments(forum.course);
    if (forum.kind != Module::Kind::Forum || people.empty()) return {};
    const auto count = std::min<int64_t>(60, 1 + static_cast<int64_t>(people.size()) / 4);
    std::vector<Discussion> found;
    for (int64_t d = 1; d <= count; d++) {
        Discussion discussion{forum.instance * 100 + d, forum.instance, forum.course, {}};
        const uint64_t hash = site.hash(kDiscussion, static_cast<uint64_t>(discussion.id));
        const int64_t computed = 1 + static_cast<int64_t>(hash % 5);
        const int64_t posts = computed + std::min<int64_t>(4, site.replies(discussion.id));
        for (int64_t p = 0; p < posts; p++) {
            const int64_t id = discussion.id * 10 + p;
            const Enrolment& author = people[(hash / 5 + static_cast<uint64_t>(p)) % people.size()];
            discussion.posts.push_back({id, p == 0 ? 0 : discussion.id * 10, author.user,
                                        p < computed ? some_time(hash) + p * 3600 : kLately + p});
        }
        found.push_back(std::move(discussion));
    }
    return found;
}

std::optional<Discussion> find_discussion(const Site& site, int64_t id) {
    const auto forum = find_module(site, Module::Kind::Forum, id / 100);
    if (!forum) return std::nullopt;
    for (Discussion& discussion : discussions(site, *forum)) {
        if (discussion.id == id) return std::move(discussion);
    }
    return std::nullopt;
}

int64_t teacher_of(const Site& site, int64_t course) {
    for (const Enrolment& one : site.enrolments(course)) {
        if (!one.roles.empty() && one.roles.front() == 3) return one.user;
    }
    return 0;
}

}  // namespace sim
