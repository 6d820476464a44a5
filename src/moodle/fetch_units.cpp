// Units: made of a listing's rows, gathered in batches, halved when a batch is refused.
#include "moodle/fetch.h"
#include "moodle/fetch_task.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// How far a listing runs ahead of the units it feeds: little enough that a million enrolments are
// never held at once (a unit takes some hundred bytes); but a listing that pauses holds a place at
// the gate meanwhile, so the courses of most sites are read in one go.
constexpr size_t kUnitsAhead = 4096;

// The front page, which Moodle keeps as a course.
constexpr std::string_view kSiteCourse = "1";

}  // namespace

const std::string* argument_of(const Unit& unit, std::string_view name) {
    for (const Arguments* all : {&unit.shown, &unit.arguments}) {
        for (const Argument& argument : *all) {
            if (name == argument.name) return &argument.value;
        }
    }
    return nullptr;
}

void set_arguments_of(const Unit& unit, Arguments& arguments) {
    for (const Argument& argument : unit.arguments) {
        set_argument(arguments, argument.name, argument.value);
    }
    const size_t place = unit.list_name.find("[]") + 1;
    for (size_t i = 0; i < unit.list.size(); i++) {
        std::string name = unit.list_name;
        name.insert(place, std::to_string(i));
        arguments.push_back({std::move(name), unit.list[i]});
    }
}

const std::string* Fetch::shown(std::string_view name) const {
    if (const std::string* own = argument_of(*row_unit_, name)) return own;
    for (const Argument& argument : plan_.shown) {
        if (name == argument.name) return &argument.value;
    }
    return nullptr;
}

std::string unit_label(const std::string& noun, const std::vector<std::string>& values) {
    if (values.size() == 1) return noun + " " + values.front();
    return std::to_string(values.size()) + " " + noun + "s";
}

void Fetch::pull_units() {
    listing_has_more_ = false;
    while (listing_ != nullptr) {
        const bool far_ahead = queue_.size() >= kUnitsAhead;
        // A listing may hold every place at the gate with answers nobody reads: then it is read on.
        if (far_ahead && !active_.empty()) return;
        listing_->hold_starts(far_ahead);
        switch (listing_->next()) {
            case Step::Row:
                add_unit_from_listing();
                break;
            case Step::End:
                queue_batch();
                listing_counters_ = listing_->counters();
                for (const SkippedUnit& skipped : listing_->skipped()) skipped_.push_back(skipped);
                listing_.reset();
                return;
            case Step::Again:
                listing_has_more_ = true;
                return;
            case Step::Wait:
            case Step::Failed:
                return;
        }
    }
}

// False: the row has no such value, or none that the query asks for.
bool Fetch::take_listed(const ListedArgument& argument, std::string& text) const {
    if (argument.column < 0) {
        const std::string* inherited = argument_of(listing_->unit(), argument.from);
        if (inherited == nullptr) return false;
        text = *inherited;
    } else {
        const Value value = listing_->values()[argument.column];
        if (!value.found() || value.is_null() || value.is_container()) return false;
        std::string scratch;
        text = value.type() == JsonType::String ? value.string(scratch) : value.text();
    }
    return !argument.only || argument.only->contains(text);
}

void Fetch::add_unit_from_listing() {
    const Lister& lister = *plan_.lister;
    Unit unit;
    std::string text;
    for (const ListedArgument& argument : lister.arguments) {
        if (!take_listed(argument, text)) return;
        const bool names_unit = &argument == &lister.arguments.back();
        if (names_unit && lister.batch > 1) break;
        (argument.sent ? unit.arguments : unit.shown).push_back({argument.name, text});
    }
    if (lister.skip_site_course && text == kSiteCourse) return;
    if (lister.batch > 1) {
        add_to_batch(std::move(unit), lister.arguments.back().name, std::move(text));
        return;
    }
    unit.label = listing_->unit().list.empty() ? listing_->unit().label : "";
    if (!unit.label.empty()) unit.label += ", ";
    unit.label += unit_label(lister.noun, {text});
    queue_.push_back(std::move(unit));
    counters_.units_known++;
}

void Fetch::add_to_batch(Unit unit, const std::string& name, std::string value) {
    if (!batch_) {
        batch_ = std::move(unit);
        batch_->list_name = name;
    }
    batch_->list.push_back(std::move(value));
    if (batch_->list.size() >= static_cast<size_t>(plan_.lister->batch)) queue_batch();
}

void Fetch::queue_batch() {
    if (!batch_) return;
    batch_->label = unit_label(plan_.lister->noun, batch_->list);
    queue_.push_back(std::move(*batch_));
    batch_.reset();
    counters_.units_known++;
}

// One that is gone, refused or too large fails the whole batch: the others are asked for without
// it.
bool Fetch::can_halve(const Task& task, const Fault& fault) const {
    if (task.unit.list.size() < 2 || task.delivered > 0 || task.page_from > 0) return false;
    if (is_too_much_at_once(fault)) return true;
    if (concerns_whole_site(fault.kind) || is_transient(fault)) return false;
    const bool gone =
        fault.kind == FaultKind::RecordUnknown && (plan_.units_from_query || listed_from_cache());
    return gone || plan_.skip_failed_units;
}

Fetch::Progress Fetch::halve(Task& task) {
    std::unique_ptr<Task> released = release(task);
    const std::vector<std::string>& list = released->unit.list;
    const auto middle = list.begin() + static_cast<std::ptrdiff_t>(list.size() / 2);
    for (const auto& [from, to] :
         {std::pair(list.begin(), middle), std::pair(middle, list.end())}) {
        Unit half = released->unit;
        half.list.assign(from, to);
        half.label = unit_label(plan_.unit_noun, half.list);
        waiting_.push_back(std::make_unique<Task>(std::move(half), plan_, *site_));
    }
    counters_.units_known++;
    return Progress::Gone;
}

}  // namespace moodle_fdw::moodle
