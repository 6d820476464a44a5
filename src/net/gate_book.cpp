#include "net/gate_book.h"

#include <algorithm>
#include <cmath>

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

// A token bucket kept as the moment at which the next request is due: what may be run ahead of it
// is the bucket's depth. A tenth of a second makes up for the coarse steps in which a backend
// wakes, and is no burst at rates that are meant to be polite.
constexpr std::chrono::milliseconds kDepth{100};

// Slower than this is not a rate but a closed gate; and the arithmetic cannot overflow.
constexpr double kLongestIntervalSeconds = 24.0 * 60 * 60;

Clock::duration interval_of(double requests_per_second) {
    if (!std::isfinite(requests_per_second) || requests_per_second <= 0) return {};
    const double seconds = std::min(1.0 / requests_per_second, kLongestIntervalSeconds);
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

void GateBook::set_limits(const GateLimits& limits) {
    concurrency_.set_ceiling(limits.max_connections, limits.adaptive);
    const Clock::duration interval = interval_of(limits.requests_per_second);
    // What was due by a slower rate is not waited for.
    if (interval < interval_) due_ = Clock::time_point();
    interval_ = interval;
}

GateBook::Verdict GateBook::look(Clock::time_point now, int ahead, int lent) const {
    if (taken_ - lent + ahead >= limit()) return {Why::NoPlace, {}};
    if (is_held(now)) return {Why::NotYet, held_until_};
    if (interval_ > Clock::duration::zero()) {
        // Without rounding, so that the whole depth is usable at every rate.
        const Clock::duration before = std::max(Clock::duration(kDepth) - interval_, {});
        // Who is ahead has the first of what the bucket holds.
        const Clock::time_point due = std::max(due_, ahead > 0 ? now : due_) + interval_ * ahead;
        if (now + before < due) return {Why::NotYet, due - before};
    }
    return {Why::Enter, {}};
}

void GateBook::take(Clock::time_point now) {
    if (interval_ > Clock::duration::zero()) due_ = std::max(due_, now) + interval_;
    ++taken_;
    concurrency_.on_enter(now, taken_);
}

void GateBook::give_back(Clock::time_point now, Clock::duration took, bool good) {
    taken_ = std::max(0, taken_ - 1);
    concurrency_.on_leave(now, taken_, took, good);
}

void GateBook::hold_until(Clock::time_point moment) {
    held_until_ = std::max(held_until_, moment);
}

}  // namespace moodle_fdw::net
