// The bytes of one answer that have arrived and are not yet consumed, in one contiguous run.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace moodle_fdw::net {

class Inbox {
  public:
    // Readers scan in 64-byte blocks and may look (not write) this far past the end.
    static constexpr size_t kPadding = 64;

    std::string_view view() const { return {data_.get() + begin_, end_ - begin_}; }
    size_t size() const { return end_ - begin_; }
    bool empty() const { return begin_ == end_; }

    void append(const char* bytes, size_t count) {
        reserve(count);
        std::memcpy(data_.get() + end_, bytes, count);
        end_ += count;
        std::memset(data_.get() + end_, 0, kPadding);
        if (heard_ != nullptr) heard_(heard_context_, bytes, count);
    }

    // Views of consumed bytes stay valid until the next append.
    void consume(size_t count) {
        begin_ += count;
        if (begin_ == end_) begin_ = end_ = 0;
        if (drained_ != nullptr && size() <= low_water_) tell_drained();
    }

    void clear() { consume(size()); }

    // For the transport: calls once, from consume(), when no more than `bytes` are left. Thus a
    // transfer that was paused for its reader goes on by itself.
    void when_drained(size_t bytes, void (*call)(void*), void* context) {
        low_water_ = bytes;
        drained_ = call;
        drained_context_ = context;
    }

    // Calls for all bytes that arrive from now on, before anyone has consumed them; must not throw.
    void when_heard(void (*call)(void*, const char*, size_t), void* context) {
        heard_ = call;
        heard_context_ = context;
    }

  private:
    void tell_drained() {
        void (*const call)(void*) = drained_;
        drained_ = nullptr;
        call(drained_context_);
    }

    void reserve(size_t count) {
        if (data_ != nullptr && end_ + count + kPadding <= capacity_) return;
        const size_t held = end_ - begin_;
        const size_t wanted = held + count + kPadding;
        if (wanted <= capacity_ && begin_ >= held) {
            std::memmove(data_.get(), data_.get() + begin_, held);
        } else {
            size_t grown = capacity_ == 0 ? 16 * 1024 : capacity_;
            while (grown < wanted) grown *= 2;
            std::unique_ptr<char[]> larger(new char[grown]);
            if (held != 0) std::memcpy(larger.get(), data_.get() + begin_, held);
            data_ = std::move(larger);
            capacity_ = grown;
        }
        begin_ = 0;
        end_ = held;
    }

    std::unique_ptr<char[]> data_;
    size_t capacity_ = 0;
    size_t begin_ = 0;
    size_t end_ = 0;
    size_t low_water_ = 0;
    void (*drained_)(void*) = nullptr;
    void* drained_context_ = nullptr;
    void (*heard_)(void*, const char*, size_t) = nullptr;
    void* heard_context_ = nullptr;
};

}  // namespace moodle_fdw::net
