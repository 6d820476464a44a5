#include "moodle/json_scan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "moodle/json.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// A bit for each byte of a block. What is within strings is not yet told apart.
struct Block {
    uint64_t quote;
    uint64_t backslash;
    uint64_t open;
    uint64_t close;
    uint64_t separator;  // , :
    uint64_t white;      // space, tab, line feed, carriage return
    uint64_t control;    // below a space
    uint64_t high;
};

// `{` `}` differ from `[` `]` by this bit, which makes one comparison of two.
constexpr char kBraceBit = 0x20;

#if defined(__SSE2__)

namespace sse2 {

#define SCAN_TARGET
#define SCAN_CLMUL 0

inline uint64_t bits(__m128i matches) {
    return static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(matches)));
}

inline void load_block(const char* bytes, Block& block) {
    block = {};
    for (int part = 0; part < 4; ++part) {
        const int shift = part * 16;
        const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + part * 16));
        const __m128i folded = _mm_or_si128(chunk, _mm_set1_epi8(kBraceBit));
        const auto equal = [&](char c) { return _mm_cmpeq_epi8(chunk, _mm_set1_epi8(c)); };
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(chunk, _mm_set1_epi8(0x1f)), chunk);
        const __m128i white = _mm_or_si128(_mm_or_si128(equal(' '), equal('\t')),
                                           _mm_or_si128(equal('\n'), equal('\r')));
        block.quote |= bits(equal('"')) << shift;
        block.backslash |= bits(equal('\\')) << shift;
        block.open |= bits(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{'))) << shift;
        block.close |= bits(_mm_cmpeq_epi8(folded, _mm_set1_epi8('}'))) << shift;
        block.separator |= bits(_mm_or_si128(equal(','), equal(':'))) << shift;
        block.white |= bits(white) << shift;
        block.control |= bits(control) << shift;
        block.high |= bits(chunk) << shift;
    }
}

inline uint64_t slashes(const char* bytes) {
    uint64_t found = 0;
    for (int part = 0; part < 4; ++part) {
        const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + part * 16));
        found |= bits(_mm_cmpeq_epi8(chunk, _mm_set1_epi8('/'))) << (part * 16);
    }
    return found;
}

#include "moodle/json_scan_kernel.inc"

#undef SCAN_TARGET
#undef SCAN_CLMUL

}  // namespace sse2

namespace avx2 {

#define SCAN_TARGET __attribute__((target("avx2,pclmul,bmi,bmi2,popcnt")))
#define SCAN_CLMUL 1

SCAN_TARGET inline uint64_t bits(__m256i matches) {
    return static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(matches)));
}

SCAN_TARGET inline __m256i equal(__m256i chunk, char c) {
    return _mm256_cmpeq_epi8(chunk, _mm256_set1_epi8(c));
}

SCAN_TARGET inline void load_block(const char* bytes, Block& block) {
    block = {};
    for (int part = 0; part < 2; ++part) {
        const int shift = part * 32;
        const __m256i chunk =
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + part * 32));
        const __m256i folded = _mm256_or_si256(chunk, _mm256_set1_epi8(kBraceBit));
        const __m256i control =
            _mm256_cmpeq_epi8(_mm256_min_epu8(chunk, _mm256_set1_epi8(0x1f)), chunk);
        const __m256i white =
            _mm256_or_si256(_mm256_or_si256(equal(chunk, ' '), equal(chunk, '\t')),
                            _mm256_or_si256(equal(chunk, '\n'), equal(chunk, '\r')));
        block.quote |= bits(equal(chunk, '"')) << shift;
        block.backslash |= bits(equal(chunk, '\\')) << shift;
        block.open |= bits(equal(folded, '{')) << shift;
        block.close |= bits(equal(folded, '}')) << shift;
        block.separator |= bits(_mm256_or_si256(equal(chunk, ','), equal(chunk, ':'))) << shift;
        block.white |= bits(white) << shift;
        block.control |= bits(control) << shift;
        block.high |= bits(chunk) << shift;
    }
}

SCAN_TARGET inline uint64_t slashes(const char* bytes) {
    uint64_t found = 0;
    for (int part = 0; part < 2; ++part) {
        const __m256i chunk =
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + part * 32));
        found |= bits(equal(chunk, '/')) << (part * 32);
    }
    return found;
}

#include "moodle/json_scan_kernel.inc"

#undef SCAN_TARGET
#undef SCAN_CLMUL

}  // namespace avx2

#else

namespace portable {

#define SCAN_TARGET
#define SCAN_CLMUL 0

inline void load_block(const char* bytes, Block& block) {
    block = {};
    for (int i = 0; i < 64; ++i) {
        const auto c = static_cast<unsigned char>(bytes[i]);
        const unsigned char folded = c | kBraceBit;
        block.quote |= uint64_t{c == '"'} << i;
        block.backslash |= uint64_t{c == '\\'} << i;
        block.open |= uint64_t{folded == '{'} << i;
        block.close |= uint64_t{folded == '}'} << i;
        block.separator |= uint64_t{c == ',' || c == ':'} << i;
        block.white |= uint64_t{c == ' ' || c == '\t' || c == '\n' || c == '\r'} << i;
        block.control |= uint64_t{c < ' '} << i;
        block.high |= uint64_t{c >= 0x80} << i;
    }
}

inline uint64_t slashes(const char* bytes) {
    uint64_t found = 0;
    for (int i = 0; i < 64; ++i) found |= uint64_t{bytes[i] == '/'} << i;
    return found;
}

#include "moodle/json_scan_kernel.inc"

#undef SCAN_TARGET
#undef SCAN_CLMUL

}  // namespace portable

#endif

using BlocksFunction = size_t (*)(const char*, size_t, size_t, ScanState&);
using PartFunction = size_t (*)(const char*, size_t, size_t, ScanState&);

struct Kernels {
    BlocksFunction find_blocks;
    PartFunction find_part;
    BlocksFunction whole_blocks;
    PartFunction whole_part;
};

Kernels choose_kernels() {
#if defined(__SSE2__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
        __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
        __builtin_cpu_supports("popcnt")) {
        return {avx2::scan_blocks<false>, avx2::scan_part<false>, avx2::scan_blocks<true>,
                avx2::scan_part<true>};
    }
    return {sse2::scan_blocks<false>, sse2::scan_part<false>, sse2::scan_blocks<true>,
            sse2::scan_part<true>};
#else
    return {portable::scan_blocks<false>, portable::scan_part<false>, portable::scan_blocks<true>,
            portable::scan_part<true>};
#endif
}

const Kernels kKernels = choose_kernels();

// Bytes between two looks at the bounds; also what the marks' room grows by.
constexpr size_t kBatch = 64 * 1024;

// Offsets are 32 bits wide.
constexpr size_t kLargest = UINT32_MAX - kBatch;

}  // namespace

void JsonScan::start() {
    state_ = ScanState{};
    scanned_ = 0;
    end_ = 0;
}

void JsonScan::make_room(size_t bytes) {
    const auto grow = [](auto& store, size_t wanted) {
        if (store.size() < wanted) store.resize(wanted + wanted / 2);
    };
    // The kernel stores up to eight marks more than there are.
    grow(marks_, state_.mark_count + bytes + 2 * kBlock);
    grow(escapes_, state_.escape_count + bytes / 2 + 2 * kBlock);
    grow(backslashes_, (scanned_ + bytes) / kBlock + 2);
    state_.marks = marks_.data();
    state_.escapes = escapes_.data();
    state_.backslashes = backslashes_.data();
}

size_t JsonScan::find_end(const char* data, size_t size) {
    while (size - scanned_ >= kBlock && !refused()) {
        const size_t batch = std::min(size - scanned_, kBatch) / kBlock * kBlock;
        make_room(batch);
        end_ = kKernels.find_blocks(data, scanned_, scanned_ + batch, state_);
        if (end_ != kNotYet) return end_;
        scanned_ += batch;
    }
    if (refused() || scanned_ == size) return kNotYet;
    // The block at the end counts only if the record ends in it; else it is looked at again when
    // it is whole.
    make_room(kBlock);
    const ScanState before = state_;
    end_ = kKernels.find_part(data + scanned_, size - scanned_, scanned_, state_);
    if (end_ == kNotYet && !state_.too_deep) state_ = before;
    return end_;
}

void JsonScan::scan_whole(std::string_view record) {
    start();
    if (record.size() > kLargest) state_.tokens = kMaxTokens + 1;
    while (record.size() - scanned_ >= kBlock && !too_many()) {
        const size_t batch = std::min(record.size() - scanned_, kBatch) / kBlock * kBlock;
        make_room(batch);
        kKernels.whole_blocks(record.data(), scanned_, scanned_ + batch, state_);
        scanned_ += batch;
    }
    if (too_many()) return;
    if (scanned_ != record.size()) {
        char tail[kBlock] = {};
        std::memcpy(tail, record.data() + scanned_, record.size() - scanned_);
        make_room(kBlock);
        kKernels.whole_part(tail, record.size() - scanned_, scanned_, state_);
    }
    end_ = record.size();
}

}  // namespace moodle_fdw::moodle
