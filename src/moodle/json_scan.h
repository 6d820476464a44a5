// The vector half of the JSON reader: one look at every byte, 64 at a time, that finds where the
// tokens stand and where the record ends. The grammar is then checked on the marks alone
// (json.cpp). A scan can be fed piece by piece; no byte is looked at again (but for the last,
// unfinished block), so that a large record in small pieces costs no more than in one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace moodle_fdw::moodle {

// What one block hands to the next, and where the marks go.
struct ScanState {
    uint32_t* marks = nullptr;
    uint32_t* escapes = nullptr;
    uint64_t* backslashes = nullptr;
    size_t mark_count = 0;
    size_t escape_count = 0;
    size_t tokens = 0;
    int64_t depth = 0;
    uint64_t escaped = 0;    // 1: the next byte is escaped
    uint64_t in_string = 0;  // all ones: the next byte is in a string
    uint64_t in_scalar = 0;  // 1: the last byte was of a number or literal (or garbage)
    uint64_t high = 0;       // not zero: bytes beyond ASCII were met
    uint32_t control = UINT32_MAX;
    bool too_deep = false;
};

// The instruction sets that the scan is written for; the best that the machine has is taken.
enum class ScanKernel : uint8_t { Best, Avx512, Avx2, Baseline };
// Takes another one, for tests and benchmarks. False when the machine does not have it.
bool select_scan_kernel(ScanKernel kernel);

class JsonScan {
  public:
    // Bytes that are looked at together. find_end() may read (not judge) up to a block past `size`.
    static constexpr size_t kBlock = 64;
    static constexpr size_t kNotYet = SIZE_MAX;
    static constexpr uint32_t kNone = UINT32_MAX;
    // 16 bytes each on a tape: 128 MiB for a hostile record. The densest 64 MiB that a real site
    // could send (13 bytes a token) stays below.
    static constexpr size_t kMaxTokens = size_t{8} << 20;

    // Forgets all; the next byte shown is the first of a record.
    void start();
    // `data` is the record from its first byte (an object or array), `size` what has arrived of it.
    // The record's size as soon as its bracket closes, else kNotYet. Stop when refused().
    size_t find_end(const char* data, size_t size);
    // A value of any kind, whole. Reads nothing past its end.
    void scan_whole(std::string_view record);

    // Whether the marks are those of a whole record of this size.
    bool covers(size_t record_size) const { return end_ == record_size && record_size != 0; }
    bool too_deep() const { return state_.too_deep; }
    bool too_many() const { return state_.tokens > kMaxTokens; }
    bool refused() const { return too_deep() || too_many(); }
    bool in_string() const { return state_.in_string != 0; }
    // Offset of the first control character within a string, or kNone.
    uint32_t control() const { return state_.control; }
    bool has_high() const { return state_.high != 0; }
    size_t tokens() const { return state_.tokens; }

    // Offsets of quotes, brackets, commas and colons outside strings, and of the first byte of
    // everything else that is not white space, in order.
    const uint32_t* marks() const { return marks_.data(); }
    size_t mark_count() const { return state_.mark_count; }
    // Offsets of escaped characters other than `/` and backslash.
    const uint32_t* escapes() const { return escapes_.data(); }
    size_t escape_count() const { return state_.escape_count; }
    // One word a block, a bit for each backslash.
    const uint64_t* backslashes() const { return backslashes_.data(); }

  private:
    void make_room(size_t bytes);

    // Sized ahead of the kernel's stores; the counts in the state say how much of them holds.
    std::vector<uint32_t> marks_;
    std::vector<uint32_t> escapes_;
    std::vector<uint64_t> backslashes_;
    ScanState state_;
    size_t scanned_ = 0;
    size_t end_ = 0;
};

}  // namespace moodle_fdw::moodle
