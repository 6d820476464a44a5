// What tests change of the site.
#include <algorithm>
#include <mutex>

#include "site.h"

namespace sim {

void Site::change_options(Options options) {
    const std::unique_lock lock(mutex_);
    current_ = &changed_options_.emplace_back(std::move(options));
}

void Site::forget_options() {
    current_ = &options_;
}

void Site::rename_user(int64_t id, const std::string& lastname) {
    const std::unique_lock lock(mutex_);
    const std::string& text = kept_.emplace_back(lastname);
    const std::string& json = kept_.emplace_back(escape_json(lastname));
    renamed_[id] = {text, json};
    changed_ = true;
}

void Site::delete_user(int64_t id) {
    const std::unique_lock lock(mutex_);
    deleted_.insert(id);
    changed_ = true;
}

void Site::bump_grade(int64_t course, int64_t user) {
    const std::unique_lock lock(mutex_);
    bumped_[{course, user}]++;
    changed_ = true;
}

void Site::bump_course(int64_t course) {
    const std::unique_lock lock(mutex_);
    bumped_courses_[course]++;
    changed_ = true;
}

void Site::restore_user(int64_t id) {
    const std::unique_lock lock(mutex_);
    deleted_.erase(id);
}

void Site::touch_user(int64_t id) {
    const std::unique_lock lock(mutex_);
    touched_[id]++;
    changed_ = true;
}

void Site::delete_course(int64_t id) {
    const std::unique_lock lock(mutex_);
    deleted_courses_.insert(id);
    changed_ = true;
}

void Site::restore_course(int64_t id) {
    const std::unique_lock lock(mutex_);
    deleted_courses_.erase(id);
}

void Site::end_course(int64_t course, int64_t at) {
    const std::unique_lock lock(mutex_);
    ends_[course] = at;
    changed_ = true;
}

void Site::enrol(int64_t course, int64_t user, int role) {
    const std::unique_lock lock(mutex_);
    Place& place = places_[{course, user}];
    place.role = role;
    place.gone = false;
    changed_ = true;
}

void Site::unenrol(int64_t course, int64_t user) {
    const std::unique_lock lock(mutex_);
    places_[{course, user}].gone = true;
    changed_ = true;
}

void Site::suspend(int64_t course, int64_t user) {
    const std::unique_lock lock(mutex_);
    Place& place = places_[{course, user}];
    place.suspended = !place.suspended;
    changed_ = true;
}

void Site::complete(int64_t course, int64_t user) {
    const std::unique_lock lock(mutex_);
    if (!flipped_.insert({course, user}).second) flipped_.erase({course, user});
    changed_ = true;
}

void Site::bump_item(int64_t item) {
    const std::unique_lock lock(mutex_);
    bumped_items_[item]++;
    changed_ = true;
}

void Site::delete_item(int64_t item) {
    const std::unique_lock lock(mutex_);
    deleted_items_.insert(item);
    changed_ = true;
}

void Site::submit(int64_t assignment, int64_t user) {
    const std::unique_lock lock(mutex_);
    submitted_[{assignment, user}]++;
    changed_ = true;
}

void Site::reply(int64_t discussion) {
    const std::unique_lock lock(mutex_);
    replies_[discussion]++;
    changed_ = true;
}

int64_t Site::grade_bumps(int64_t course, int64_t user) const {
    if (!changed_) return 0;
    const std::shared_lock lock(mutex_);
    const auto found = bumped_.find({course, user});
    return found == bumped_.end() ? 0 : found->second;
}

int64_t Site::times_submitted(int64_t assignment, int64_t user) const {
    if (!changed_) return 0;
    const std::shared_lock lock(mutex_);
    const auto found = submitted_.find({assignment, user});
    return found == submitted_.end() ? 0 : found->second;
}

int64_t Site::replies(int64_t discussion) const {
    if (!changed_) return 0;
    const std::shared_lock lock(mutex_);
    const auto found = replies_.find(discussion);
    return found == replies_.end() ? 0 : found->second;
}

int64_t Site::item_bumps(int64_t item) const {
    if (!changed_) return 0;
    const std::shared_lock lock(mutex_);
    const auto found = bumped_items_.find(item);
    return found == bumped_items_.end() ? 0 : found->second;
}

bool Site::item_is_deleted(int64_t item) const {
    if (!changed_) return false;
    const std::shared_lock lock(mutex_);
    return deleted_items_.contains(item);
}

// Whoever is in a course by computing, and who was put there or taken away since.
void Site::apply_places(int64_t course, std::vector<Enrolment>& found) const {
    const std::shared_lock lock(mutex_);
    if (deleted_courses_.contains(course)) {
        found.clear();
        return;
    }
    for (auto place = places_.lower_bound({course, 0});
         place != places_.end() && place->first.first == course; ++place) {
        const int64_t user = place->first.second;
        const auto there = std::find_if(found.begin(), found.end(),
                                        [&](const Enrolment& one) { return one.user == user; });
        if (place->second.gone) {
            if (there != found.end()) found.erase(there);
            continue;
        }
        const bool deleted = is_deleted_from_the_start(user) || deleted_.contains(user);
        if (there == found.end() && place->second.role && !deleted) {
            found.push_back({user, {*place->second.role}, place->second.suspended});
        } else if (there != found.end()) {
            if (place->second.role) there->roles = {*place->second.role};
            there->suspended = there->suspended != place->second.suspended;
        }
    }
}

void Site::forget_changes() {
    const std::unique_lock lock(mutex_);
    renamed_.clear();
    deleted_.clear();
    bumped_.clear();
    submitted_.clear();
    replies_.clear();
    bumped_courses_.clear();
    touched_.clear();
    ends_.clear();
    bumped_items_.clear();
    deleted_courses_.clear();
    deleted_items_.clear();
    places_.clear();
    flipped_.clear();
    added_users_ = 0;
    changed_ = false;
}

}  // namespace sim
