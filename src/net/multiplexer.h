// Many sockets and one timer behind one epoll descriptor, which a caller can wait on.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <optional>

#include "net/transport.h"

namespace moodle_fdw::net {

class Multiplexer {
  public:
    struct Ready {
        uint32_t owner;
        int socket;
        bool readable;
        bool writable;
        bool broken;
    };

    Multiplexer();  // throws std::runtime_error
    ~Multiplexer();
    Multiplexer(const Multiplexer&) = delete;
    Multiplexer& operator=(const Multiplexer&) = delete;

    int descriptor() const { return epoll_; }

    // Called from libcurl callbacks, so they never throw. watch() is false when the kernel refuses.
    bool watch(int socket, uint32_t owner, bool read, bool write) noexcept;
    void forget(int socket) noexcept;

    // The descriptor turns readable at this moment (possibly before it), or by sockets alone.
    void wake_at(std::optional<Clock::time_point> moment) noexcept;

    // Calls `handle` for each socket that is ready now; never waits. Returns how many there were.
    template <typename Handler>
    int poll(Handler&& handle) {
        std::array<epoll_event, kBatch> events;
        const int count = collect(events.data());
        for (int i = 0; i < count; ++i) handle(as_ready(events[i]));
        return count;
    }

  private:
    // As many as there are requests at once on a busy day; more than that come with the next poll.
    static constexpr int kBatch = 64;

    int collect(epoll_event* events) noexcept;
    static Ready as_ready(const epoll_event& event);
    void set_timer(std::optional<Clock::time_point> moment) noexcept;

    int epoll_ = -1;
    int timer_ = -1;
    std::optional<Clock::time_point> armed_;
};

}  // namespace moodle_fdw::net
