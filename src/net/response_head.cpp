#include "net/response_head.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ctime>

#include "net/redact.h"

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

// Longer field values than this are of no use to anybody.
constexpr size_t kMaxValue = 200;

// Nobody waits for longer; and no arithmetic on it can overflow.
constexpr int64_t kMaxRetryAfterSeconds = 24 * 60 * 60;

bool same_name(std::string_view name, std::string_view lower) {
    return std::equal(name.begin(), name.end(), lower.begin(), lower.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == b;
    });
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

bool ResponseHead::take(std::string_view line) {
    bytes_ += line.size();
    if (bytes_ > kMaxBytes) return false;
    if (complete_) return true;  // trailers
    if (line.starts_with("HTTP/")) {
        take_status(line);
        return true;
    }
    const std::string_view text = trim(line);
    if (text.empty()) {
        complete_ = status_ >= 200;  // the end of an interim answer is followed by the true one
        return true;
    }
    const size_t colon = text.find(':');
    if (colon != std::string_view::npos) {
        take_field(text.substr(0, colon), trim(text.substr(colon + 1)));
    }
    return true;
}

void ResponseHead::take_status(std::string_view line) {
    status_ = 0;
    encoded_ = false;
    content_type_.clear();
    date_.clear();
    retry_after_.clear();
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) return;
    const std::string_view code = line.substr(space + 1, 3);
    std::from_chars(code.data(), code.data() + code.size(), status_);
}

void ResponseHead::take_field(std::string_view name, std::string_view value) {
    if (same_name(name, "content-type")) {
        content_type_ = plain_text(value, kMaxValue);
    } else if (same_name(name, "content-encoding")) {
        encoded_ = !same_name(value, "identity");
    } else if (same_name(name, "date")) {
        date_ = value.substr(0, kMaxValue);
    } else if (same_name(name, "retry-after")) {
        retry_after_ = value.substr(0, kMaxValue);
    }
}

std::optional<Milliseconds> ResponseHead::retry_after() const {
    int64_t seconds = 0;
    if (all_digits(retry_after_)) {
        const auto parsed = std::from_chars(retry_after_.data(),
                                            retry_after_.data() + retry_after_.size(), seconds);
        if (parsed.ec != std::errc()) seconds = kMaxRetryAfterSeconds;
    } else {
        const time_t until =
            retry_after_.empty() ? -1 : curl_getdate(retry_after_.c_str(), nullptr);
        if (until < 0) return {};
        // The server's own clock, where it tells it: ours may be minutes off.
        seconds = until - server_time().value_or(std::time(nullptr));
    }
    return std::chrono::seconds(std::clamp<int64_t>(seconds, 0, kMaxRetryAfterSeconds));
}

std::optional<int64_t> ResponseHead::server_time() const {
    const time_t said = date_.empty() ? -1 : curl_getdate(date_.c_str(), nullptr);
    if (said < 0) return {};
    return said;
}

}  // namespace moodle_fdw::net
