// What was asked, for tests to look at.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "arguments.h"
#include "json_out.h"

namespace sim {

struct Seen {
    std::string method, function, user_agent, host;
    std::shared_ptr<const Arguments> arguments;
    size_t body_length = 0;
    bool token_in_url = false;
    int remote_port = 0;
    std::string token = {};  // not itself: what tells it from others
    int64_t at_ms = 0;       // since the simulator started
};
// Of a token, so that none shows in what is said of requests.
std::string fingerprint(const std::string& token);

class Stats {
  public:
    void begin(Seen seen);
    void end(int64_t bytes, const std::string& function, const std::string& token);
    void reset();
    std::string as_json() const;
    std::string requests_as_json() const;

  private:
    void note_time();

    mutable std::mutex mutex_;
    int64_t requests_ = 0, in_flight_ = 0, max_concurrent_ = 0, bytes_ = 0, tokens_in_url_ = 0;
    int64_t dropped_ = 0;
    struct Count {
        int64_t requests = 0, in_flight = 0, max_concurrent = 0;
        void begin();
    };
    static void write(JsonOut& out, const std::map<std::string, Count>& counts);
    std::map<std::string, Count> by_function_, by_token_;
    std::deque<int64_t> last_second_;
    int64_t busiest_second_ = 0;
    std::set<int> ports_;
    std::deque<Seen> recent_;

    // How many were under way, on average over the time in which any was.
    using Clock = std::chrono::steady_clock;
    Clock::time_point changed_ = Clock::now();
    Clock::duration busy_{}, under_way_{};
};

// One request from its arrival until its answer has gone out, or until nobody holds it any more.
class Visit {
  public:
    Visit(Stats& stats, Seen seen) : stats_(stats), function_(seen.function), token_(seen.token) {
        stats_.begin(std::move(seen));
    }
    ~Visit() { end(0); }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    void end(int64_t bytes) {
        if (!ended_) stats_.end(bytes, function_, token_);
        ended_ = true;
    }

  private:
    Stats& stats_;
    std::string function_, token_;
    bool ended_ = false;
};

}  // namespace sim
