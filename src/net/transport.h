// How bytes move: HTTP POST exchanges over one curl multi handle, never blocking, never throwing
// from a libcurl callback. One Transport serves a whole backend; one Site is one Moodle as reached
// by one user mapping.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/inbox.h"

namespace moodle_fdw::net {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

enum class HttpVersion { Automatic, Http1, Http2 };

// How one site is reached. Immutable while exchanges run on it.
struct Reach {
    std::string endpoint;  // https://host/path/webservice/rest/server.php
    Milliseconds connect_timeout{10'000};
    Milliseconds stall_timeout{120'000};    // no byte in either direction, first byte included
    Milliseconds request_timeout{900'000};  // one whole exchange
    uint64_t max_response_size = uint64_t{8} << 30;
    std::string ca_file;
    std::string proxy;
    bool verify_tls = true;
    bool compression = true;
    HttpVersion http_version = HttpVersion::Automatic;
};

enum class Phase { Resolve, Connect, Tls, Send, FirstByte, Body };
const char* phase_name(Phase phase);  // "resolving the host name", "connecting", ...

enum class Failure {
    None,
    Resolve,      // host name unknown
    Connect,      // refused, unreachable
    Certificate,  // TLS peer not trusted
    Tls,          // other TLS failure
    Proxy,
    Timeout,   // connect or total limit; phase says where
    Stall,     // nothing moved for stall_timeout
    Cut,       // connection ended within headers or body
    TooLarge,  // body above max_response_size, or headers above their bound
    Encoding,  // bad compressed stream
    Protocol,  // not HTTP
    Other,
};

struct Outcome {
    Failure failure = Failure::None;
    Phase phase = Phase::Resolve;
    int http_status = 0;
    std::string content_type;
    std::string redirect_to;                  // scheme://host/path of Location, never followed
    std::optional<Milliseconds> retry_after;  // seconds or HTTP date, already bounded
    std::optional<int64_t> server_time;       // Date, in seconds since 1970
    bool encoded = false;                     // the body came compressed
    std::string detail;                       // libcurl's words, redacted
    uint64_t wire_bytes = 0;                  // received, as compressed
    uint64_t body_bytes = 0;                  // after decompression
    Milliseconds elapsed{0};
    bool reused_connection = false;
};

class Transport;

// One POST. Destroying it cancels it at once (no wait for a resolver thread or a slow peer).
class Exchange {
  public:
    virtual ~Exchange() = default;
    // Bytes of a 2xx body as they arrive. For any other status the first 64 KiB of the body are
    // kept here too, so that a fault can be told. Consuming below the low-water mark (half of the
    // high-water mark) makes wait_fd() readable and resumes a paused transfer at the next
    // Transport::drive(). While it is paused no limit runs.
    virtual Inbox& inbox() = 0;
    virtual bool headers_complete() const = 0;
    virtual int http_status() const = 0;
    virtual bool done() const = 0;  // outcome() is final; inbox may still hold bytes
    virtual const Outcome& outcome() const = 0;
    // Called once, from within drive(), when the exchange is done; must not throw. It may be long
    // before the reader looks.
    virtual void when_done(std::function<void()> hook) = 0;
    // How many unread bytes may gather before the transfer is paused (default 1 MiB). A reader that
    // needs more of them at once (one huge record) raises it, and may lower it again.
    virtual void set_high_water(size_t bytes) = 0;
    // Puts more bytes into the inbox that are at hand without the network; false: there are none.
    virtual bool refill() { return false; }
};

class Transport {
  public:
    // Throws std::runtime_error if libcurl or the kernel refuses.
    static std::unique_ptr<Transport> create(const std::string& user_agent);
    virtual ~Transport() = default;
    // Starts a POST of an application/x-www-form-urlencoded body; bytes move only in drive().
    virtual std::unique_ptr<Exchange> post(const Reach& reach, std::string form_body) = 0;
    // One epoll descriptor for every socket and timer: readable when drive() has work.
    virtual int wait_fd() const = 0;
    // Moves what can be moved now; never blocks. Time between two drive() calls in which the
    // caller did other things (an idle cursor) does not count against any limit when it exceeds
    // one second.
    virtual void drive() = 0;
    // Closes idle kept-alive connections (used when a mapping changes or for tests).
    virtual void close_idle() = 0;
    virtual size_t running() const = 0;
    // Nothing will move by itself: every running exchange is paused until its inbox is read.
    virtual bool all_wait_for_reader() const = 0;
};

}  // namespace moodle_fdw::net
