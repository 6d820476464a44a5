#include "pg/md5.h"

#include <bit>
#include <cstring>

namespace moodle_fdw::pg {

namespace {

constexpr size_t kBlock = 64;

struct State {
    uint32_t a, b, c, d;
};

inline uint32_t load32(const uint8_t* at) {
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return std::endian::native == std::endian::big ? __builtin_bswap32(word) : word;
}

inline void store32(uint8_t* at, uint32_t word) {
    if (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
    memcpy(at, &word, sizeof word);
}

// Each step waits for the one before, so what counts is the way from the newest value, `b`, to the
// result. Written so that only one operation or two stand on it: in F and G the two halves have no
// bit in common, so that + may stand for | and the half without b is added beforehand.
#define STEP_F(a, b, c, d, word, constant, shift) \
    a += (word) + (constant);                     \
    a += d ^ (b & (c ^ d));                       \
    a = std::rotl(a, shift) + b
#define STEP_G(a, b, c, d, word, constant, shift) \
    a += (word) + (constant) + (c & ~d);          \
    a += b & d;                                   \
    a = std::rotl(a, shift) + b
#define STEP_H(a, b, c, d, word, constant, shift) \
    a += (word) + (constant);                     \
    a += b ^ (c ^ d);                             \
    a = std::rotl(a, shift) + b
#define STEP_I(a, b, c, d, word, constant, shift) \
    a += (word) + (constant);                     \
    a += c ^ (b | ~d);                            \
    a = std::rotl(a, shift) + b

void add_blocks(State& state, const uint8_t* bytes, size_t blocks) {
    uint32_t a = state.a, b = state.b, c = state.c, d = state.d;
    for (; blocks > 0; blocks--, bytes += kBlock) {
        const uint32_t a0 = a, b0 = b, c0 = c, d0 = d;
        uint32_t w[16];
        for (int i = 0; i < 16; i++) w[i] = load32(bytes + 4 * i);
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
        a += a0;
        b += b0;
        c += c0;
        d += d0;
    }
    state = {a, b, c, d};
}

#undef STEP_F
#undef STEP_G
#undef STEP_H
#undef STEP_I

}  // namespace

void md5(const char* bytes, size_t count, uint8_t* digest) {
    State state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    const auto* from = reinterpret_cast<const uint8_t*>(bytes);
    const size_t whole = count / kBlock;
    add_blocks(state, from, whole);

    // What is left, a one bit, zeros, and the length in bits, in one block or two.
    uint8_t tail[2 * kBlock] = {};
    const size_t left = count % kBlock;
    if (left != 0) memcpy(tail, from + whole * kBlock, left);
    tail[left] = 0x80;
    const size_t tail_blocks = left < kBlock - 8 ? 1 : 2;
    const uint64_t bits = static_cast<uint64_t>(count) * 8;
    store32(tail + tail_blocks * kBlock - 8, static_cast<uint32_t>(bits));
    store32(tail + tail_blocks * kBlock - 4, static_cast<uint32_t>(bits >> 32));
    add_blocks(state, tail, tail_blocks);

    store32(digest, state.a);
    store32(digest + 4, state.b);
    store32(digest + 8, state.c);
    store32(digest + 12, state.d);
}

}  // namespace moodle_fdw::pg
