// What was asked of a site by one function, and what that took.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/transport.h"

namespace moodle_fdw::net {

struct Traffic {
    uint64_t requests = 0;    // attempts included
    uint64_t retries = 0;     // requests that were made once more
    uint64_t errors = 0;      // requests without a usable answer
    uint64_t bytes = 0;       // of bodies, after decompression
    uint64_t wire_bytes = 0;  // as received
    uint64_t microseconds = 0;
    uint64_t longest = 0;  // of one request, in microseconds
    uint64_t waited = 0;   // microseconds in which the next request waited to be let in
    uint64_t cache_hits = 0;

    void add(const Traffic& more) {
        requests += more.requests;
        retries += more.retries;
        errors += more.errors;
        bytes += more.bytes;
        wire_bytes += more.wire_bytes;
        microseconds += more.microseconds;
        if (more.longest > longest) longest = more.longest;
        waited += more.waited;
        cache_hits += more.cache_hits;
    }
};

uint64_t microseconds_of(Clock::duration duration);

// Of one request, which may have been broken off.
Traffic traffic_of(const Exchange& exchange, Clock::time_point asked);

// Where it is added up: by every backend for itself, or for all in shared memory.
class TrafficCounter {
  public:
    virtual ~TrafficCounter() = default;
    virtual void add(std::string_view function, const Traffic& traffic) noexcept = 0;
};

}  // namespace moodle_fdw::net
