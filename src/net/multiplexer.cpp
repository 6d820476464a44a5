#include "net/multiplexer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

constexpr uint64_t kTimerTag = ~uint64_t{0};

uint64_t tag_of(uint32_t owner, int socket) {
    return uint64_t{owner} << 32 | static_cast<uint32_t>(socket);
}

std::runtime_error refused(const char* call) {
    return std::runtime_error(std::string(call) + ": " + std::generic_category().message(errno));
}

}  // namespace

Multiplexer::Multiplexer() {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) throw refused("epoll_create1");
    timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kTimerTag;
    if (timer_ < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, timer_, &event) != 0) {
        const std::runtime_error problem = refused("timerfd");
        if (timer_ >= 0) close(timer_);
        close(epoll_);
        throw problem;
    }
}

Multiplexer::~Multiplexer() {
    close(timer_);
    close(epoll_);
}

bool Multiplexer::watch(int socket, uint32_t owner, bool read, bool write) noexcept {
    if (!read && !write) {
        // An entry without events would still report a hang-up, again and again.
        forget(socket);
        return true;
    }
    epoll_event event{};
    if (read) event.events |= EPOLLIN;
    if (write) event.events |= EPOLLOUT;
    event.data.u64 = tag_of(owner, socket);
    if (epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event) == 0) return true;
    return errno == ENOENT && epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) == 0;
}

void Multiplexer::forget(int socket) noexcept {
    // The socket may be unknown or closed already: then there is nothing to forget.
    epoll_event unused{};
    epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, &unused);
}

void Multiplexer::wake_at(std::optional<Clock::time_point> moment) noexcept {
    // Waking too early costs one idle drive(); setting the timer each time would cost more.
    if (moment && armed_ && *armed_ <= *moment) return;
    if (!moment && !armed_) return;
    set_timer(moment);
}

void Multiplexer::set_timer(std::optional<Clock::time_point> moment) noexcept {
    itimerspec when{};
    if (moment) {
        using std::chrono::nanoseconds;
        // Zero would disarm the timer.
        const auto since_boot = std::max<int64_t>(
            1, std::chrono::duration_cast<nanoseconds>(moment->time_since_epoch()).count());
        when.it_value.tv_sec = since_boot / 1'000'000'000;
        when.it_value.tv_nsec = since_boot % 1'000'000'000;
    }
    timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
    armed_ = moment;
}

int Multiplexer::collect(epoll_event* events) noexcept {
    const int found = epoll_wait(epoll_, events, kBatch, 0);
    int kept = 0;
    for (int i = 0; i < found; ++i) {
        if (events[i].data.u64 == kTimerTag) {
            set_timer({});  // also takes back its readiness
        } else {
            events[kept++] = events[i];
        }
    }
    return kept;
}

Multiplexer::Ready Multiplexer::as_ready(const epoll_event& event) {
    const uint32_t bits = event.events;
    return {static_cast<uint32_t>(event.data.u64 >> 32),
            static_cast<int>(event.data.u64 & 0xffffffffU), (bits & (EPOLLIN | EPOLLHUP)) != 0,
            (bits & EPOLLOUT) != 0, (bits & EPOLLERR) != 0};
}

}  // namespace moodle_fdw::net
