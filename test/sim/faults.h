// What a test tells the site to do wrong.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arguments.h"

namespace sim {

struct Fault {
    std::string kind;
    std::string function;                                    // "" = any
    std::vector<std::pair<std::string, std::string>> match;  // arguments it concerns
    int64_t times = 1;                                       // -1 = always
    int64_t every = 1;                                       // each n-th request that it concerns
    int64_t skip = 0;                                        // leaves the first ones alone
    int64_t seen = 0, met = 0;
    // What the kinds read; README.md says which.
    int64_t after_bytes = 0, bytes = 0, ms = 0, delay_ms = 0, limit = 0, status = 0, depth = 10'000;
    bool with_length = false;
    std::string retry_after, location, content_type, errorcode, message, exception, mode, key,
        value;
    std::optional<std::string> body;
};

class Faults {
  public:
    // Adds what the JSON list says; a sentence when it cannot be read.
    std::optional<std::string> add(const std::string& json);
    void clear();
    // The first fault that concerns this request, counted down.
    std::optional<Fault> take(const std::string& function, const Arguments& arguments);
    std::string as_json() const;
    // Changes with every clear(): who stalls looks at it.
    int64_t clears() const { return clears_; }

  private:
    mutable std::mutex mutex_;
    std::vector<Fault> faults_;
    std::atomic<int64_t> clears_ = 0;
};

}  // namespace sim
