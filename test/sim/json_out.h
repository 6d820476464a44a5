// Writes JSON as PHP's json_encode does: ASCII only, `/` escaped, astral characters as pairs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sim {

// Thrown when the client has gone.
struct ClientGone {};

class JsonOut {
  public:
    using Write = std::function<bool(const char*, size_t)>;
    explicit JsonOut(Write write) : write_(std::move(write)) { buffer_.reserve(kChunk + 4096); }

    JsonOut& open(char bracket) {
        separate();
        buffer_ += bracket;
        first_ = true;
        return *this;
    }
    JsonOut& close(char bracket) {
        buffer_ += bracket;
        first_ = false;
        if (buffer_.size() >= kChunk) flush();
        return *this;
    }
    JsonOut& key(std::string_view name) {
        separate();
        buffer_ += '"';
        buffer_ += name;
        buffer_ += "\":";
        first_ = true;
        return *this;
    }
    JsonOut& text(std::string_view utf8);
    JsonOut& number(int64_t value) { return raw(std::to_string(value)); }
    JsonOut& flag(bool value) { return raw(value ? "true" : "false"); }
    JsonOut& null() { return raw("null"); }
    JsonOut& raw(std::string_view json) {
        separate();
        buffer_ += json;
        return *this;
    }
    void flush();

  private:
    static constexpr size_t kChunk = 64 * 1024;
    void separate() {
        if (!first_) buffer_ += ',';
        first_ = false;
    }

    Write write_;
    std::string buffer_;
    bool first_ = true;
};

}  // namespace sim
