#include "net/pool.h"

#include <stdexcept>

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

// More idle connections than this one backend never needs, and the descriptors are shared.
constexpr long kIdleConnections = 256;

// libcurl asks for a zero timeout when it wants another look; past this many it waits its turn.
constexpr int kTimerRounds = 8;

}  // namespace

Pool::Pool(Multiplexer& multiplexer, uint32_t id)
    : multiplexer_(multiplexer), id_(id), multi_(curl_multi_init()) {
    if (multi_ == nullptr) throw std::runtime_error("curl_multi_init failed");
    const bool set =
        curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Pool::on_socket) == CURLM_OK &&
        curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this) == CURLM_OK &&
        curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Pool::on_timer) == CURLM_OK &&
        curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this) == CURLM_OK &&
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kIdleConnections) == CURLM_OK &&
        curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX) == CURLM_OK;
    if (!set) {
        curl_multi_cleanup(multi_);
        throw std::runtime_error("curl_multi_setopt failed");
    }
}

Pool::~Pool() {
    curl_multi_cleanup(multi_);
}

int Pool::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) noexcept {
    Pool& pool = *static_cast<Pool*>(self);
    if (what == CURL_POLL_REMOVE) {
        pool.multiplexer_.forget(socket);
        return 0;
    }
    // Returning failure would make the whole multi handle useless for ever; the engine ends the
    // exchanges under way instead.
    if (!pool.multiplexer_.watch(socket, pool.id_, (what & CURL_POLL_IN) != 0,
                                 (what & CURL_POLL_OUT) != 0)) {
        pool.trouble_ = "the kernel refused to watch a socket (epoll_ctl)";
    }
    return 0;
}

int Pool::on_timer(CURLM*, long milliseconds, void* self) noexcept {
    Pool& pool = *static_cast<Pool*>(self);
    if (milliseconds < 0) {
        pool.timer_.reset();
    } else {
        pool.timer_ = Clock::now() + Milliseconds(milliseconds);
    }
    return 0;
}

void Pool::act(curl_socket_t socket, int bits) {
    int running = 0;
    const CURLMcode code = curl_multi_socket_action(multi_, socket, bits, &running);
    if (code != CURLM_OK && code != CURLM_BAD_SOCKET) trouble_ = curl_multi_strerror(code);
}

void Pool::on_ready(const Multiplexer::Ready& ready) {
    int bits = 0;
    if (ready.readable) bits |= CURL_CSELECT_IN;
    if (ready.writable) bits |= CURL_CSELECT_OUT;
    if (ready.broken) bits |= CURL_CSELECT_ERR;
    act(ready.socket, bits);
}

void Pool::run_timer() {
    for (int round = 0; round < kTimerRounds && timer_ && *timer_ <= Clock::now(); ++round) {
        timer_.reset();
        act(CURL_SOCKET_TIMEOUT, 0);
    }
}

const char* Pool::take_trouble() {
    const char* trouble = trouble_;
    trouble_ = nullptr;
    return trouble;
}

}  // namespace moodle_fdw::net
