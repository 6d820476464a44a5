#include "latency.h"

#include <rapidjson/document.h>

#include <chrono>
#include <map>
#include <random>
#include <thread>
#include <utility>

namespace sim {

void Latency::work(int64_t rows, std::chrono::steady_clock::time_point arrival) {
    int64_t microseconds = fixed_ms_ * 1000 + per_row_us_ * rows;
    if (jitter_ms_ > 0) {
        thread_local std::minstd_rand random{std::random_device{}()};
        microseconds += static_cast<int64_t>(random()) % (jitter_ms_ * 1000);
    }
    {
        std::unique_lock lock(mutex_);
        const auto is_free = [&] { return workers_ == 0 || busy_ < workers_; };
        if (!is_free()) {
            freed_.wait(lock, is_free);
            arrival = std::chrono::steady_clock::now();
        }
        busy_++;
    }
    if (microseconds > 0) {
        std::this_thread::sleep_until(arrival + std::chrono::microseconds(microseconds));
    }
    const std::lock_guard lock(mutex_);
    busy_--;
    freed_.notify_one();
}

std::optional<std::string> Latency::set(const std::string& json) {
    rapidjson::Document document;
    document.Parse(json.c_str());
    if (document.HasParseError() || !document.IsObject()) return "a JSON object was expected";
    const std::map<std::string, std::atomic<int64_t>*> known = {{"latency_ms", &fixed_ms_},
                                                                {"fixed_ms", &fixed_ms_},
                                                                {"per_row_us", &per_row_us_},
                                                                {"jitter_ms", &jitter_ms_},
                                                                {"workers", &workers_}};
    for (const auto& member : std::as_const(document).GetObject()) {
        const auto number = known.find(member.name.GetString());
        if (number == known.end() || !member.value.IsInt64() || member.value.GetInt64() < 0) {
            return std::string("no such latency: ") + member.name.GetString();
        }
        *number->second = member.value.GetInt64();
    }
    freed_.notify_all();
    return std::nullopt;
}

}  // namespace sim
