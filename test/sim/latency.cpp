#include "latency.h"

#include <rapidjson/document.h>

#include <chrono>
#include <random>
#include <thread>

namespace sim {

void Latency::take(int64_t rows) {
    {
        std::unique_lock lock(mutex_);
        freed_.wait(lock, [&] { return workers_ == 0 || busy_ < workers_; });
        busy_++;
    }
    int64_t microseconds = fixed_ms_ * 1000 + per_row_us_ * rows;
    if (jitter_ms_ > 0) {
        thread_local std::minstd_rand random{std::random_device{}()};
        microseconds += static_cast<int64_t>(random()) % (jitter_ms_ * 1000);
    }
    if (microseconds > 0) std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
}

void Latency::release() {
    const std::lock_guard lock(mutex_);
    busy_--;
    freed_.notify_one();
}

bool Latency::set(const std::string& json) {
    rapidjson::Document document;
    document.Parse(json.c_str());
    if (document.HasParseError() || !document.IsObject()) return false;
    const auto read = [&](const char* name, std::atomic<int64_t>& to) {
        const auto found = document.FindMember(name);
        if (found != document.MemberEnd() && found->value.IsInt64()) to = found->value.GetInt64();
    };
    read("fixed_ms", fixed_ms_);
    read("per_row_us", per_row_us_);
    read("jitter_ms", jitter_ms_);
    read("workers", workers_);
    freed_.notify_all();
    return true;
}

}  // namespace sim
