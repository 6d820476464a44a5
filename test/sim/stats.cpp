#include "stats.h"

#include <algorithm>

#include "json_out.h"

namespace sim {

namespace {

constexpr size_t kRequestsKept = 2000;

std::string to_text(const std::function<void(JsonOut&)>& write) {
    std::string text;
    JsonOut out([&](const char* bytes, size_t count) {
        text.append(bytes, count);
        return true;
    });
    write(out);
    out.flush();
    return text;
}

}  // namespace

void Stats::begin(const std::string& function, const Arguments& arguments, bool token_in_url,
                  const std::string& user_agent, int remote_port) {
    const std::lock_guard lock(mutex_);
    requests_++;
    in_flight_++;
    max_concurrent_ = std::max(max_concurrent_, in_flight_);
    tokens_in_url_ += token_in_url;
    by_function_[function]++;
    ports_.insert(remote_port);
    if (recent_.size() == kRequestsKept) recent_.pop_front();
    recent_.push_back({function, user_agent, arguments, token_in_url, remote_port});
}

void Stats::end(int64_t bytes) {
    const std::lock_guard lock(mutex_);
    in_flight_--;
    bytes_ += bytes;
}

void Stats::reset() {
    const std::lock_guard lock(mutex_);
    requests_ = bytes_ = tokens_in_url_ = 0;
    max_concurrent_ = in_flight_;
    by_function_.clear();
    ports_.clear();
    recent_.clear();
}

std::string Stats::as_json() const {
    const std::lock_guard lock(mutex_);
    return to_text([&](JsonOut& out) {
        out.open('{').key("requests").number(requests_).key("in_flight").number(in_flight_);
        out.key("max_concurrent").number(max_concurrent_).key("bytes").number(bytes_);
        out.key("connections").number(static_cast<int64_t>(ports_.size()));
        out.key("tokens_in_url").number(tokens_in_url_).key("by_function").open('{');
        for (const auto& [function, count] : by_function_) out.key(function).number(count);
        out.close('}').close('}');
    });
}

std::string Stats::requests_as_json() const {
    const std::lock_guard lock(mutex_);
    return to_text([&](JsonOut& out) {
        out.open('[');
        for (const Request& request : recent_) {
            out.open('{').key("function").text(request.function).key("user_agent");
            out.text(request.user_agent).key("token_in_url").flag(request.token_in_url);
            out.key("remote_port").number(request.remote_port).key("arguments").open('[');
            for (const auto& [name, value] : request.arguments.all()) {
                if (name == "wstoken") continue;
                out.open('[').text(name).text(value).close(']');
            }
            out.close(']').close('}');
        }
        out.close(']');
    });
}

}  // namespace sim
