#include "moodle/fetch.h"

#include <algorithm>

#include "moodle/fetch_task.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// How many rows go out between two looks at what could be begun.
constexpr unsigned kRowsPerSchedule = 64;

// How many units may wait for a retry, or for another who asks the same, while more are begun.
constexpr size_t kWaitingAtOnce = 256;

}  // namespace

Fetch::Fetch(std::shared_ptr<Site> site, FetchPlan plan, net::Milliseconds most_age)
    : site_(std::move(site)), plan_(std::move(plan)), picker_({}), most_age_(most_age) {
    // Who compares digests wants to know what the site has now.
    if (plan_.digest_needed) most_age_ = net::Milliseconds{0};
    while (plan_.otherwise != nullptr && site_->lacks(plan_.function)) {
        plan_ = FetchPlan(std::move(*plan_.otherwise));
    }
    adopt_plan();
}

void Fetch::adopt_plan() {
    picker_ = Picker(plan_.columns);
    walker_.emplace(plan_.rows, plan_.childless);
    parse_needed_ = !plan_.columns.empty() || !plan_.rows.inner().empty() ||
                    !plan_.rows.has_array() || plan_.paging == Paging::LimitOptions ||
                    plan_.drop_deleted;
    values_.assign(plan_.columns.size(), Value());
    queue_.clear();
    batch_.reset();
    if (plan_.lister != nullptr) {
        listing_ = std::make_unique<Fetch>(site_, std::move(*plan_.lister->plan), most_age_);
    }
    for (Unit& unit : plan_.units) queue_.push_back(std::move(unit));
    plan_.units.clear();
    counters_.units_known = queue_.size();
}

Fetch::~Fetch() {
    for (auto& task : active_) stop_exchange(*task);
}

FetchCounters Fetch::counters() const {
    FetchCounters sum = counters_;
    const FetchCounters& listed = listing_ != nullptr ? listing_->counters() : listing_counters_;
    sum.requests += listed.requests;
    sum.cache_hits += listed.cache_hits;
    sum.retries += listed.retries;
    sum.wire_bytes += listed.wire_bytes;
    sum.body_bytes += listed.body_bytes;
    sum.units_skipped += listed.units_skipped;
    return sum;
}

Fetch::Step Fetch::next() {
    if (failed_) return Step::Failed;
    lingering_.reset();
    if (rows_left_) {
        const Progress progress = on_rows(*active_[turn_]);
        if (progress == Progress::Row) return Step::Row;
        if (progress == Progress::Failed) return Step::Failed;
    }
    for (;;) {
        const bool scheduled = rows_until_schedule_ == 0;
        if (scheduled && !schedule()) return Step::Failed;
        const Step step = look_at_tasks();
        if (step != Step::Wait) return step;
        if (is_finished()) return Step::End;
        if (scheduled) return listing_has_more_ ? Step::Again : Step::Wait;
        rows_until_schedule_ = 0;
    }
}

// Begins what the gate lets in. Not for every row: while they flow, nothing changes that fast.
bool Fetch::schedule() {
    rows_until_schedule_ = kRowsPerSchedule;
    touch_recordings();
    start_tasks();
    pull_units();
    start_tasks();
    return !adopt_listing_failure();
}

// Goes round the active tasks, from the one that gave the last row, until one has something.
Fetch::Step Fetch::look_at_tasks() {
    size_t looked_at = 0;
    while (looked_at < active_.size()) {
        if (turn_ >= active_.size()) turn_ = 0;
        switch (work(*active_[turn_])) {
            case Progress::Row:
                rows_until_schedule_--;
                return Step::Row;
            case Progress::Failed:
                failed_ = true;
                return Step::Failed;
            case Progress::Busy:
                return Step::Again;
            case Progress::Gone:  // active_ shrank; what now stands at turn_ is next
                rows_until_schedule_ = 0;
                return Step::Again;
            case Progress::Idle:
                turn_++;
                looked_at++;
                break;
        }
    }
    return Step::Wait;
}

bool Fetch::is_finished() const {
    return active_.empty() && waiting_.empty() && queue_.empty() && listing_ == nullptr;
}

std::optional<net::Clock::time_point> Fetch::wake_at() const {
    std::optional<net::Clock::time_point> earliest = gate_asks_again_;
    auto consider = [&earliest](net::Clock::time_point moment) {
        if (!earliest || moment < *earliest) earliest = moment;
    };
    // Those that could have begun already wait for the gate.
    for (const auto& task : waiting_) {
        if (task->not_before > last_start_) consider(task->not_before);
    }
    if (listing_ != nullptr) {
        if (const auto listed = listing_->wake_at()) consider(*listed);
    }
    return earliest;
}

bool Fetch::adopt_listing_failure() {
    if (listing_ == nullptr || !listing_->failed_) return false;
    fault_ = listing_->fault_;
    scene_ = listing_->scene_;
    failed_ = true;
    return true;
}

void Fetch::start_tasks() {
    gate_asks_again_.reset();
    const net::Clock::time_point now = net::Clock::now();
    last_start_ = now;
    if (starts_held_) return;
    while (start_one(now)) {
    }
}

// False: nothing more can begin now.
bool Fetch::start_one(net::Clock::time_point now) {
    std::unique_ptr<Task> task = next_task(now);
    if (task == nullptr) return false;
    if (!may_read_another_kept()) return put_back(std::move(task));
    switch (look_in_cache(*task, now)) {
        case Cached::Answer:
            begin(std::move(task));
            return true;
        case Cached::Wait:
            waiting_.push_back(std::move(task));
            return true;
        case Cached::No:
            break;
    }
    const net::Gate::Answer answer = site_->gate->enter(now);
    if (!answer.entered && !must_pass_gate(answer)) {
        gate_asks_again_ = answer.ask_again;
        if (!refused_since_) refused_since_ = now;
        return put_back(std::move(task));
    }
    if (answer.entered) task->place = std::make_shared<net::GatePlace>(site_->gate);
    begin(std::move(task));
    return true;
}

std::unique_ptr<Fetch::Task> Fetch::next_task(net::Clock::time_point now) {
    const auto ready = std::find_if(waiting_.begin(), waiting_.end(),
                                    [now](const auto& task) { return task->not_before <= now; });
    if (ready != waiting_.end()) {
        std::unique_ptr<Task> task = std::move(*ready);
        waiting_.erase(ready);
        return task;
    }
    if (queue_.empty() || waiting_.size() >= kWaitingAtOnce) return nullptr;
    auto task = std::make_unique<Task>(std::move(queue_.front()), plan_, *site_);
    queue_.pop_front();
    return task;
}

// It is the next one again. Meanwhile another may ask the same.
bool Fetch::put_back(std::unique_ptr<Task> task) {
    task->recording.reset();
    waiting_.insert(waiting_.begin(), std::move(task));
    return false;
}

// Other scans of this backend may hold every place with answers that they read on only after our
// rows have come (the outer side of a nested loop). Then this one goes without, one call at a time.
bool Fetch::must_pass_gate(const net::Gate::Answer& answer) const {
    return answer.holds_places && active_.empty() && listing_ == nullptr &&
           site_->transport->running() > 0 && site_->transport->all_wait_for_reader();
}

void Fetch::begin(std::unique_ptr<Task> task) {
    active_.push_back(std::move(task));
    Task& begun = *active_.back();
    if (begun.attempts == 0) begun.first_asked = net::Clock::now();
    ask(begun);
}

void Fetch::ask(Task& task) {
    task.attempts++;
    prepare_to_read(task);
    if (task.from_cache) {
        counters_.cache_hits++;
        count_cache_hit(task);
    } else {
        post(task);
    }
}

void Fetch::prepare_to_read(Task& task) {
    task.decoder = Decoder(task.asks_for_users() ? users_path() : plan_.rows);
    // Of a report's rows the digest is that of the records that they become.
    if (plan_.digest_needed && !plan_.users_report && !task.asks_for_users()) {
        task.decoder.hash_records(plan_.digest_without);
    }
    task.head.clear();
    task.refusal.reset();
    task.to_replay = task.delivered;
    task.replayed = 0;
    task.replayed_print = Fingerprint();
    task.page_records = 0;
    task.page_border_seen = false;
    task.high_water = kHighWater;
}

void Fetch::post(Task& task) {
    counters_.requests++;
    const Call call = call_of(task);
    task.asked = net::Clock::now();
    task.asked_function = call.function;
    count_wait(call.function, task.asked);
    task.exchange = site_->transport->post(site_->reach, encode_form(site_->token.reveal(), call));
    if (task.recording != nullptr) {
        task.exchange->inbox().when_heard(
            [](void* recording, const char* bytes, size_t count) {
                static_cast<Recording*>(recording)->add({bytes, count});
            },
            task.recording.get());
    }
    net::give_back_when_done(*task.exchange, task.place);
}

void Fetch::count_wait(const std::string& function, net::Clock::time_point now) {
    if (!refused_since_) return;
    net::Traffic traffic;
    traffic.waited = net::microseconds_of(now - *refused_since_);
    site_->count(function, traffic);
    refused_since_.reset();
}

void Fetch::count_cache_hit(Task& task) const {
    task.asked_function = call_of(task).function;
    net::Traffic traffic;
    traffic.cache_hits = 1;
    site_->count(task.asked_function, traffic);
}

void Fetch::count_request(const Task& task) const {
    if (task.from_cache) return;
    site_->count(task.asked_function, net::traffic_of(*task.exchange, task.asked));
}

void Fetch::stop_exchange(Task& task) {
    if (task.exchange != nullptr) {
        const net::Outcome& outcome = task.exchange->outcome();
        counters_.wire_bytes += outcome.wire_bytes;
        counters_.body_bytes += outcome.body_bytes;
        count_request(task);
        task.exchange.reset();
    }
    task.recording.reset();
    task.from_cache = false;
    if (task.place != nullptr) task.place->give_back(false);
    task.place.reset();
}

std::unique_ptr<Fetch::Task> Fetch::release(Task& task) {
    const auto at = std::find_if(active_.begin(), active_.end(),
                                 [&task](const auto& held) { return held.get() == &task; });
    stop_exchange(task);
    std::unique_ptr<Task> released = std::move(*at);
    active_.erase(at);
    rows_left_ = false;
    return released;
}

Fetch::Progress Fetch::retire(Task& task) {
    counters_.units_done++;
    lingering_ = release(task);
    return Progress::Gone;
}

}  // namespace moodle_fdw::moodle
