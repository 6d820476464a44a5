// What went wrong with one request, told apart once and named once: every kind has its SQLSTATE,
// its sentence and its hint (docs/errors.md is this table in prose).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "moodle/json.h"
#include "net/transport.h"

namespace moodle_fdw::moodle {

enum class FaultKind {
    None,
    // the way there
    HostNotFound,
    ConnectionRefused,
    CertificateRefused,
    TlsFailed,
    ProxyFailed,
    TimedOut,
    Stalled,
    CutShort,
    ResponseTooLarge,
    BadEncoding,
    NotHttp,
    // the HTTP answer
    Redirected,
    WebServicesOff,   // 403 with an empty body
    NotMoodle,        // 404 and other 4xx
    TooManyRequests,  // 429
    ServerError,      // 500
    MemoryLimit,      // 500 with an empty body: PHP ran out of memory
    GatewayFailed,    // 502
    GatewayTimeout,   // 504
    Maintenance,      // 503 with HTML, or errorcode sitemaintenance / upgraderunning
    Unavailable,      // other 503
    // the body
    NotJson,  // HTML or other text
    XmlAnswer,
    EmptyBody,
    MalformedJson,
    BadText,  // invalid UTF-8, lone surrogate, control character
    TooDeep,
    RecordTooLarge,
    UnexpectedShape,
    UnverifiedListing,  // a listing whose completeness rests on a warning that did not come
    // Moodle's own word (errorcode)
    InvalidToken,
    AccessDenied,  // accessexception: function not in the service, service off, IP, no rest:use
    MissingCapability,
    FunctionUnknown,
    RecordUnknown,
    InvalidParameter,
    CallerSuspended,
    CourseInaccessible,
    DatabaseDown,
    MoodleError,  // any other errorcode
};

struct Fault {
    FaultKind kind = FaultKind::None;
    int http_status = 0;
    net::Phase phase = net::Phase::Resolve;
    std::string errorcode;  // Moodle's
    std::string detail;     // plain, cut remote or libcurl text; never the token
    std::optional<net::Milliseconds> retry_after;

    explicit operator bool() const { return kind != FaultKind::None; }
};

// What Moodle warns of beside an answer: "User is not enrolled (course 14)".
std::string describe_warning(Value warning, std::string_view token);

// Transport failures and non-2xx answers; `body` is what was kept of it.
Fault classify_outcome(const net::Outcome& outcome, std::string_view body, std::string_view token);
// A parsed body (or envelope): is it an exception object?
Fault classify_answer(Value root, std::string_view token);
// A 200 whose body is no JSON: HTML page, XML, empty, PHP notices, …; `head` is its beginning.
Fault classify_unreadable(std::string_view head, JsonError error, std::string_view token);

bool is_transient(const Fault& fault);  // worth asking again
bool is_too_much_at_once(
    const Fault& fault);               // worth asking for less: 504, MemoryLimit, Stalled, TimedOut
bool is_overload(const Fault& fault);  // 429, 503: the whole site should be left alone a while

struct FaultText {
    const char* sqlstate;  // five characters
    std::string message;   // instance, function and unit named
    std::string detail;    // may be empty
    std::string hint;
};
struct Scene {
    std::string instance;
    std::string function;
    std::string unit;  // "course 14"; may be empty
    int attempts = 1;
};
FaultText describe(const Fault& fault, const Scene& scene);
// The fixed part of describe(), for documentation and its test.
struct FaultInfo {
    FaultKind kind;
    const char* name;
    const char* sqlstate;
    const char* phrase;  // what stands behind the function's name in the message
    const char* hint;
    bool transient;
    bool too_much_at_once;
    bool overload;
};
std::span<const FaultInfo> all_faults();

const char* fault_name(FaultKind kind);  // "stalled", as last_scan() and docs/errors.md show it

}  // namespace moodle_fdw::moodle
