// One curl multi handle: its kept-alive connections, its sockets in the multiplexer, its timer.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <optional>

#include "net/multiplexer.h"

namespace moodle_fdw::net {

class Pool {
  public:
    Pool(Multiplexer& multiplexer, uint32_t id);  // throws std::runtime_error
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    uint32_t id() const { return id_; }
    CURLM* handle() const { return multi_; }
    std::optional<Clock::time_point> timer() const { return timer_; }
    // Lets libcurl look at everything once more in the next run_timer().
    void run_soon() { timer_ = Clock::time_point::min(); }

    void on_ready(const Multiplexer::Ready& ready);
    void run_timer();
    // What went wrong since the last call in a callback or in libcurl itself, or nullptr.
    const char* take_trouble();

    size_t users = 0;  // exchanges that are under way in this pool

  private:
    static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void*) noexcept;
    static int on_timer(CURLM* multi, long milliseconds, void* self) noexcept;
    void act(curl_socket_t socket, int bits);

    Multiplexer& multiplexer_;
    const uint32_t id_;
    CURLM* multi_;
    std::optional<Clock::time_point> timer_;
    const char* trouble_ = nullptr;
};

}  // namespace moodle_fdw::net
