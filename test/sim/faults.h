// What a test tells the site to do wrong.
#pragma once

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
    int64_t seen = 0;
    // What the kinds read; README.md says which.
    int64_t after_bytes = 0, bytes = 0, ms = 0, limit = 0;
    int status = 500;
    std::string retry_after, location, body, content_type, errorcode, message, exception;
};

class Faults {
  public:
    // Adds what the JSON list says; a sentence when it cannot be read.
    std::optional<std::string> add(const std::string& json);
    void clear();
    // The fault that this request meets, counted down.
    std::optional<Fault> take(const std::string& function, const Arguments& arguments);

  private:
    std::mutex mutex_;
    std::vector<Fault> faults_;
};

}  // namespace sim
