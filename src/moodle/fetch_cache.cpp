// Answers that need no request: those that were kept, and those that another is just asking for.
#include <algorithm>
#include <utility>

#include "moodle/cached_exchange.h"
#include "moodle/fetch.h"
#include "moodle/fetch_task.h"
#include "moodle/read_functions.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// Kept answers that are read at once. They wait for nobody, so more would only take memory; one
// alone would let the network idle between two.
constexpr ptrdiff_t kKeptAtOnce = 4;

// Between two looks whether another has been answered: short against the quickest answer of a
// Moodle at first, then longer for those that take their time.
constexpr net::Milliseconds kFirstPause{2};
constexpr net::Milliseconds kLongestPause{50};

}  // namespace

Fetch::Cached Fetch::look_in_cache(Task& task, net::Clock::time_point now) {
    if (most_age_.count() <= 0 || site_->answers == nullptr) return Cached::No;
    const Call call = call_of(task);
    if (!is_repeatable_function(call.function)) return Cached::No;
    Finding finding = site_->answers->look(encode_request(call), most_age_, now, task.anew);
    switch (finding.kind) {
        case Finding::Answer:
            task.exchange = std::make_unique<CachedExchange>(std::move(finding.answer));
            task.from_cache = true;
            break;
        case Finding::BeingAsked:
            wait_for_other(task, now);
            return task.anew ? Cached::No : Cached::Wait;
        case Finding::Nothing:
            task.recording = std::move(finding.recording);
            break;
    }
    task.waits_since.reset();
    return task.from_cache ? Cached::Answer : Cached::No;
}

// Not for longer than the request of one's own could take.
void Fetch::wait_for_other(Task& task, net::Clock::time_point now) {
    if (!task.waits_since) {
        task.waits_since = now;
        task.pause = kFirstPause;
    } else {
        task.pause = std::min(task.pause * 2, kLongestPause);
    }
    task.anew = now - *task.waits_since >= site_->reach.request_timeout;
    task.not_before = now + task.pause;
}

bool Fetch::may_read_another_kept() const {
    return std::count_if(active_.begin(), active_.end(),
                         [](const auto& task) { return task->from_cache; }) < kKeptAtOnce;
}

// A unit that has gone since the listing was kept is no error.
bool Fetch::listed_from_cache() const {
    const FetchCounters listed = listing_ != nullptr ? listing_->counters() : listing_counters_;
    return listed.cache_hits > 0;
}

void Fetch::touch_recordings() {
    if (most_age_.count() <= 0) return;
    const net::Clock::time_point now = net::Clock::now();
    for (const auto& task : active_) {
        if (task->recording != nullptr) task->recording->touch(now);
    }
}

// An expected error is an answer, and of many units the only one: each would be asked for again by
// every chart. Who does not expect it finds an error here, and asks anew.
void Fetch::keep_expected(Task& task) {
    const net::Exchange& exchange = *task.exchange;
    const bool whole = exchange.done() && exchange.outcome().failure == net::Failure::None &&
                       exchange.http_status() == 200;
    if (whole && task.recording != nullptr) task.recording->keep();
}

// Only a whole answer can be kept, and of a chunked one the end may come after all of its bytes.
Fetch::Progress Fetch::on_refusal(Task& task) {
    task.exchange->inbox().clear();
    if (task.recording != nullptr && !task.exchange->done()) return Progress::Idle;
    return fail(task, *std::exchange(task.refusal, std::nullopt));
}

// A kept answer was whole and no error; if it cannot be read as this scan wants it, the site is
// asked.
Fetch::Progress Fetch::ask_anew(Task& task) {
    task.anew = true;
    return retry_later(task, net::Milliseconds{0});
}

}  // namespace moodle_fdw::moodle
