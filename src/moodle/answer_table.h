// The answers themselves, in one run of memory of a fixed size that several processes may share:
// entries found by a hash of the whole request, bodies in chains of blocks, the least recently used
// leaving first. Everything in it is found by number, so it may lie at any address.
//
// An entry belongs to an owner (a user mapping as it is now) and answers nobody else. It is taken
// out of the index when it is too old, evicted or cleared; its memory is free when also nobody
// reads or writes it any more.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "moodle/answer_store.h"
#include "moodle/sha256.h"

namespace moodle_fdw::moodle {

struct AnswerOwner {
    uint32_t database = 0;
    uint32_t server = 0;
    uint32_t mapping = 0;
    uint32_t role = 0;     // whose mapping it is; 0 = everyone's
    Sha256Digest print{};  // of token and options
    bool operator==(const AnswerOwner&) const = default;
};

// What is looked for, and how it may be kept.
struct Question {
    AnswerOwner owner;
    std::string_view request;
    net::Milliseconds most_age{0};
    bool anew = false;
    uint64_t max_answer = 0;
    std::string_view secret;  // an answer that holds it is not kept
};

// One kept answer, for a view.
struct KeptSummary {
    AnswerOwner owner;
    std::string request;  // its beginning
    uint64_t bytes = 0;
    uint64_t hits = 0;
    net::Milliseconds age{0};
    net::Milliseconds most_age{0};
};

class AnswerTable {
  public:
    // Keeps others out of the table; never held for longer than some copying within memory.
    class Lock {
      public:
        virtual ~Lock() = default;
        virtual void acquire() noexcept = 0;
        virtual void release() noexcept = 0;
    };
    using Hash = Sha256Digest (*)(const AnswerOwner& owner, std::string_view request);

    // Makes `bytes` of memory an empty table; false if that is too little for one.
    static bool format(void* memory, size_t bytes) noexcept;

    // A process's way to a formatted table. `hash` is another one in tests of collisions.
    AnswerTable(void* memory, Lock& lock, uint32_t process, Hash hash = nullptr);
    ~AnswerTable();
    AnswerTable(const AnswerTable&) = delete;
    AnswerTable& operator=(const AnswerTable&) = delete;

    Finding look(const Question& question, net::Clock::time_point now);
    // Answers of a database that are not too old.
    std::vector<KeptSummary> list(uint32_t database, net::Clock::time_point now);
    // Every owner that has something in a database.
    std::vector<AnswerOwner> owners(uint32_t database);
    // Forgets what these owners have, also what is just being asked; how many were kept answers.
    size_t forget(const std::function<bool(const AnswerOwner&)>& whose);
    // Lets go of all that this process reads and writes; its readers then see the end.
    void let_go() noexcept;

    // A longer request is not worth keeping.
    static constexpr size_t kMaxRequest = size_t{64} << 10;
    // Who asks and is not heard of for this long has gone, or reads on at leisure (an open cursor).
    // In the same process that is sooner clear: it waits for us.
    static constexpr net::Milliseconds kSilence{3000};
    static constexpr net::Milliseconds kSilenceHere{200};

  private:
    struct Head;
    struct Entry;
    class Handle;
    class Reader;
    class Writer;
    class Guard;

    Entry& entry(uint32_t number) const;
    uint32_t& next_block(uint32_t block) const;
    char* block(uint32_t number) const;
    uint32_t& bucket_of(const Sha256Digest& digest) const;

    uint32_t find(const Question& question, const Sha256Digest& digest) const;
    bool same_request(const Entry& candidate, std::string_view request) const;
    bool is_silent(const Entry& asked, net::Clock::time_point now) const;
    uint32_t claim(const Question& question, const Sha256Digest& digest,
                   net::Clock::time_point now);
    void write_request(const Entry& claimed, std::string_view request);
    void link(uint32_t number);
    void unlink(uint32_t number);
    void make_newest(uint32_t number);
    void take_from_order(uint32_t number);
    void drop_reference(uint32_t number);
    bool evict_one();
    uint32_t take_blocks(uint32_t count);
    void free_blocks(uint32_t first);
    uint32_t blocks_left() const;

    char* const memory_;
    Head& head_;
    Lock& lock_;
    const uint32_t process_;
    const Hash hash_;
    Handle* handles_ = nullptr;
};

}  // namespace moodle_fdw::moodle
