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

// FIPS 180-4's examples.
TEST(Sha256, KnownDigests) {
    EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256({"", {}})), hex(sha256({})));
    const char* const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    EXPECT_EQ(hex(sha256({"abc"})), abc);
    EXPECT_EQ(hex(sha256({"a", "", "bc"})), abc);
    EXPECT_EQ(hex(sha256({"abcdbcdecdefdefgefghfghighijhijk", "ijkljklmklmnlmnomnopnopq"})),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace moodle_fdw::moodle
