#include "net/engine.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "net/signals.h"

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

// A caller that waits on wait_fd() is woken at least this often while an exchange runs, so that a
// longer silence than kAbsence can only mean that it was elsewhere.
constexpr Milliseconds kHeartbeat{500};
constexpr Milliseconds kAbsence{1000};

}  // namespace

Engine::Engine(std::string user_agent)
    : user_agent_(std::move(user_agent)), share_(curl_share_init()) {
    if (share_ == nullptr) throw std::runtime_error("curl_share_init failed");
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    pools_.push_back(std::make_unique<Pool>(multiplexer_, next_pool_++));
}

void Engine::start(CurlExchange& exchange) {
    const SignalBlock quiet;
    // An absence before this moment says nothing about the exchange that begins now.
    forgive_absence(Clock::now());
    Pool& pool = *pools_.back();
    running_.push_back({&exchange, &pool});
    const CURLMcode code = curl_multi_add_handle(pool.handle(), exchange.easy());
    if (code != CURLM_OK) {
        running_.pop_back();
        throw std::runtime_error(curl_multi_strerror(code));
    }
    ++pool.users;
    pool.run_soon();
    set_alarm();
}

void Engine::drop(CurlExchange& exchange) noexcept {
    const auto found = std::find_if(running_.begin(), running_.end(), [&](const Running& running) {
        return running.exchange == &exchange;
    });
    if (found == running_.end()) return;
    const SignalBlock quiet;
    Pool* pool = found->pool;
    curl_multi_remove_handle(pool->handle(), exchange.easy());
    *found = running_.back();
    running_.pop_back();
    if (--pool->users == 0 && pool != pools_.back().get()) {
        std::erase_if(pools_, [&](const auto& candidate) { return candidate.get() == pool; });
    }
    set_alarm();
}

void Engine::drive() {
    const SignalBlock quiet;
    forgive_absence(Clock::now());
    resume_read(Clock::now());
    multiplexer_.poll([this](const Multiplexer::Ready& ready) {
        if (Pool* pool = pool_by_id(ready.owner)) pool->on_ready(ready);
    });
    for (const auto& pool : pools_) pool->run_timer();
    const Clock::time_point now = Clock::now();
    // An outdated pool goes with its last exchange, hence from the back.
    for (size_t i = pools_.size(); i-- > 0;) {
        const uint32_t id = pools_[i]->id();
        const char* trouble = pools_[i]->take_trouble();
        collect_finished(*pools_[i], now);
        if (trouble != nullptr) end_all_of(id, trouble, now);
    }
    check_limits(now);
    set_alarm();
}

void Engine::close_idle() {
    const SignalBlock quiet;
    // Exchanges under way keep their pool until they end; its connections go with it.
    auto fresh = std::make_unique<Pool>(multiplexer_, next_pool_++);
    pools_.reserve(pools_.size() + 1);
    if (pools_.back()->users == 0) pools_.pop_back();
    pools_.push_back(std::move(fresh));
    set_alarm();
}

Pool* Engine::pool_by_id(uint32_t id) {
    for (const auto& pool : pools_) {
        if (pool->id() == id) return pool.get();
    }
    return nullptr;
}

void Engine::forgive_absence(Clock::time_point now) {
    const Clock::duration away = now - last_drive_;
    last_drive_ = now;
    if (away <= kAbsence) return;
    for (const Running& running : running_) running.exchange->forgive(away);
}

void Engine::resume_read(Clock::time_point now) {
    for (size_t i = running_.size(); i-- > 0;) {
        CurlExchange& exchange = *running_[i].exchange;
        if (!exchange.wants_resume()) continue;
        running_[i].pool->run_soon();
        const CURLcode code = exchange.resume(now);
        if (code != CURLE_OK) exchange.finish(code, now);
    }
}

bool Engine::all_wait_for_reader() const {
    return std::all_of(running_.begin(), running_.end(),
                       [](const Running& running) { return running.exchange->paused(); });
}

void Engine::collect_finished(Pool& pool, Clock::time_point now) {
    int left = 0;
    CURLM* multi = pool.handle();
    // Finishing may remove the pool itself with its last exchange.
    for (size_t before = pool.users; before != 0; --before) {
        const CURLMsg* message = curl_multi_info_read(multi, &left);
        if (message == nullptr) return;
        if (message->msg != CURLMSG_DONE) continue;
        CurlExchange* exchange = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
        exchange->finish(message->data.result, now);
    }
}

void Engine::check_limits(Clock::time_point now) {
    for (size_t i = running_.size(); i-- > 0;) {
        running_[i].exchange->observe(now);
        running_[i].exchange->fail_if_over_limit(now);
    }
}

void Engine::end_all_of(uint32_t pool_id, const char* trouble, Clock::time_point now) {
    for (size_t i = running_.size(); i-- > 0;) {
        if (running_[i].pool->id() == pool_id)
            running_[i].exchange->fail(Failure::Other, trouble, now);
    }
}

void Engine::set_alarm() noexcept {
    std::optional<Clock::time_point> next;
    const auto at = [&next](Clock::time_point moment) {
        if (!next || moment < *next) next = moment;
    };
    if (!running_.empty()) at(last_drive_ + kHeartbeat);
    for (const Running& running : running_) at(running.exchange->next_limit());
    for (const auto& pool : pools_) {
        if (pool->timer() && pool->users != 0) at(*pool->timer());
    }
    multiplexer_.wake_at(next);
}

}  // namespace moodle_fdw::net
