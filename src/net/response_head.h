// What an HTTP answer says before its body, line by line as libcurl hands the lines over.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/transport.h"

namespace moodle_fdw::net {

class ResponseHead {
  public:
    // Status line, fields and trailers of one answer. A real Moodle sends below 2 KiB; this leaves
    // room for what proxies add and still bounds what a hostile peer can make us read.
    static constexpr size_t kMaxBytes = 256 * 1024;

    // False when the head is larger than the bound.
    bool take(std::string_view line);

    bool begun() const { return bytes_ != 0; }
    bool complete() const { return complete_; }
    bool success() const { return status_ >= 200 && status_ <= 299; }
    int status() const { return status_; }
    size_t bytes() const { return bytes_; }
    bool encoded() const { return encoded_; }
    const std::string& content_type() const { return content_type_; }
    // From seconds or an HTTP date, never negative and at most a day.
    std::optional<Milliseconds> retry_after() const;
    // The server's own clock, in seconds since 1970.
    std::optional<int64_t> server_time() const;

  private:
    void take_status(std::string_view line);
    void take_field(std::string_view name, std::string_view value);

    size_t bytes_ = 0;
    int status_ = 0;
    bool complete_ = false;
    bool encoded_ = false;
    std::string content_type_;
    std::string date_;
    std::string retry_after_;
};

}  // namespace moodle_fdw::net
