#include "stats.h"

#include <algorithm>
#include <chrono>

#include "json_out.h"

namespace sim {

namespace {

constexpr size_t kRequestsKept = 2000;

// Names and values may be any bytes; JSON wants UTF-8.
std::string printable(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out += c;
        } else {  // each byte as the character of its number
            out += static_cast<char>(0xc0 | byte >> 6);
            out += static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    return out;
}

bool is_utf8(const std::string& text) {
    size_t more = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (more > 0) {
            if ((byte & 0xc0) != 0x80) return false;
            more--;
        } else if (byte >= 0x80) {
            more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 9;
        }
        if (more > 3) return false;
    }
    return more == 0;
}

void write_text(JsonOut& out, const std::string& text) {
    out.text(is_utf8(text) ? text : printable(text));
}

void write_seen(JsonOut& out, const Seen& seen) {
    out.open('{').key("function");
    write_text(out, seen.function);
    out.key("method").text(seen.method).key("user_agent");
    write_text(out, seen.user_agent);
    out.key("host");
    write_text(out, seen.host);
    out.key("token_in_url").flag(seen.token_in_url).key("remote_port").number(seen.remote_port);
    out.key("body_length").number(static_cast<int64_t>(seen.body_length));
    out.key("token").text(seen.token).key("at_ms").number(seen.at_ms);
    out.key("dropped_arguments").number(seen.arguments->dropped()).key("arguments").open('[');
    for (const auto& [name, value] : seen.arguments->all()) {
        if (name == "wstoken") continue;
        out.open('[');
        write_text(out, name);
        write_text(out, value);
        out.close(']');
    }
    out.close(']').close('}');
}

int64_t milliseconds() {
    using Clock = std::chrono::steady_clock;
    static const Clock::time_point start = Clock::now();
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
}

}  // namespace

std::string fingerprint(const std::string& token) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : token) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    std::string digits;
    for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[hash >> shift & 15];
    return digits;
}

// Before in_flight_ changes.
void Stats::note_time() {
    const Clock::time_point now = Clock::now();
    if (in_flight_ > 0) busy_ += now - changed_;
    under_way_ += in_flight_ * (now - changed_);
    changed_ = now;
}

void Stats::begin(Seen seen) {
    const std::lock_guard lock(mutex_);
    note_time();
    requests_++;
    in_flight_++;
    max_concurrent_ = std::max(max_concurrent_, in_flight_);
    seen.at_ms = milliseconds();
    last_second_.push_back(seen.at_ms);
    while (last_second_.front() <= seen.at_ms - 1000) last_second_.pop_front();
    busiest_second_ = std::max(busiest_second_, static_cast<int64_t>(last_second_.size()));
    tokens_in_url_ += seen.token_in_url;
    dropped_ += seen.arguments->dropped();
    by_function_[seen.function].begin();
    by_token_[seen.token].begin();
    ports_.insert(seen.remote_port);
    if (recent_.size() == kRequestsKept) recent_.pop_front();
    recent_.push_back(std::move(seen));
}

void Stats::Count::begin() {
    requests++;
    in_flight++;
    max_concurrent = std::max(max_concurrent, in_flight);
}

void Stats::end(int64_t bytes, const std::string& function, const std::string& token) {
    const std::lock_guard lock(mutex_);
    note_time();
    in_flight_--;
    by_function_[function].in_flight--;
    by_token_[token].in_flight--;
    bytes_ += bytes;
}

void Stats::reset() {
    const std::lock_guard lock(mutex_);
    requests_ = bytes_ = tokens_in_url_ = dropped_ = 0;
    max_concurrent_ = in_flight_;
    for (auto* counts : {&by_function_, &by_token_}) {
        for (auto& [name, count] : *counts) {
            count.requests = 0;
            count.max_concurrent = count.in_flight;
        }
        std::erase_if(*counts, [](const auto& one) { return one.second.in_flight == 0; });
    }
    changed_ = Clock::now();
    busy_ = under_way_ = {};
    last_second_.clear();
    busiest_second_ = 0;
    ports_.clear();
    recent_.clear();
}

void Stats::write(JsonOut& out, const std::map<std::string, Count>& counts) {
    out.open('{');
    for (const auto& [name, count] : counts) {
        out.key(escape_json(is_utf8(name) ? name : printable(name))).open('{');
        out.key("requests").number(count.requests).key("in_flight").number(count.in_flight);
        out.key("max_concurrent").number(count.max_concurrent).close('}');
    }
    out.close('}');
}

std::string Stats::as_json() const {
    const std::lock_guard lock(mutex_);
    return to_json([&](JsonOut& out) {
        out.open('{').key("requests").number(requests_).key("in_flight").number(in_flight_);
        out.key("max_concurrent").number(max_concurrent_);
        const double mean = busy_.count() > 0 ? 1.0 * under_way_ / busy_ : 0;
        out.key("mean_concurrent").raw(std::to_string(mean));
        out.key("bytes").number(bytes_);
        out.key("connections").number(static_cast<int64_t>(ports_.size()));
        out.key("tokens_in_url").number(tokens_in_url_);
        out.key("dropped_arguments").number(dropped_).key("by_function").open('{');
        for (const auto& [function, count] : by_function_) {
            if (count.requests == 0) continue;
            out.key(escape_json(is_utf8(function) ? function : printable(function)));
            out.number(count.requests);
        }
        out.close('}').key("busiest_second").number(busiest_second_);
        out.key("functions");
        write(out, by_function_);
        out.key("tokens");
        write(out, by_token_);
        out.close('}');
    });
}

std::string Stats::requests_as_json() const {
    const std::lock_guard lock(mutex_);
    return to_json([&](JsonOut& out) {
        out.open('[');
        for (const Seen& seen : recent_) write_seen(out, seen);
        out.close(']');
    });
}

}  // namespace sim
