// One POST on one curl easy handle: its options, what its callbacks record, its limits, its
// outcome.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>

#include "net/response_head.h"
#include "net/transport.h"

namespace moodle_fdw::net {

class Engine;

class CurlExchange final : public Exchange {
  public:
    // Throws std::runtime_error when libcurl refuses an option.
    CurlExchange(std::shared_ptr<Engine> engine, const Reach& reach, std::string form_body);
    ~CurlExchange() override;
    CurlExchange(const CurlExchange&) = delete;
    CurlExchange& operator=(const CurlExchange&) = delete;

    Inbox& inbox() override { return inbox_; }
    bool headers_complete() const override { return head_.complete(); }
    int http_status() const override { return head_.status(); }
    bool done() const override { return done_; }
    const Outcome& outcome() const override { return outcome_; }
    void set_high_water(size_t bytes) override;
    void when_done(std::function<void()> hook) override {
        if (done_) return hook();
        done_hook_ = std::move(hook);
    }

    // For the engine.
    CURL* easy() const { return easy_; }
    bool paused() const { return paused_; }
    bool wants_resume() const { return paused_ && drained_; }
    CURLcode resume(Clock::time_point now);
    // Notes what has moved since the last time.
    void observe(Clock::time_point now);
    // The moment at which the next limit is over, if nothing moves until then.
    Clock::time_point next_limit() const;
    void fail_if_over_limit(Clock::time_point now);
    // Time in which the caller was elsewhere counts against no limit.
    void forgive(Clock::duration away);
    void finish(CURLcode code, Clock::time_point now);
    void fail(Failure failure, const std::string& detail, Clock::time_point now);

  private:
    struct CloseEasy {
        void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
    };
    struct FreeList {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };
    // Why a callback stopped the transfer; libcurl itself only knows that one did.
    enum class Stop { None, BodyTooLarge, HeadTooLarge, FaultHeard, NoMemory };

    static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept;
    static size_t on_header(char* bytes, size_t, size_t count, void* self) noexcept;
    static size_t on_body(char* bytes, size_t, size_t count, void* self) noexcept;
    size_t take_body(const char* bytes, size_t count);
    size_t take_fault_body(const char* bytes, size_t count);
    size_t stop(Stop why);
    void await_reader();
    static void on_drained(void* self) noexcept;

    template <typename Value>
    void set(CURLoption option, Value value);
    void set_options(const std::string& user_agent);
    void set_peer_options();
    void set_connect_timeout();

    Phase current_phase() const;
    Failure failure_of(CURLcode code, Phase phase) const;
    void fill_outcome(Phase phase, Clock::time_point now);
    void end(Failure failure, Phase phase, const std::string& detail, Clock::time_point now);
    void conclude();
    void wipe_body();

    std::shared_ptr<Engine> engine_;
    const Reach reach_;
    const bool https_;
    std::string form_body_;
    std::unique_ptr<curl_slist, FreeList> headers_;
    std::unique_ptr<CURL, CloseEasy> handle_;
    CURL* easy_ = nullptr;
    char error_[CURL_ERROR_SIZE] = {};

    Inbox inbox_;
    ResponseHead head_;
    size_t high_water_ = size_t{1} << 20;
    uint64_t body_bytes_ = 0;
    Stop stop_ = Stop::None;
    int last_socket_ = -1;   // of those that were opened for this exchange
    bool has_peer_ = false;  // and whether it is connected, TLS or not
    bool paused_ = false;
    bool drained_ = false;  // the reader has made room since the pause
    bool done_ = false;

    Clock::time_point began_;
    Clock::time_point moved_;
    Clock::time_point paused_since_;
    Milliseconds forgiven_{0};
    uint64_t moved_sample_ = 0;
    bool connected_ = false;
    Outcome outcome_;
    std::function<void()> done_hook_;
};

}  // namespace moodle_fdw::net
