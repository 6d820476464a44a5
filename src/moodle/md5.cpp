#include "moodle/md5.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

constexpr size_t kBlock = 64;
constexpr size_t kWords = kBlock / sizeof(uint32_t);
constexpr uint32_t kStart[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};

inline uint32_t load32(const uint8_t* at) {
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return std::endian::native == std::endian::big ? __builtin_bswap32(word) : word;
}

inline void store32(uint8_t* at, uint32_t word) {
    if (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
    memcpy(at, &word, sizeof word);
}

#define ROTATE(a, shift) ((a) << (shift) | (a) >> (32 - (shift)))

// Each step waits for the one before, so what counts is the way from the newest value, `b`, to the
// result. Written so that only one operation or two stand on it: in F and G the two halves have no
// bit in common, so that + may stand for | and the half without b is added beforehand.
#define STEP_F(a, b, c, d, word, constant, shift) \
    a += (word) + (constant);                     \
    a += d ^ (b & (c ^ d));                       \
    a = ROTATE(a, shift) + b
#define STEP_G(a, b, c, d, word, constant, shift) \
    a += (word) + (constant) + (c & ~d);          \
    a += b & d;                                   \
    a = ROTATE(a, shift) + b
#define STEP_H(a, b, c, d, word, constant, shift) \
    a += (word) + (constant);                     \
    a += b ^ (c ^ d);                             \
    a = ROTATE(a, shift) + b
#define STEP_I(a, b, c, d, word, constant, shift) \
    a += (word) + (constant);                     \
    a += c ^ (b | ~d);                            \
    a = ROTATE(a, shift) + b

// One block: `state` and `w` are single words, or vectors with a word of each of several texts.
template <class Word>
[[gnu::always_inline]] inline void add_block(Word* state, const Word* w) {
    Word a = state[0], b = state[1], c = state[2], d = state[3];
    STEP_F(a, b, c, d, w[0], 0xd76aa478, 7);
    STEP_F(d, a, b, c, w[1], 0xe8c7b756, 12);
    STEP_F(c, d, a, b, w[2], 0x242070db, 17);
    STEP_F(b, c, d, a, w[3], 0xc1bdceee, 22);
    STEP_F(a, b, c, d, w[4], 0xf57c0faf, 7);
    STEP_F(d, a, b, c, w[5], 0x4787c62a, 12);
    STEP_F(c, d, a, b, w[6], 0xa8304613, 17);
    STEP_F(b, c, d, a, w[7], 0xfd469501, 22);
    STEP_F(a, b, c, d, w[8], 0x698098d8, 7);
    STEP_F(d, a, b, c, w[9], 0x8b44f7af, 12);
    STEP_F(c, d, a, b, w[10], 0xffff5bb1, 17);
    STEP_F(b, c, d, a, w[11], 0x895cd7be, 22);
    STEP_F(a, b, c, d, w[12], 0x6b901122, 7);
    STEP_F(d, a, b, c, w[13], 0xfd987193, 12);
    STEP_F(c, d, a, b, w[14], 0xa679438e, 17);
    STEP_F(b, c, d, a, w[15], 0x49b40821, 22);
    STEP_G(a, b, c, d, w[1], 0xf61e2562, 5);
    STEP_G(d, a, b, c, w[6], 0xc040b340, 9);
    STEP_G(c, d, a, b, w[11], 0x265e5a51, 14);
    STEP_G(b, c, d, a, w[0], 0xe9b6c7aa, 20);
    STEP_G(a, b, c, d, w[5], 0xd62f105d, 5);
    STEP_G(d, a, b, c, w[10], 0x02441453, 9);
    STEP_G(c, d, a, b, w[15], 0xd8a1e681, 14);
    STEP_G(b, c, d, a, w[4], 0xe7d3fbc8, 20);
    STEP_G(a, b, c, d, w[9], 0x21e1cde6, 5);
    STEP_G(d, a, b, c, w[14], 0xc33707d6, 9);
    STEP_G(c, d, a, b, w[3], 0xf4d50d87, 14);
    STEP_G(b, c, d, a, w[8], 0x455a14ed, 20);
    STEP_G(a, b, c, d, w[13], 0xa9e3e905, 5);
    STEP_G(d, a, b, c, w[2], 0xfcefa3f8, 9);
    STEP_G(c, d, a, b, w[7], 0x676f02d9, 14);
    STEP_G(b, c, d, a, w[12], 0x8d2a4c8a, 20);
    STEP_H(a, b, c, d, w[5], 0xfffa3942, 4);
    STEP_H(d, a, b, c, w[8], 0x8771f681, 11);
    STEP_H(c, d, a, b, w[11], 0x6d9d6122, 16);
    STEP_H(b, c, d, a, w[14], 0xfde5380c, 23);
    STEP_H(a, b, c, d, w[1], 0xa4beea44, 4);
    STEP_H(d, a, b, c, w[4], 0x4bdecfa9, 11);
    STEP_H(c, d, a, b, w[7], 0xf6bb4b60, 16);
    STEP_H(b, c, d, a, w[10], 0xbebfbc70, 23);
    STEP_H(a, b, c, d, w[13], 0x289b7ec6, 4);
    STEP_H(d, a, b, c, w[0], 0xeaa127fa, 11);
    STEP_H(c, d, a, b, w[3], 0xd4ef3085, 16);
    STEP_H(b, c, d, a, w[6], 0x04881d05, 23);
    STEP_H(a, b, c, d, w[9], 0xd9d4d039, 4);
    STEP_H(d, a, b, c, w[12], 0xe6db99e5, 11);
    STEP_H(c, d, a, b, w[15], 0x1fa27cf8, 16);
    STEP_H(b, c, d, a, w[2], 0xc4ac5665, 23);
    STEP_I(a, b, c, d, w[0], 0xf4292244, 6);
    STEP_I(d, a, b, c, w[7], 0x432aff97, 10);
    STEP_I(c, d, a, b, w[14], 0xab9423a7, 15);
    STEP_I(b, c, d, a, w[5], 0xfc93a039, 21);
    STEP_I(a, b, c, d, w[12], 0x655b59c3, 6);
    STEP_I(d, a, b, c, w[3], 0x8f0ccc92, 10);
    STEP_I(c, d, a, b, w[10], 0xffeff47d, 15);
    STEP_I(b, c, d, a, w[1], 0x85845dd1, 21);
    STEP_I(a, b, c, d, w[8], 0x6fa87e4f, 6);
    STEP_I(d, a, b, c, w[15], 0xfe2ce6e0, 10);
    STEP_I(c, d, a, b, w[6], 0xa3014314, 15);
    STEP_I(b, c, d, a, w[13], 0x4e0811a1, 21);
    STEP_I(a, b, c, d, w[4], 0xf7537e82, 6);
    STEP_I(d, a, b, c, w[11], 0xbd3af235, 10);
    STEP_I(c, d, a, b, w[2], 0x2ad7d2bb, 15);
    STEP_I(b, c, d, a, w[9], 0xeb86d391, 21);
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

#undef ROTATE
#undef STEP_F
#undef STEP_G
#undef STEP_H
#undef STEP_I

// A text as MD5 reads it: its whole blocks, then what is left of it, a one bit, zeros, and the
// length in bits, in one block or two.
class Padded {
  public:
    void set(std::string_view text) {
        from_ = reinterpret_cast<const uint8_t*>(text.data());
        whole_ = text.size() / kBlock;
        const size_t left = text.size() % kBlock;
        const size_t tail_blocks = left < kBlock - 8 ? 1 : 2;
        blocks_ = whole_ + tail_blocks;
        memset(tail_, 0, sizeof tail_);
        if (left != 0) memcpy(tail_, from_ + whole_ * kBlock, left);
        tail_[left] = 0x80;
        const uint64_t bits = uint64_t{text.size()} * 8;
        store32(tail_ + tail_blocks * kBlock - 8, static_cast<uint32_t>(bits));
        store32(tail_ + tail_blocks * kBlock - 4, static_cast<uint32_t>(bits >> 32));
    }
    size_t blocks() const { return blocks_; }
    const uint8_t* block(size_t number) const {
        return number < whole_ ? from_ + number * kBlock : tail_ + (number - whole_) * kBlock;
    }

  private:
    const uint8_t* from_;
    size_t whole_;
    size_t blocks_;
    uint8_t tail_[2 * kBlock];
};

void hash_one(const Padded& text, Md5Digest& digest) {
    uint32_t state[4] = {kStart[0], kStart[1], kStart[2], kStart[3]};
    for (size_t block = 0; block < text.blocks(); block++) {
        const uint8_t* const bytes = text.block(block);
        uint32_t words[kWords] = {};
        for (size_t i = 0; i < kWords; i++) words[i] = load32(bytes + 4 * i);
        add_block(state, words);
    }
    for (size_t i = 0; i < 4; i++) store32(&digest[4 * i], state[i]);
}

using HashLanes = void (*)(const Padded* texts, size_t count, size_t most, Md5Digest* digests);

struct Kernel {
    size_t lanes = 1;
    HashLanes hash = nullptr;
};

constexpr Kernel kSingle{};

// GCC alone: clang has no __builtin_shuffle, and is for tests and tools here.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)

// Turns rows into columns: what lane i held as word j, lane j then holds as word i. Each stage
// swaps the off-diagonal squares of a width, the next one those of twice that width.
template <class Words, int kWidth = 1>
[[gnu::always_inline]] inline void transpose(Words* rows) {
    constexpr int kLanes = sizeof(Words) / sizeof(uint32_t);
    if constexpr (kWidth < kLanes) {
        // Which word of the two rows: j is of the first, kLanes + j of the second.
        Words upper, lower;
        for (int j = 0; j < kLanes; j++) {
            upper[j] = (j & kWidth) == 0 ? j : kLanes + j - kWidth;
            lower[j] = (j & kWidth) == 0 ? j + kWidth : kLanes + j;
        }
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; i++) {
            if ((i & kWidth) != 0) continue;
            const Words first = rows[i], second = rows[i + kWidth];
            rows[i] = __builtin_shuffle(first, second, upper);
            rows[i + kWidth] = __builtin_shuffle(first, second, lower);
        }
        transpose<Words, 2 * kWidth>(rows);
    }
}

// Hashes `count` texts, at most as many as Words has words, each in a lane of its own. A lane whose
// text has ended goes on over the last block of it, for nothing.
template <class Words>
[[gnu::always_inline]] inline void hash_lanes(const Padded* texts, size_t count, size_t most_blocks,
                                              Md5Digest* digests) {
    constexpr size_t kLanes = sizeof(Words) / sizeof(uint32_t);
    Words words[kWords] = {};
    Words state[4];
    for (size_t i = 0; i < 4; i++) state[i] = Words{} + kStart[i];
    for (size_t block = 0; block < most_blocks; block++) {
        for (size_t lane = 0; lane < count; lane++) {
            const uint8_t* const bytes =
                texts[lane].block(std::min(block, texts[lane].blocks() - 1));
            for (size_t part = 0; part < kWords / kLanes; part++) {
                memcpy(&words[part * kLanes + lane], bytes + part * sizeof(Words), sizeof(Words));
            }
        }
        for (size_t part = 0; part < kWords / kLanes; part++) transpose(words + part * kLanes);
        add_block(state, words);
        for (size_t lane = 0; lane < count; lane++) {
            if (block + 1 != texts[lane].blocks()) continue;
            for (size_t i = 0; i < 4; i++) store32(&digests[lane][4 * i], state[i][lane]);
        }
    }
}

using Words16 [[gnu::vector_size(64), gnu::may_alias]] = uint32_t;
using Words8 [[gnu::vector_size(32), gnu::may_alias]] = uint32_t;

[[gnu::target("avx512f")]] void hash_avx512(const Padded* texts, size_t count, size_t most,
                                            Md5Digest* digests) {
    hash_lanes<Words16>(texts, count, most, digests);
}
[[gnu::target("avx2")]] void hash_avx2(const Padded* texts, size_t count, size_t most,
                                       Md5Digest* digests) {
    hash_lanes<Words8>(texts, count, most, digests);
}

constexpr Kernel kAvx512{16, hash_avx512};
constexpr Kernel kAvx2{8, hash_avx2};

bool has_avx512() {
    return __builtin_cpu_supports("avx512f");
}
bool has_avx2() {
    return __builtin_cpu_supports("avx2");
}

#else

constexpr Kernel kAvx512 = kSingle;
constexpr Kernel kAvx2 = kSingle;

bool has_avx512() {
    return false;
}
bool has_avx2() {
    return false;
}

#endif

Kernel best_kernel() {
    if (has_avx512()) return kAvx512;
    return has_avx2() ? kAvx2 : kSingle;
}

Kernel kernel = best_kernel();

// One block of all lanes takes as long as about three of one text.
constexpr size_t kWideCost = 3;

void hash_group(const Padded* texts, size_t count, Md5Digest* digests) {
    size_t most = 0;
    size_t all = 0;
    for (size_t i = 0; i < count; i++) {
        most = std::max(most, texts[i].blocks());
        all += texts[i].blocks();
    }
    if (kernel.hash != nullptr && most * kWideCost <= all) {
        kernel.hash(texts, count, most, digests);
    } else {
        for (size_t i = 0; i < count; i++) hash_one(texts[i], digests[i]);
    }
}

}  // namespace

Md5Digest md5(std::string_view text) {
    Padded padded;
    padded.set(text);
    Md5Digest digest;
    hash_one(padded, digest);
    return digest;
}

void md5_batch(const std::string_view* texts, size_t count, Md5Digest* digests) {
    Padded padded[kMd5Batch];
    for (size_t i = 0; i < count; i++) padded[i].set(texts[i]);
    for (size_t done = 0; done < count; done += kernel.lanes) {
        hash_group(padded + done, std::min(kernel.lanes, count - done), digests + done);
    }
}

bool select_md5_kernel(Md5Kernel wanted) {
    switch (wanted) {
        case Md5Kernel::Best:
            kernel = best_kernel();
            return true;
        case Md5Kernel::Avx512:
            if (has_avx512()) kernel = kAvx512;
            return has_avx512();
        case Md5Kernel::Avx2:
            if (has_avx2()) kernel = kAvx2;
            return has_avx2();
        case Md5Kernel::Single:
            kernel = kSingle;
            return true;
    }
    return false;
}

}  // namespace moodle_fdw::moodle
