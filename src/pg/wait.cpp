#include <algorithm>

#include "pg/wait.h"

#include "pg/guard.h"
#include "pg/shared_gate.h"

extern "C" {
#include "utils/wait_event.h"
}

namespace moodle_fdw::pg {

namespace {

// Made once a backend: building an epoll set for every wait would cost more than most waits.
WaitEventSet* wait_set(int fd) {
    static WaitEventSet* set = nullptr;
    static int watched = -1;
    if (set != nullptr && watched == fd) return set;
    if (set != nullptr) FreeWaitEventSet(set);
    set = nullptr;
    WaitEventSet* made = moodle_CreateWaitEventSet(TopMemoryContext, 3);
    AddWaitEventToSet(made, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, nullptr);
    AddWaitEventToSet(made, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, nullptr, nullptr);
    AddWaitEventToSet(made, WL_SOCKET_READABLE, fd, nullptr, nullptr);
    set = made;
    watched = fd;
    return set;
}

long milliseconds_until(std::optional<net::Clock::time_point> moment) {
    if (!moment) return -1;
    const auto left = std::chrono::ceil<net::Milliseconds>(*moment - net::Clock::now()).count();
    return std::max<long>(0, static_cast<long>(left));
}

}  // namespace

void wait_and_drive(net::Transport& transport, std::optional<net::Clock::time_point> moment) {
    WaitEventSet* set = wait_set(transport.wait_fd());
    WaitEvent event;
    note_waiting(transport.running() > 0 && transport.all_wait_for_reader());
    const int happened =
        WaitEventSetWait(set, milliseconds_until(moment), &event, 1, PG_WAIT_EXTENSION);
    note_working();
    if (happened > 0 && (event.events & WL_LATCH_SET) != 0) ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
    shield([&](Report&) { transport.drive(); });
}

}  // namespace moodle_fdw::pg
