// When a failed read may be asked again: exponential backoff with jitter, within a deadline.
#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "net/transport.h"

namespace moodle_fdw::net {

struct RetryPolicy {
    int retries = 4;                 // attempts after the first
    Milliseconds first_delay{250};   // doubled each time
    Milliseconds max_delay{30'000};  // also the most that a Retry-After is obeyed
};

class RetryState {
  public:
    explicit RetryState(const RetryPolicy& policy, std::optional<uint64_t> seed = {});
    // The pause before the next attempt, or nothing when attempts are used up or the server asks
    // for a longer pause than max_delay.
    std::optional<Milliseconds> next_delay(std::optional<Milliseconds> retry_after);
    int attempts() const { return attempts_; }
    void reset() { attempts_ = 0; }

  private:
    RetryPolicy policy_;
    // Seeded at the first failure: the kernel's randomness costs more than a small request.
    std::optional<uint64_t> seed_;
    std::optional<std::minstd_rand> random_;
    int attempts_ = 0;
};

}  // namespace moodle_fdw::net
