#include "moodle/sha256.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

constexpr size_t kBlock = 64;

// FIPS 180-4, 5.3.3 and 4.2.2: the fractions of the square and cube roots of the first primes.
constexpr uint32_t kStart[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
constexpr uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

uint32_t word_at(const uint8_t* bytes) {
    return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

void put_word(uint32_t word, uint8_t* bytes) {
    for (int i = 0; i < 4; i++) bytes[i] = static_cast<uint8_t>(word >> (24 - 8 * i));
}

}  // namespace

Sha256::Sha256() {
    std::copy(std::begin(kStart), std::end(kStart), state_);
}

Sha256::~Sha256() {
    explicit_bzero(held_, sizeof held_);
    explicit_bzero(state_, sizeof state_);
    explicit_bzero(schedule_, sizeof schedule_);
}

void Sha256::take_block(const uint8_t* block) {
    uint32_t* w = schedule_;
    for (int t = 0; t < 16; t++) w[t] = word_at(block + 4 * t);
    for (int t = 16; t < 64; t++) {
        const uint32_t low = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
        const uint32_t high = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
        w[t] = w[t - 16] + low + w[t - 7] + high;
    }
    uint32_t s[8];
    std::copy(std::begin(state_), std::end(state_), s);
    for (int t = 0; t < 64; t++) {
        const uint32_t turned = std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25);
        const uint32_t chosen = (s[4] & s[5]) ^ (~s[4] & s[6]);
        const uint32_t first = s[7] + turned + chosen + kRound[t] + w[t];
        const uint32_t mixed = std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22);
        const uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        std::copy_backward(s, s + 7, s + 8);
        s[4] += first;
        s[0] = first + mixed + majority;
    }
    for (int i = 0; i < 8; i++) state_[i] += s[i];
}

void Sha256::add(std::string_view bytes) {
    const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
    size_t left = bytes.size();
    size_t held = seen_ % kBlock;
    seen_ += left;
    while (left > 0) {
        if (held == 0 && left >= kBlock) {
            take_block(at);
            at += kBlock;
            left -= kBlock;
            continue;
        }
        const size_t count = std::min(left, kBlock - held);
        std::memcpy(held_ + held, at, count);
        held += count;
        at += count;
        left -= count;
        if (held == kBlock) {
            take_block(held_);
            held = 0;
        }
    }
}

Sha256Digest Sha256::finish() {
    const uint64_t bits = seen_ * 8;
    uint8_t ending[2 * kBlock] = {0x80};
    const size_t held = seen_ % kBlock;
    const size_t zeros_to = held < kBlock - 8 ? kBlock - 8 - held : 2 * kBlock - 8 - held;
    put_word(static_cast<uint32_t>(bits >> 32), ending + zeros_to);
    put_word(static_cast<uint32_t>(bits), ending + zeros_to + 4);
    add({reinterpret_cast<const char*>(ending), zeros_to + 8});
    Sha256Digest digest;
    for (int i = 0; i < 8; i++) put_word(state_[i], digest.data() + 4 * i);
    return digest;
}

}  // namespace moodle_fdw::moodle
