// What a gate keeps: who may enter when, whoever waits and however they are told. Plain memory
// without pointers, so that one process can keep it for itself or several share it under a lock.
#pragma once

#include "net/concurrency.h"
#include "net/gate.h"

namespace moodle_fdw::net {

class GateBook {
  public:
    enum class Why { Enter, NoPlace, NotYet };
    struct Verdict {
        Why why;
        Clock::time_point ask_again;  // of NotYet
    };

    void set_limits(const GateLimits& limits);
    // Whether one more may enter after `ahead` others, if `lent` of the places taken do not count.
    Verdict look(Clock::time_point now, int ahead = 0, int lent = 0) const;
    // Takes the place that look() found.
    void take(Clock::time_point now);
    void give_back(Clock::time_point now, Clock::duration took, bool good);
    void note_refusal() { concurrency_.on_refusal(); }
    void hold_until(Clock::time_point moment);

    int taken() const { return taken_; }
    // How many may be under way at present.
    int limit() const { return concurrency_.limit(); }
    bool is_held(Clock::time_point now) const { return now < held_until_; }
    bool has_rate() const { return interval_ > Clock::duration::zero(); }

  private:
    int taken_;
    Clock::duration interval_;
    Clock::time_point due_;
    Clock::time_point held_until_;
    ConcurrencyLimit concurrency_;
};

}  // namespace moodle_fdw::net
