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
};

// An interface, since a preloaded library shares one gate between all backends.
class Gate {
  public:
    virtual ~Gate() = default;
    // Takes a place, or returns when to ask again (nothing = when a place is given back).
    struct Answer {
        bool entered = false;
        std::optional<Clock::time_point> ask_again;
    };
    virtual Answer enter(Clock::time_point now) = 0;
    virtual void leave() = 0;
    // After 429/503: nobody enters before this moment.
    virtual void hold_until(Clock::time_point moment) = 0;
};

// A place that was taken; given back once, by whoever is first.
class GatePlace {
  public:
    explicit GatePlace(std::shared_ptr<Gate> gate) : gate_(std::move(gate)) {}
    ~GatePlace() { give_back(); }
    GatePlace(const GatePlace&) = delete;
    GatePlace& operator=(const GatePlace&) = delete;
    void give_back() {
        if (gate_ != nullptr) gate_->leave();
        gate_.reset();
    }

  private:
    std::shared_ptr<Gate> gate_;
};

std::unique_ptr<Gate> make_local_gate(const GateLimits& limits);

}  // namespace moodle_fdw::net
