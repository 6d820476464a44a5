#include "moodle/json_scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "moodle/json.h"

#if defined(__SSE2__) && !defined(MOODLE_FDW_NO_SIMD)
#include <immintrin.h>
#endif

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// A bit for each byte of a block. What is within strings is not yet told apart.
struct Block {
    uint64_t quote = 0;
    uint64_t backslash = 0;
    uint64_t open = 0;
    uint64_t close = 0;
    uint64_t separator = 0;  // , :
    uint64_t white = 0;      // space, tab, line feed, carriage return
    uint64_t control = 0;    // below a space
    uint64_t high = 0;
};

// `{` `}` differ from `[` `]` by this bit, which makes one comparison of two.
constexpr char kBraceBit = 0x20;

#if defined(__SSE2__) && !defined(MOODLE_FDW_NO_SIMD)

namespace sse2 {

#define SCAN_TARGET
#define SCAN_INLINE __attribute__((always_inline)) inline
#define SCAN_CLMUL 0
#define SCAN_COMPRESS 0

SCAN_INLINE uint64_t bits(__m128i matches) {
    return static_cast<uint32_t>(_mm_movemask_epi8(matches));
}

SCAN_INLINE __m128i equal(__m128i chunk, char c) {
    return _mm_cmpeq_epi8(chunk, _mm_set1_epi8(c));
}

SCAN_INLINE __m128i load(const char* bytes) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}

SCAN_INLINE void load_part(const char* bytes, int part, Block& block) {
    const int shift = part * 16;
    const __m128i chunk = load(bytes + shift);
    const __m128i folded = _mm_or_si128(chunk, _mm_set1_epi8(kBraceBit));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(chunk, _mm_set1_epi8(0x1f)), chunk);
    const __m128i white = _mm_or_si128(_mm_or_si128(equal(chunk, ' '), equal(chunk, '\t')),
                                       _mm_or_si128(equal(chunk, '\n'), equal(chunk, '\r')));
    block.quote |= bits(equal(chunk, '"')) << shift;
    block.backslash |= bits(equal(chunk, '\\')) << shift;
    block.open |= bits(equal(folded, '{')) << shift;
    block.close |= bits(equal(folded, '}')) << shift;
    block.separator |= bits(_mm_or_si128(equal(chunk, ','), equal(chunk, ':'))) << shift;
    block.white |= bits(white) << shift;
    block.control |= bits(control) << shift;
    block.high |= bits(chunk) << shift;
}

SCAN_INLINE void load_block(const char* bytes, Block& block) {
    load_part(bytes, 0, block);
    load_part(bytes, 1, block);
    load_part(bytes, 2, block);
    load_part(bytes, 3, block);
}

SCAN_INLINE uint64_t slashes(const char* bytes) {
    return bits(equal(load(bytes), '/')) | bits(equal(load(bytes + 16), '/')) << 16 |
           bits(equal(load(bytes + 32), '/')) << 32 | bits(equal(load(bytes + 48), '/')) << 48;
}

SCAN_INLINE uint32_t lowest_bit(uint64_t word) {
    return static_cast<uint32_t>(__builtin_ctzll(word | uint64_t{1} << 63));
}

#include "moodle/json_scan_kernel.inc"

#undef SCAN_TARGET
#undef SCAN_INLINE
#undef SCAN_CLMUL
#undef SCAN_COMPRESS

}  // namespace sse2

namespace avx2 {

#define SCAN_TARGET __attribute__((target("avx2,pclmul,bmi,bmi2,popcnt")))
#define SCAN_INLINE SCAN_TARGET __attribute__((always_inline)) inline
#define SCAN_CLMUL 1
#define SCAN_COMPRESS 0

SCAN_INLINE uint64_t bits(__m256i matches) {
    return static_cast<uint32_t>(_mm256_movemask_epi8(matches));
}

SCAN_INLINE __m256i equal(__m256i chunk, char c) {
    return _mm256_cmpeq_epi8(chunk, _mm256_set1_epi8(c));
}

SCAN_INLINE __m256i load(const char* bytes) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
}

SCAN_INLINE void load_part(const char* bytes, int part, Block& block) {
    const int shift = part * 32;
    const __m256i chunk = load(bytes + shift);
    const __m256i folded = _mm256_or_si256(chunk, _mm256_set1_epi8(kBraceBit));
    const __m256i control =
        _mm256_cmpeq_epi8(_mm256_min_epu8(chunk, _mm256_set1_epi8(0x1f)), chunk);
    const __m256i white = _mm256_or_si256(_mm256_or_si256(equal(chunk, ' '), equal(chunk, '\t')),
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

SCAN_INLINE void load_block(const char* bytes, Block& block) {
    load_part(bytes, 0, block);
    load_part(bytes, 1, block);
}

SCAN_INLINE uint64_t slashes(const char* bytes) {
    return bits(equal(load(bytes), '/')) | bits(equal(load(bytes + 32), '/')) << 32;
}

SCAN_INLINE uint32_t lowest_bit(uint64_t word) {
    return static_cast<uint32_t>(_tzcnt_u64(word));
}

#include "moodle/json_scan_kernel.inc"

#undef SCAN_TARGET
#undef SCAN_INLINE
#undef SCAN_CLMUL
#undef SCAN_COMPRESS

}  // namespace avx2

namespace avx512 {

#define SCAN_TARGET \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,pclmul,bmi,bmi2,popcnt")))
#define SCAN_INLINE SCAN_TARGET __attribute__((always_inline)) inline
#define SCAN_CLMUL 1
#define SCAN_COMPRESS 1

SCAN_INLINE uint64_t equal(__m512i chunk, char c) {
    return _mm512_cmpeq_epi8_mask(chunk, _mm512_set1_epi8(c));
}

SCAN_INLINE void load_block(const char* bytes, Block& block) {
    const __m512i chunk = _mm512_loadu_si512(bytes);
    const __m512i folded = _mm512_or_si512(chunk, _mm512_set1_epi8(kBraceBit));
    block.quote = equal(chunk, '"');
    block.backslash = equal(chunk, '\\');
    block.open = equal(folded, '{');
    block.close = equal(folded, '}');
    block.separator = equal(chunk, ',') | equal(chunk, ':');
    block.white = equal(chunk, ' ') | equal(chunk, '\t') | equal(chunk, '\n') | equal(chunk, '\r');
    block.control = _mm512_cmplt_epu8_mask(chunk, _mm512_set1_epi8(' '));
    block.high = _mm512_movepi8_mask(chunk);
}

SCAN_INLINE uint64_t slashes(const char* bytes) {
    return equal(_mm512_loadu_si512(bytes), '/');
}

SCAN_INLINE uint32_t lowest_bit(uint64_t word) {
    return static_cast<uint32_t>(_tzcnt_u64(word));
}

alignas(64) constexpr auto kPlaces = [] {
    std::array<uint8_t, 64> places{};
    for (uint8_t i = 0; i < 64; ++i) places[i] = i;
    return places;
}();

// The forms with a mask, here and below, because GCC 12 warns of the plain ones' own headers.
SCAN_INLINE void write_sixteen(__m128i places, __m512i offset, uint32_t* out) {
    _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_maskz_cvtepu8_epi32(0xffff, places), offset));
}

SCAN_INLINE size_t write_bits(uint64_t bits, size_t base, uint32_t* out) {
    const auto count = static_cast<size_t>(std::popcount(bits));
    const __m512i offset = _mm512_set1_epi32(static_cast<int>(base));
    const __m512i places = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(kPlaces.data()));
    write_sixteen(_mm512_maskz_extracti32x4_epi32(0xf, places, 0), offset, out);
    if (count > 16) {
        write_sixteen(_mm512_maskz_extracti32x4_epi32(0xf, places, 1), offset, out + 16);
        if (count > 32) {
            write_sixteen(_mm512_maskz_extracti32x4_epi32(0xf, places, 2), offset, out + 32);
            write_sixteen(_mm512_maskz_extracti32x4_epi32(0xf, places, 3), offset, out + 48);
        }
    }
    return count;
}

#include "moodle/json_scan_kernel.inc"

#undef SCAN_TARGET
#undef SCAN_INLINE
#undef SCAN_CLMUL
#undef SCAN_COMPRESS

}  // namespace avx512

#else

namespace portable {

#define SCAN_TARGET
#define SCAN_INLINE inline
#define SCAN_CLMUL 0
#define SCAN_COMPRESS 0

// The Block's members that a character belongs to, a bit for each in their order.
constexpr std::array<uint8_t, 256> character_classes() {
    std::array<uint8_t, 256> classes{};
    const std::string_view members[] = {"\"", "\\", "{[", "}]", ",:", " \t\n\r"};
    for (size_t i = 0; i < std::size(members); ++i) {
        for (const char c : members[i]) classes[static_cast<uint8_t>(c)] |= uint8_t(1u << i);
    }
    for (size_t c = 0; c < classes.size(); ++c) {
        if (c < 0x20) classes[c] |= 1 << 6;
        if (c >= 0x80) classes[c] |= 1 << 7;
    }
    return classes;
}

constexpr std::array<uint8_t, 256> kClasses = character_classes();

// Swaps rows and columns of a square of eight by eight bits.
inline uint64_t transpose(uint64_t square) {
    uint64_t swap = (square ^ square >> 7) & 0x00aa00aa00aa00aa;
    square ^= swap ^ swap << 7;
    swap = (square ^ square >> 14) & 0x0000cccc0000cccc;
    square ^= swap ^ swap << 14;
    swap = (square ^ square >> 28) & 0x00000000f0f0f0f0;
    return square ^ swap ^ swap << 28;
}

inline void load_block(const char* bytes, Block& block) {
    for (int part = 0; part < 64; part += 8) {
        uint64_t square = 0;
        for (int i = 0; i < 8; ++i) {
            square |= uint64_t{kClasses[static_cast<uint8_t>(bytes[part + i])]} << (8 * i);
        }
        square = transpose(square);
        const auto member = [&](int i) { return (square >> (8 * i) & 0xff) << part; };
        block.quote |= member(0);
        block.backslash |= member(1);
        block.open |= member(2);
        block.close |= member(3);
        block.separator |= member(4);
        block.white |= member(5);
        block.control |= member(6);
        block.high |= member(7);
    }
}

inline uint64_t slashes(const char* bytes) {
    uint64_t found = 0;
    for (int i = 0; i < 64; ++i) found |= uint64_t{bytes[i] == '/'} << i;
    return found;
}

inline uint32_t lowest_bit(uint64_t word) {
    return static_cast<uint32_t>(std::countr_zero(word | uint64_t{1} << 63));
}

#include "moodle/json_scan_kernel.inc"

#undef SCAN_TARGET
#undef SCAN_INLINE
#undef SCAN_CLMUL
#undef SCAN_COMPRESS

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

#if defined(__SSE2__) && !defined(MOODLE_FDW_NO_SIMD)

constexpr Kernels kAvx512 = {avx512::scan_blocks<false>, avx512::scan_part<false>,
                             avx512::scan_blocks<true>, avx512::scan_part<true>};
constexpr Kernels kAvx2 = {avx2::scan_blocks<false>, avx2::scan_part<false>,
                           avx2::scan_blocks<true>, avx2::scan_part<true>};
constexpr Kernels kBaseline = {sse2::scan_blocks<false>, sse2::scan_part<false>,
                               sse2::scan_blocks<true>, sse2::scan_part<true>};

bool has_avx2() {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}

bool has_avx512() {
    return has_avx2() && __builtin_cpu_supports("avx512vbmi2") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

#else

constexpr Kernels kBaseline = {portable::scan_blocks<false>, portable::scan_part<false>,
                               portable::scan_blocks<true>, portable::scan_part<true>};
constexpr Kernels kAvx2 = kBaseline;
constexpr Kernels kAvx512 = kBaseline;

bool has_avx2() {
    return false;
}
bool has_avx512() {
    return false;
}

#endif

Kernels best_kernels() {
    if (has_avx512()) return kAvx512;
    return has_avx2() ? kAvx2 : kBaseline;
}

Kernels kernels = best_kernels();

// Bytes between two looks at the bounds; also what the marks' room grows by.
constexpr size_t kBatch = 4096;

// Offsets are 32 bits wide.
constexpr size_t kLargest = UINT32_MAX - kBatch;

}  // namespace

bool select_scan_kernel(ScanKernel kernel) {
    switch (kernel) {
        case ScanKernel::Best:
            kernels = best_kernels();
            return true;
        case ScanKernel::Avx512:
            if (has_avx512()) kernels = kAvx512;
            return has_avx512();
        case ScanKernel::Avx2:
            if (has_avx2()) kernels = kAvx2;
            return has_avx2();
        case ScanKernel::Baseline:
            kernels = kBaseline;
            return true;
    }
    return false;
}

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
        end_ = kernels.find_blocks(data, scanned_, scanned_ + batch, state_);
        if (end_ != kNotYet) return end_;
        scanned_ += batch;
    }
    if (refused() || scanned_ == size) return kNotYet;
    // The block at the end counts only if the record ends in it; else it is looked at again when
    // it is whole.
    make_room(kBlock);
    const ScanState before = state_;
    end_ = kernels.find_part(data + scanned_, size - scanned_, scanned_, state_);
    if (end_ == kNotYet && !state_.too_deep) state_ = before;
    return end_;
}

void JsonScan::scan_whole(std::string_view record) {
    start();
    if (record.size() > kLargest) state_.tokens = kMaxTokens + 1;
    while (record.size() - scanned_ >= kBlock && !too_many()) {
        const size_t batch = std::min(record.size() - scanned_, kBatch) / kBlock * kBlock;
        make_room(batch);
        kernels.whole_blocks(record.data(), scanned_, scanned_ + batch, state_);
        scanned_ += batch;
    }
    if (too_many()) return;
    if (scanned_ != record.size()) {
        char tail[kBlock] = {};
        std::memcpy(tail, record.data() + scanned_, record.size() - scanned_);
        make_room(kBlock);
        kernels.whole_part(tail, record.size() - scanned_, scanned_, state_);
    }
    end_ = record.size();
}

}  // namespace moodle_fdw::moodle
