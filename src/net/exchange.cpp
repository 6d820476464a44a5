#include "net/exchange.h"

#include <sys/socket.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

#include "net/engine.h"
#include "net/failures.h"
#include "net/redact.h"

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

// Enough to tell a fault by; after kFaultHeard no more of it is even read.
constexpr size_t kFaultKept = size_t{64} << 10;
constexpr size_t kFaultHeard = size_t{1} << 20;

// What one read of a socket may bring: more gains nothing on loopback. Compressed bytes are read in
// smaller portions, since a pause makes libcurl hold what one portion expands to.
constexpr long kPlainReadSize = 256 * 1024;
constexpr long kCompressedReadSize = 128 * 1024;

// Dead peers are found out, and middleboxes keep the mapping while PHP computes for minutes.
constexpr long kKeepAliveSeconds = 30;

bool is_https(const std::string& url) {
    return url.size() >= 8 && curl_strnequal(url.c_str(), "https://", 8) != 0;
}

long as_long(Milliseconds time) {
    if (time.count() <= 0) return INT_MAX;  // no limit; zero would mean libcurl's own default
    return static_cast<long>(std::min<int64_t>(time.count(), INT_MAX));
}

bool is_connected(int socket) {
    sockaddr_storage peer;
    socklen_t length = sizeof peer;
    return socket >= 0 && getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &length) == 0;
}

template <typename Value>
Value info(CURL* easy, CURLINFO what) {
    Value value{};
    curl_easy_getinfo(easy, what, &value);
    return value;
}

curl_off_t count_info(CURL* easy, CURLINFO what) {
    return std::max<curl_off_t>(0, info<curl_off_t>(easy, what));
}

}  // namespace

CurlExchange::CurlExchange(std::shared_ptr<Engine> engine, const Reach& reach,
                           std::string form_body)
    : engine_(std::move(engine)),
      reach_(reach),
      https_(is_https(reach.endpoint)),
      form_body_(std::move(form_body)),
      headers_(curl_slist_append(nullptr, "Expect:")),
      handle_(curl_easy_init()),
      easy_(handle_.get()),
      began_(Clock::now()),
      moved_(began_) {
    if (easy_ == nullptr || headers_ == nullptr) {
        wipe_body();
        throw std::runtime_error("curl_easy_init failed");
    }
    try {
        set_options(engine_->user_agent());
        set_peer_options();
        engine_->start(*this);
    } catch (...) {
        wipe_body();
        throw;
    }
}

CurlExchange::~CurlExchange() {
    if (!done_) engine_->drop(*this);
    handle_.reset();
    wipe_body();
}

template <typename Value>
void CurlExchange::set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy_, option, value);
    if (code != CURLE_OK) {
        throw std::runtime_error(std::string("libcurl refuses an option: ") +
                                 curl_easy_strerror(code));
    }
}

void CurlExchange::set_options(const std::string& user_agent) {
    set(CURLOPT_URL, reach_.endpoint.c_str());
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_ERRORBUFFER, error_);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_SHARE, engine_->share());
#if LIBCURL_VERSION_NUM >= 0x075700
    set(CURLOPT_QUICK_EXIT, 1L);  // cancelling must not wait for the resolver's thread
#endif
#if LIBCURL_VERSION_NUM >= 0x075500
    set(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    set(CURLOPT_PROTOCOLS, long{CURLPROTO_HTTP | CURLPROTO_HTTPS});
#endif
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_USERAGENT, user_agent.c_str());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(form_body_.size()));
    set(CURLOPT_POSTFIELDS, form_body_.c_str());
    set(CURLOPT_HEADERFUNCTION, &CurlExchange::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &CurlExchange::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_BUFFERSIZE, reach_.compression ? kCompressedReadSize : kPlainReadSize);
    if (reach_.compression) set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_OPENSOCKETFUNCTION, &CurlExchange::open_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
    set(CURLOPT_TCP_KEEPINTVL, kKeepAliveSeconds);
    set_connect_timeout();
}

void CurlExchange::set_peer_options() {
    // Empty strings also switch off what the environment says.
    set(CURLOPT_PROXY, reach_.proxy.c_str());
    set(CURLOPT_NOPROXY, "");
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    const long verify = reach_.verify_tls ? 1L : 0L;
    set(CURLOPT_SSL_VERIFYPEER, verify);
    set(CURLOPT_SSL_VERIFYHOST, verify * 2);
    set(CURLOPT_PROXY_SSL_VERIFYPEER, verify);
    set(CURLOPT_PROXY_SSL_VERIFYHOST, verify * 2);
    if (!reach_.ca_file.empty()) {
        // Who names the authorities means these and no others.
        set(CURLOPT_CAINFO, reach_.ca_file.c_str());
        set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
        set(CURLOPT_PROXY_CAINFO, reach_.ca_file.c_str());
        set(CURLOPT_PROXY_CAPATH, static_cast<char*>(nullptr));
    }
    const bool http2 = https_ ? reach_.http_version != HttpVersion::Http1
                              : reach_.http_version == HttpVersion::Http2;
    if (!http2) {
        set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
        return;
    }
    set(CURLOPT_HTTP_VERSION,
        https_ ? long{CURL_HTTP_VERSION_2TLS} : long{CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE});
    set(CURLOPT_PIPEWAIT, 1L);  // one connection for all, as soon as it is known to carry them
}

void CurlExchange::set_connect_timeout() {
    // libcurl divides this over the addresses of a host, so it has to know our limit.
    set(CURLOPT_CONNECTTIMEOUT_MS,
        as_long(reach_.connect_timeout.count() <= 0 ? Milliseconds{0}
                                                    : reach_.connect_timeout + forgiven_));
}

curl_socket_t CurlExchange::open_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
    const int opened = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    CurlExchange& exchange = *static_cast<CurlExchange*>(self);
    exchange.last_socket_ = opened;
    exchange.has_peer_ = false;
    return opened;
}

size_t CurlExchange::on_header(char* bytes, size_t, size_t count, void* self) noexcept {
    CurlExchange& exchange = *static_cast<CurlExchange*>(self);
    try {
        if (!exchange.head_.take({bytes, count})) return exchange.stop(Stop::HeadTooLarge);
    } catch (const std::bad_alloc&) {
        return exchange.stop(Stop::NoMemory);
    }
    if (exchange.head_.complete() && exchange.head_.success() && exchange.body_bytes_ == 0) {
        const auto announced = count_info(exchange.easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
        if (static_cast<uint64_t>(announced) > exchange.reach_.max_response_size) {
            return exchange.stop(Stop::BodyTooLarge);
        }
    }
    return count;
}

size_t CurlExchange::on_body(char* bytes, size_t, size_t count, void* self) noexcept {
    CurlExchange& exchange = *static_cast<CurlExchange*>(self);
    try {
        return exchange.head_.success() ? exchange.take_body(bytes, count)
                                        : exchange.take_fault_body(bytes, count);
    } catch (const std::bad_alloc&) {
        return exchange.stop(Stop::NoMemory);
    }
}

size_t CurlExchange::take_body(const char* bytes, size_t count) {
    if (count > reach_.max_response_size - body_bytes_) return stop(Stop::BodyTooLarge);
    if (inbox_.size() >= high_water_) {
        paused_ = true;
        paused_since_ = Clock::now();
        await_reader();
        return CURL_WRITEFUNC_PAUSE;
    }
    inbox_.append(bytes, count);
    body_bytes_ += count;
    return count;
}

size_t CurlExchange::take_fault_body(const char* bytes, size_t count) {
    if (body_bytes_ < kFaultKept) {
        inbox_.append(bytes, std::min(count, kFaultKept - static_cast<size_t>(body_bytes_)));
    }
    body_bytes_ += count;
    return body_bytes_ > kFaultHeard ? stop(Stop::FaultHeard) : count;
}

size_t CurlExchange::stop(Stop why) {
    stop_ = why;
    return 0;
}

void CurlExchange::set_high_water(size_t bytes) {
    const bool raised = bytes > high_water_;
    high_water_ = std::max<size_t>(bytes, 1);
    if (!paused_) return;
    await_reader();
    if (raised && inbox_.size() < high_water_) on_drained(this);
}

void CurlExchange::await_reader() {
    drained_ = inbox_.size() <= high_water_ / 2;
    inbox_.when_drained(high_water_ / 2, &CurlExchange::on_drained, this);
}

void CurlExchange::on_drained(void* self) noexcept {
    CurlExchange& exchange = *static_cast<CurlExchange*>(self);
    exchange.drained_ = true;
    exchange.engine_->wake();
}

CURLcode CurlExchange::resume(Clock::time_point now) {
    paused_ = false;
    drained_ = false;
    forgive(now - paused_since_);
    return curl_easy_pause(easy_, CURLPAUSE_CONT);
}

void CurlExchange::observe(Clock::time_point now) {
    if (!connected_ && count_info(easy_, CURLINFO_PRETRANSFER_TIME_T) > 0) {
        connected_ = true;
        moved_ = now;
    }
    if (!connected_ && !has_peer_) has_peer_ = is_connected(last_socket_);
    const uint64_t sample = static_cast<uint64_t>(count_info(easy_, CURLINFO_SIZE_UPLOAD_T)) +
                            static_cast<uint64_t>(count_info(easy_, CURLINFO_SIZE_DOWNLOAD_T)) +
                            head_.bytes();
    if (sample != moved_sample_) {
        moved_sample_ = sample;
        moved_ = now;
    }
}

Clock::time_point CurlExchange::next_limit() const {
    Clock::time_point next = Clock::time_point::max();
    if (paused_) return next;  // it is the reader that is slow
    const auto within = [&next](Clock::time_point since, Milliseconds limit) {
        if (limit.count() > 0) next = std::min(next, since + limit);
    };
    within(began_, reach_.request_timeout);
    if (connected_) {
        within(moved_, reach_.stall_timeout);
    } else {
        within(began_, reach_.connect_timeout);
    }
    return next;
}

void CurlExchange::fail_if_over_limit(Clock::time_point now) {
    if (now < next_limit()) return;
    const bool total = reach_.request_timeout.count() > 0 && now >= began_ + reach_.request_timeout;
    const bool stalled = connected_ && !total;
    const Milliseconds limit = total        ? reach_.request_timeout
                               : connected_ ? reach_.stall_timeout
                                            : reach_.connect_timeout;
    const char* what = total        ? "the whole exchange took longer than "
                       : connected_ ? "no byte moved for "
                                    : "no connection within ";
    fail(stalled ? Failure::Stall : Failure::Timeout, what + std::to_string(limit.count()) + " ms",
         now);
}

void CurlExchange::forgive(Clock::duration away) {
    const Clock::time_point now = Clock::now();
    // A pause that lies within the absence must not be forgiven twice.
    if (paused_) paused_since_ = std::min(now, paused_since_ + away);
    began_ += away;
    moved_ += away;
    forgiven_ += std::chrono::duration_cast<Milliseconds>(away);
    if (!connected_ && easy_ != nullptr) {
        curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                         as_long(reach_.connect_timeout + forgiven_));
    }
}

Phase CurlExchange::current_phase() const {
    if (head_.begun()) return Phase::Body;
    if (count_info(easy_, CURLINFO_PRETRANSFER_TIME_T) > 0) {
        const auto sent = count_info(easy_, CURLINFO_SIZE_UPLOAD_T);
        return static_cast<size_t>(sent) < form_body_.size() ? Phase::Send : Phase::FirstByte;
    }
    if (count_info(easy_, CURLINFO_NAMELOOKUP_TIME_T) == 0) return Phase::Resolve;
    // libcurl 7.88 tells the time of the TCP connection only once TLS stands on it.
    return https_ && reach_.proxy.empty() && has_peer_ ? Phase::Tls : Phase::Connect;
}

Failure CurlExchange::failure_of(CURLcode code, Phase phase) const {
    switch (stop_) {
        case Stop::BodyTooLarge:
        case Stop::HeadTooLarge:
            return Failure::TooLarge;
        case Stop::FaultHeard:
            return Failure::None;
        case Stop::NoMemory:
            return Failure::Other;
        case Stop::None:
            break;
    }
    return classify(code, {phase, !reach_.proxy.empty(), head_.encoded(), head_.complete()});
}

void CurlExchange::fill_outcome(Phase phase, Clock::time_point now) {
    outcome_.phase = phase;
    outcome_.http_status = head_.status();
    outcome_.content_type = head_.content_type();
    outcome_.retry_after = head_.retry_after();
    outcome_.server_time = head_.server_time();
    outcome_.encoded = head_.encoded();
    outcome_.wire_bytes = static_cast<uint64_t>(count_info(easy_, CURLINFO_SIZE_DOWNLOAD_T));
    outcome_.body_bytes = body_bytes_;
    outcome_.elapsed = std::chrono::duration_cast<Milliseconds>(now - began_);
    outcome_.reused_connection =
        phase >= Phase::Send && info<long>(easy_, CURLINFO_NUM_CONNECTS) == 0;
    if (const char* location = info<char*>(easy_, CURLINFO_REDIRECT_URL)) {
        outcome_.redirect_to = bare_location(location);
    }
}

void CurlExchange::finish(CURLcode code, Clock::time_point now) {
    // To libcurl, headers that end without their empty line are an answer without a body.
    if (code == CURLE_OK && !head_.complete()) code = CURLE_GOT_NOTHING;
    Phase phase = current_phase();
    const Failure failure = code == CURLE_OK ? Failure::None : failure_of(code, phase);
    // Its socket is gone by now.
    if (failure == Failure::Tls || failure == Failure::Certificate) phase = Phase::Tls;
    std::string detail;
    if (stop_ == Stop::BodyTooLarge) {
        detail = "the body is larger than " + std::to_string(reach_.max_response_size) + " bytes";
    } else if (stop_ == Stop::HeadTooLarge) {
        detail =
            "the headers are larger than " + std::to_string(ResponseHead::kMaxBytes) + " bytes";
    } else if (stop_ == Stop::NoMemory) {
        detail = "out of memory";
    } else if (failure != Failure::None) {
        detail = error_[0] != '\0' ? error_ : curl_easy_strerror(code);
    }
    end(failure, phase, detail, now);
}

void CurlExchange::fail(Failure failure, const std::string& detail, Clock::time_point now) {
    end(failure, current_phase(), detail, now);
}

void CurlExchange::end(Failure failure, Phase phase, const std::string& detail,
                       Clock::time_point now) {
    outcome_.failure = failure;
    try {
        fill_outcome(phase, now);
        outcome_.detail = plain_text(redact_user_info(detail, reach_.proxy));
    } catch (const std::bad_alloc&) {
        outcome_.failure = Failure::Other;
    }
    conclude();
}

void CurlExchange::conclude() {
    done_ = true;
    paused_ = false;
    if (done_hook_) std::exchange(done_hook_, nullptr)();
    inbox_.when_drained(0, nullptr, nullptr);
    engine_->drop(*this);
    easy_ = nullptr;
    handle_.reset();
    wipe_body();
}

void CurlExchange::wipe_body() {
    // It holds the token.
    explicit_bzero(form_body_.data(), form_body_.size());
    form_body_.clear();
}

}  // namespace moodle_fdw::net
