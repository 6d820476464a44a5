#include "net/traffic.h"

#include "net/pure.h"

namespace moodle_fdw::net {

uint64_t microseconds_of(Clock::duration duration) {
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
}

Traffic traffic_of(const Exchange& exchange, Clock::time_point asked) {
    const Outcome& outcome = exchange.outcome();
    Traffic traffic;
    traffic.requests = 1;
    traffic.bytes = outcome.body_bytes;
    traffic.wire_bytes = outcome.wire_bytes;
    traffic.microseconds =
        exchange.done() ? microseconds_of(outcome.elapsed) : microseconds_of(Clock::now() - asked);
    traffic.longest = traffic.microseconds;
    return traffic;
}

}  // namespace moodle_fdw::net
