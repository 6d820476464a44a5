#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "moodle/md5.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

std::string hex(const Md5Digest& digest) {
    std::string text;
    for (const uint8_t byte : digest) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

// RFC 1321, appendix A.5.
TEST(Md5, KnownDigests) {
    EXPECT_EQ(hex(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(hex(md5("abc")), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(hex(md5("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
    EXPECT_EQ(hex(md5("1234567890123456789012345678901234567890"
                      "1234567890123456789012345678901234567890")),
              "57edf4a22be3c955ac49da2e2107b67a");
}

class Md5Batch : public testing::TestWithParam<Md5Kernel> {
  protected:
    void SetUp() override {
        if (!select_md5_kernel(GetParam())) GTEST_SKIP() << "not on this machine";
    }
    void TearDown() override { select_md5_kernel(Md5Kernel::Best); }

    // Exactly as large as they are, so that a sanitizer sees a read past the end.
    void expect_alike(const std::vector<std::vector<char>>& texts) {
        std::vector<std::string_view> views;
        for (const auto& text : texts) views.emplace_back(text.data(), text.size());
        Md5Digest digests[kMd5Batch];
        md5_batch(views.data(), views.size(), digests);
        for (size_t i = 0; i < views.size(); i++) {
            EXPECT_EQ(hex(digests[i]), hex(md5(views[i]))) << i << " of " << views.size();
        }
    }

    std::vector<char> text(size_t size) {
        std::vector<char> made(size);
        for (char& c : made) c = static_cast<char>(random_());
        return made;
    }

    std::mt19937 random_{1};
};

// Neighbours in length end in different blocks.
TEST_P(Md5Batch, EveryLength) {
    for (size_t size = 0; size < 300; size++) {
        std::vector<std::vector<char>> texts;
        for (size_t i = 0; i < kMd5Batch; i++) texts.push_back(text(size + i));
        expect_alike(texts);
    }
}

TEST_P(Md5Batch, EveryCountAndUnlikeLengths) {
    for (size_t count = 0; count <= kMd5Batch; count++) {
        for (const size_t largest : {100u, 1500u, 20000u}) {
            std::vector<std::vector<char>> texts;
            for (size_t i = 0; i < count; i++) texts.push_back(text(random_() % largest));
            expect_alike(texts);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Kernels, Md5Batch,
                         testing::Values(Md5Kernel::Avx512, Md5Kernel::Avx2, Md5Kernel::Single));

}  // namespace
}  // namespace moodle_fdw::moodle
