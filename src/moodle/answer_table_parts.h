// What an AnswerTable is made of. Internal to it.
#pragma once

#include <atomic>

#include "moodle/answer_table.h"

namespace moodle_fdw::moodle {

// An answer of Moodle takes some hundred bytes to some megabytes; half a block a body is lost.
inline constexpr size_t kBlockBytes = 4096;
// Fewer would keep nothing of use.
inline constexpr uint32_t kFewestPlaces = 16;
// What a view can show of a request.
inline constexpr size_t kShownRequest = 1024;
// A shorter secret would be found in any text; Moodle's have 32 characters.
inline constexpr size_t kShortestSecret = 16;

// Moments and times as they stand in shared memory: the clock is the machine's, not a process's.
inline int64_t ticks(net::Clock::duration time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}
inline int64_t ticks(net::Clock::time_point moment) {
    return ticks(moment.time_since_epoch());
}

inline bool holds_secret(std::string_view text, std::string_view secret) {
    return secret.size() >= kShortestSecret && text.find(secret) != std::string_view::npos;
}

enum class State : uint32_t {
    Asked,     // somebody is asking
    Kept,      // answered
    TooLarge,  // answered, but not kept: who asks need not wait for another
};

// Numbers of entries and blocks begin with 1; 0 is none.
struct AnswerTable::Head {
    uint32_t places = 0;  // entries, buckets and blocks, as many of each
    uint64_t entries_at = 0, buckets_at = 0, next_blocks_at = 0, blocks_at = 0;
    uint32_t entries_used = 0;  // ever
    uint32_t blocks_used = 0;
    uint32_t free_entry = 0;  // chains of what was given back
    uint32_t free_block = 0;
    uint32_t free_block_count = 0;
    uint32_t newest = 0;
    uint32_t oldest = 0;
};

struct AnswerTable::Entry {
    AnswerOwner owner;
    Sha256Digest digest{};
    std::atomic<int64_t> touched{0};  // when who asks was last heard of
    int64_t answered = 0;             // when its first byte came
    int64_t most_age = 0;
    uint64_t hits = 0;
    uint64_t body_size = 0;
    uint32_t request_size = 0;
    uint32_t process = 0;      // who asks
    uint32_t first_block = 0;  // the request, then the body from a block of its own
    uint32_t next_in_bucket = 0;
    uint32_t newer = 0, older = 0;  // of those that are answered and linked
    uint32_t references = 0;        // who reads or writes it
    State state = State::Asked;
    bool linked = false;
};
static_assert(std::atomic<int64_t>::is_always_lock_free, "shared between processes");

class AnswerTable::Guard {
  public:
    explicit Guard(Lock& lock) : lock_(lock) { lock_.acquire(); }
    ~Guard() { lock_.release(); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

  private:
    Lock& lock_;
};

// Holds a reference to an entry until it goes, or until the process lets go of all.
class AnswerTable::Handle {
  public:
    explicit Handle(AnswerTable& table) : table_(table) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    virtual ~Handle() = default;
    virtual void let_go() noexcept = 0;

  protected:
    // Under the table's lock.
    void hold(uint32_t number) {
        number_ = number;
        table_.entry(number).references++;
        next_ = table_.handles_;
        if (next_ != nullptr) next_->previous_ = this;
        table_.handles_ = this;
    }
    void release() {
        table_.drop_reference(number_);
        number_ = 0;
        (previous_ != nullptr ? previous_->next_ : table_.handles_) = next_;
        if (next_ != nullptr) next_->previous_ = previous_;
        next_ = previous_ = nullptr;
    }

    AnswerTable& table_;
    uint32_t number_ = 0;  // 0: let go of

  private:
    Handle* previous_ = nullptr;
    Handle* next_ = nullptr;
};

class AnswerTable::Reader final : public KeptAnswer, public Handle {
  public:
    using Handle::Handle;
    ~Reader() override { Reader::let_go(); }
    void open(uint32_t number);
    size_t read(char* into, size_t most) noexcept override;
    bool at_end() const noexcept override { return number_ == 0 || left_ == 0; }
    void let_go() noexcept override;

  private:
    uint32_t block_ = 0;
    size_t offset_ = 0;  // in the block
    uint64_t left_ = 0;
};

class AnswerTable::Writer final : public Recording, public Handle {
  public:
    Writer(AnswerTable& table, uint64_t max_answer, std::string_view secret);
    ~Writer() override { Writer::let_go(); }
    void open(uint32_t number);
    void add(std::string_view bytes) noexcept override;
    void touch(net::Clock::time_point now) noexcept override;
    void keep() noexcept override;
    void let_go() noexcept override;

  private:
    bool shows_secret(std::string_view bytes);
    void wipe();
    bool make_room(size_t bytes);
    void note_too_large();

    const uint64_t max_answer_;
    const std::string_view secret_;
    std::string border_;  // the end of what came before, where a secret may have begun
    uint32_t request_end_ = 0;
    uint32_t block_ = 0;
    size_t room_ = 0;  // in the block, and in those that follow
    size_t offset_ = 0;
    uint64_t written_ = 0;
    int64_t answered_ = 0;
};

}  // namespace moodle_fdw::moodle
