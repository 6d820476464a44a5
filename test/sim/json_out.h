// Writes JSON as PHP's json_encode does: ASCII only, `/` escaped, astral characters as pairs.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sim {

// Thrown when the client has gone.
struct ClientGone {};

// A text and what stands for it between the quotes of JSON, made once.
struct Text {
    std::string_view plain, json;
};
std::string escape_json(std::string_view utf8);

class JsonOut {
  public:
    using Write = std::function<bool(const char*, size_t)>;
    explicit JsonOut(Write write) : write_(std::move(write)), buffer_(new char[kRoom]) {}

    JsonOut& open(char bracket) {
        separate();
        put(bracket);
        first_ = true;
        return *this;
    }
    // Only here is anything sent, so that no chunk ends within a key or a value.
    JsonOut& close(char bracket) {
        put(bracket);
        first_ = false;
        if (used_ >= kChunk) flush();
        return *this;
    }
    JsonOut& key(std::string_view name) {
        separate();
        char* at = room(name.size() + 3);
        *at = '"';
        std::memcpy(at + 1, name.data(), name.size());
        at[name.size() + 1] = '"';
        at[name.size() + 2] = ':';
        first_ = true;
        return *this;
    }
    JsonOut& text(std::string_view utf8);
    // What escape_json gave, or a text that needs no escapes.
    JsonOut& escaped(std::string_view json) {
        separate();
        char* at = room(json.size() + 2);
        *at = '"';
        // An empty view may have no address.
        if (!json.empty()) std::memcpy(at + 1, json.data(), json.size());
        at[json.size() + 1] = '"';
        return *this;
    }
    JsonOut& number(int64_t value) {
        separate();
        char digits[24];
        const char* end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        return put(std::string_view(digits, static_cast<size_t>(end - digits)));
    }
    JsonOut& flag(bool value) { return raw(value ? "true" : "false"); }
    JsonOut& null() { return raw("null"); }
    JsonOut& raw(std::string_view json) {
        separate();
        return put(json);
    }
    // What was written raw ended with an open bracket.
    void begin() { first_ = true; }
    // Bytes as they are, with no comma before them.
    JsonOut& put(std::string_view bytes) {
        std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
        return *this;
    }
    void flush();

  private:
    static constexpr size_t kChunk = 128 * 1024;
    static constexpr size_t kRoom = kChunk + 64 * 1024;
    void put(char c) { *room(1) = c; }
    void separate() {
        if (!first_) put(',');
        first_ = false;
    }
    char* room(size_t size) {
        if (used_ + size > size_) grow(size);
        char* at = buffer_.get() + used_;
        used_ += size;
        return at;
    }
    void grow(size_t size);

    Write write_;
    std::unique_ptr<char[]> buffer_;
    size_t used_ = 0, size_ = kRoom;
    bool first_ = true;
};

// The whole of what `write` writes.
std::string to_json(const std::function<void(JsonOut&)>& write);

}  // namespace sim
