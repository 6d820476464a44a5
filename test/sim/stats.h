// What was asked, for tests to look at.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "arguments.h"

namespace sim {

class Stats {
  public:
    void begin(const std::string& function, const Arguments& arguments, bool token_in_url,
               const std::string& user_agent, int remote_port);
    void end(int64_t bytes);
    void reset();
    std::string as_json() const;
    std::string requests_as_json() const;

  private:
    struct Request {
        std::string function, user_agent;
        Arguments arguments;
        bool token_in_url;
        int remote_port;
    };

    mutable std::mutex mutex_;
    int64_t requests_ = 0, in_flight_ = 0, max_concurrent_ = 0, bytes_ = 0, tokens_in_url_ = 0;
    std::map<std::string, int64_t> by_function_;
    std::set<int> ports_;
    std::deque<Request> recent_;
};

}  // namespace sim
