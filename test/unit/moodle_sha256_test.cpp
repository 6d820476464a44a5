#include <gtest/gtest.h>

#include <string>

#include "moodle/sha256.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

std::string hex(const Sha256Digest& digest) {
    std::string text;
    for (const uint8_t byte : digest) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

std::string sha256(std::string_view text, size_t step = SIZE_MAX) {
    Sha256 hash;
    for (size_t at = 0; at < text.size(); at += std::min(step, text.size() - at)) {
        hash.add(text.substr(at, step));
    }
    return hex(hash.finish());
}

// FIPS 180-4's examples, and lengths about the border of a block.
TEST(Sha256, KnownDigests) {
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(std::string(1000000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    EXPECT_EQ(sha256(std::string(55, 'a')),
              "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    EXPECT_EQ(sha256(std::string(56, 'a')),
              "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
    EXPECT_EQ(sha256(std::string(64, 'a')),
              "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

TEST(Sha256, PiecesMakeNoDifference) {
    std::string text;
    for (int i = 0; i < 1000; i++) text += static_cast<char>(i * 31);
    const std::string whole = sha256(text);
    for (const size_t step : {1, 3, 63, 64, 65, 200}) EXPECT_EQ(sha256(text, step), whole) << step;
}

}  // namespace
}  // namespace moodle_fdw::moodle
