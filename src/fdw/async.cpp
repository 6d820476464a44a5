// Asynchronous Append: every instance of a union table is read at the same time.
#include "fdw/callbacks.h"
#include "fdw/scan.h"
#include "pg/shared_gate.h"

#ifdef MOODLE_HAS_ASYNC_APPEND

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

extern "C" {
#include "executor/execAsync.h"
}

namespace moodle_fdw::fdw {

namespace {

// Append's own wait does not watch the latch in every version, and a fetch may have to wake without
// a byte moving (backoff, rate): this beat bounds the delay of both.
constexpr std::chrono::nanoseconds kTick = std::chrono::milliseconds(50);
constexpr std::chrono::nanoseconds kShortestTick = std::chrono::milliseconds(1);

// Each scan of an Append needs a descriptor of its own in Append's wait set: an epoll set that
// holds the transport's, and the beat.
void open_descriptors(ScanState& state) {
    if (state.async_epoll >= 0) return;
    state.async_epoll = epoll_create1(EPOLL_CLOEXEC);
    state.async_tick = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    epoll_event event = {};
    event.events = EPOLLIN;
    const bool ready =
        state.async_epoll >= 0 && state.async_tick >= 0 &&
        epoll_ctl(state.async_epoll, EPOLL_CTL_ADD, state.async_tick, &event) == 0 &&
        epoll_ctl(state.async_epoll, EPOLL_CTL_ADD, state.site->transport->wait_fd(), &event) == 0;
    if (!ready) {
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not wait for several moodle instances: %m")));
    }
}

std::chrono::nanoseconds tick_of(const ScanState& state) {
    if (state.fetch == nullptr) return kTick;
    const auto moment = state.fetch->wake_at();
    if (!moment) return kTick;
    return std::clamp(std::chrono::nanoseconds(*moment - net::Clock::now()), kShortestTick, kTick);
}

void set_tick(ScanState& state, bool beating) {
    itimerspec beat = {};
    if (beating) beat.it_value.tv_nsec = beat.it_interval.tv_nsec = tick_of(state).count();
    timerfd_settime(state.async_tick, 0, &beat, nullptr);
}

// One row through the node's own filter and projection, or the news that there is none now.
void produce(AsyncRequest* request) {
    auto* node = castNode(ForeignScanState, request->requestee);
    TupleTableSlot* row = node->ss.ps.ExecProcNodeReal(&node->ss.ps);
    if (!TupIsNull(row)) {
        ExecAsyncRequestDone(request, row);
    } else if (scan_state(node)->would_wait) {
        ExecAsyncRequestPending(request);
    } else {
        ExecAsyncRequestDone(request, nullptr);
    }
}

}  // namespace

bool is_async_capable(ForeignPath*) {
    return true;
}

void async_request(AsyncRequest* request) {
    produce(request);
}

void async_configure_wait(AsyncRequest* request) {
    ScanState& state = *scan_state(castNode(ForeignScanState, request->requestee));
    open_descriptors(state);
    set_tick(state, true);
    auto* append = castNode(AppendState, request->requestor);
    AddWaitEventToSet(append->as_eventset, WL_SOCKET_READABLE, state.async_epoll, nullptr, request);
}

void async_notify(AsyncRequest* request) {
    CHECK_FOR_INTERRUPTS();
    ScanState& state = *scan_state(castNode(ForeignScanState, request->requestee));
    set_tick(state, false);
    pg::note_working();
    pg::shield([&](pg::Report&) { state.site->transport->drive(); });
    produce(request);
}

}  // namespace moodle_fdw::fdw

#endif
