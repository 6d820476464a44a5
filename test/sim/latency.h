// How long the site takes, and how many PHP workers it has.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "options.h"

namespace sim {

class Latency {
  public:
    explicit Latency(const Options& options)
        : fixed_ms_(options.latency_ms),
          per_row_us_(options.per_row_us),
          jitter_ms_(options.jitter_ms),
          workers_(options.workers) {}

    // Takes as long as making `rows` does, once a worker is free. Moodle builds the whole answer
    // before its first byte, so that all of the time passes before it too; it counts from when the
    // request was in, or from when a worker was free.
    void work(int64_t rows, std::chrono::steady_clock::time_point arrival);
    // {"latency_ms":…, "per_row_us":…, "jitter_ms":…, "workers":…}; what is wrong with it, if so.
    std::optional<std::string> set(const std::string& json);

  private:
    std::atomic<int64_t> fixed_ms_, per_row_us_, jitter_ms_, workers_;
    std::mutex mutex_;
    std::condition_variable freed_;
    int64_t busy_ = 0;
};

}  // namespace sim
