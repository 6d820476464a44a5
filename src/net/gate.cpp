#include "net/gate.h"

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

class LocalGate final : public Gate {
  public:
    explicit LocalGate(const GateLimits& limits)
        : places_(std::max(1, limits.max_connections)),
          interval_(interval_of(limits.requests_per_second)) {}

    Answer enter(Clock::time_point now) override {
        if (taken_ >= places_) return {};
        if (now < held_until_) return {false, held_until_};
        if (interval_ > Clock::duration::zero()) {
            // Without rounding, so that the whole depth is usable at every rate.
            const Clock::duration ahead = std::max(Clock::duration(kDepth) - interval_, {});
            if (now + ahead < due_) return {false, due_ - ahead};
            due_ = std::max(due_, now) + interval_;
        }
        ++taken_;
        return {true, {}};
    }

    void leave() override { taken_ = std::max(0, taken_ - 1); }

    void hold_until(Clock::time_point moment) override {
        held_until_ = std::max(held_until_, moment);
    }

  private:
    const int places_;
    const Clock::duration interval_;
    int taken_ = 0;
    Clock::time_point due_ = Clock::time_point::min();
    Clock::time_point held_until_ = Clock::time_point::min();
};

}  // namespace

std::unique_ptr<Gate> make_local_gate(const GateLimits& limits) {
    return std::make_unique<LocalGate>(limits);
}

}  // namespace moodle_fdw::net
