// How long the site takes, and how many PHP workers it has.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
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

    // Sleeps as long as making `rows` takes, once a worker is free; the worker is held.
    void take(int64_t rows);
    void release();
    // {"fixed_ms":…, "per_row_us":…, "jitter_ms":…, "workers":…}; false when it cannot be read.
    bool set(const std::string& json);

  private:
    std::atomic<int64_t> fixed_ms_, per_row_us_, jitter_ms_, workers_;
    std::mutex mutex_;
    std::condition_variable freed_;
    int64_t busy_ = 0;
};

}  // namespace sim
