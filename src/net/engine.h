// What a transport and its exchanges share: whichever of them is destroyed last takes it along.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <vector>

#include "net/exchange.h"
#include "net/multiplexer.h"
#include "net/pool.h"

namespace moodle_fdw::net {

class Engine {
  public:
    explicit Engine(std::string user_agent);  // throws std::runtime_error

    const std::string& user_agent() const { return user_agent_; }
    CURLSH* share() const { return share_.get(); }
    int wait_fd() const { return multiplexer_.descriptor(); }
    size_t running() const { return running_.size(); }
    bool all_wait_for_reader() const;

    void start(CurlExchange& exchange);  // throws std::runtime_error
    // Takes the exchange out, finished or not; its connection is kept or closed accordingly.
    void drop(CurlExchange& exchange) noexcept;
    void drive();
    void wake() noexcept { multiplexer_.wake_at(Clock::time_point::min()); }
    void close_idle();

  private:
    struct CloseShare {
        void operator()(CURLSH* share) const { curl_share_cleanup(share); }
    };
    struct Running {
        CurlExchange* exchange;
        Pool* pool;
    };

    Pool* pool_by_id(uint32_t id);
    void forgive_absence(Clock::time_point now);
    void resume_read(Clock::time_point now);
    void collect_finished(Pool& pool, Clock::time_point now);
    void check_limits(Clock::time_point now);
    void end_all_of(uint32_t pool_id, const char* trouble, Clock::time_point now);
    void set_alarm() noexcept;

    std::string user_agent_;
    // TLS sessions are resumed over all connections; declared first, since pools use it.
    std::unique_ptr<CURLSH, CloseShare> share_;
    Multiplexer multiplexer_;
    std::vector<std::unique_ptr<Pool>> pools_;  // new exchanges go to the last; others run dry
    std::vector<Running> running_;
    uint32_t next_pool_ = 0;
    Clock::time_point last_drive_ = Clock::now();
};

}  // namespace moodle_fdw::net
