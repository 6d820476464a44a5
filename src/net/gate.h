// Politeness: how many requests may be under way at once to one site, and how often one may start.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "net/transport.h"

namespace moodle_fdw::net {

struct GateLimits {
    int max_connections = 4;
    double requests_per_second = 0;  // 0 = as many as max_connections carry
    bool adaptive = true;            // fewer, where more do not help
};

// An interface, since a preloaded library shares one gate between all backends.
class Gate {
  public:
    virtual ~Gate() = default;
    // Takes a place, or returns when to ask again (nothing = when a place is given back).
    struct Answer {
        bool entered = false;
        std::optional<Clock::time_point> ask_again;
        // Refused for want of a place, while who asks holds some.
        bool holds_places = false;
    };
    virtual Answer enter(Clock::time_point now) = 0;
    // `took`: since it was entered; `good`: by an answer of the site, not by an error or a cancel.
    virtual void leave(Clock::time_point now, Clock::duration took, bool good) = 0;
    // After 429/503: nobody enters before this moment.
    virtual void hold_until(Clock::time_point moment) = 0;
    // How many may be under way at present.
    virtual int limit() const = 0;
};

// A place that was taken; given back once, by whoever is first.
class GatePlace {
  public:
    explicit GatePlace(std::shared_ptr<Gate> gate)
        : gate_(std::move(gate)), entered_at_(Clock::now()) {}
    ~GatePlace() { give_back(false); }
    GatePlace(const GatePlace&) = delete;
    GatePlace& operator=(const GatePlace&) = delete;
    void give_back(bool good) {
        if (gate_ == nullptr) return;
        const Clock::time_point now = Clock::now();
        gate_->leave(now, now - entered_at_, good);
        gate_.reset();
    }

  private:
    std::shared_ptr<Gate> gate_;
    const Clock::time_point entered_at_;
};

// As soon as the answer has come, whenever it is read.
void give_back_when_done(Exchange& exchange, std::shared_ptr<GatePlace> place);

std::unique_ptr<Gate> make_local_gate(const GateLimits& limits);

}  // namespace moodle_fdw::net
