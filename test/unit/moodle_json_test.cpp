#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "json_oracle.h"
#include "moodle/json.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

std::vector<ScanKernel> kernels_here() {
    std::vector<ScanKernel> here;
    for (const ScanKernel kernel : {ScanKernel::Avx512, ScanKernel::Avx2, ScanKernel::Baseline}) {
        if (select_scan_kernel(kernel)) here.push_back(kernel);
    }
    select_scan_kernel(ScanKernel::Best);
    return here;
}

// Run with each of the scan's versions that this machine has.
class EveryKernel : public testing::TestWithParam<ScanKernel> {
  protected:
    void SetUp() override { ASSERT_TRUE(select_scan_kernel(GetParam())); }
    void TearDown() override { select_scan_kernel(ScanKernel::Best); }
};
INSTANTIATE_TEST_SUITE_P(Json, EveryKernel, testing::ValuesIn(kernels_here()));

// In memory of exactly its size, so that the sanitizers see every byte read beyond.
JsonError error_of(std::string_view text) {
    const std::vector<char> exact(text.begin(), text.end());
    const std::string_view view(exact.data(), exact.size());
    Tape tape;
    const JsonError error = tape.parse(view);
    EXPECT_EQ(json_validate(view), error) << text;
    EXPECT_EQ(oracle::disagreement(view), "") << text;
    return error;
}

TEST(Json, AcceptsWhatTheGrammarAllows) {
    for (const char* text : {"0",
                             "-0",
                             "1",
                             "-12",
                             "0.5",
                             "1e5",
                             "1E+5",
                             "1e-05",
                             "-0.0e0",
                             "null",
                             "true",
                             "false",
                             "\"\"",
                             "\"a\"",
                             "{}",
                             "[]",
                             "[[]]",
                             "[{}]",
                             "{\"\":{}}",
                             " [ 1 , 2 ] ",
                             "\t\r\n{\"a\" : "
                             "null , \"b\":[ ] }\n",
                             "[\"\\u0000\"]",
                             "\"\x7f\"",
                             "\"\\\\\"",
                             "\"\\\\\\\"\"",
                             "\"\\/\\b\\f\\n\\r\\t\\\"\"",
                             "123456789012345678901234567890.123456789012345678901"}) {
        EXPECT_EQ(error_of(text), JsonError::None) << text;
    }
}

TEST(Json, RefusesSyntaxErrors) {
    for (const char* text : {"01",
                             "-",
                             "+1",
                             "1.",
                             ".5",
                             "1e",
                             "1e+",
                             "0x1",
                             "--1",
                             "1 2",
                             "nul",
                             "nulll",
                             "truefalse",
                             "True",
                             "NaN",
                             "Infinity",
                             "[1,]",
                             "[,1]",
                             "[1 2]",
                             "{,}",
                             "{\"a\":1,}",
                             "{\"a\"}",
                             "{1:2}",
                             "{\"a\":}",
                             "{\"a\":1 \"b\":2}",
                             "{\"a\" 1}",
                             "{\"a\"::1}",
                             "[1}",
                             "{\"a\":1]",
                             "]",
                             "}",
                             "[]]",
                             "{}}",
                             "\"a\"\"b\"",
                             "\"a\"1",
                             "1\"a\"",
                             "[\"a\":1]",
                             "{a:1}",
                             "'a'",
                             "[1]x",
                             "/**/1",
                             "\v1",
                             "[\x01]",
                             "<html>",
                             "\\",
                             "[\\]",
                             "\xef\xbb\xbf{}",
                             "{\"a\":1,\"b\"}",
                             "{\"a\",\"b\"}",
                             "[1:2]",
                             "{:1}",
                             "{\"a\":1:2}",
                             "-a",
                             "1.e5",
                             "1.5.5",
                             "1e5e5",
                             "1-2"}) {
        const JsonError error = error_of(text);
        EXPECT_TRUE(error == JsonError::Syntax || error == JsonError::BadEscape) << text;
    }
}

TEST(Json, TellsACutTextFromAWrongOne) {
    const std::string whole = "{\"a\":[1,{\"b\":\"c\\\\\"},true],\"d\":null}";
    for (size_t size = 0; size < whole.size(); ++size) {
        const JsonError error = error_of(whole.substr(0, size));
        // A literal or a number that is cut looks like a wrong one.
        EXPECT_TRUE(error == JsonError::Truncated || error == JsonError::Syntax) << size;
    }
    EXPECT_EQ(error_of(""), JsonError::Truncated);
    EXPECT_EQ(error_of("  "), JsonError::Truncated);
    EXPECT_EQ(error_of("{\"a\":"), JsonError::Truncated);
    EXPECT_EQ(error_of("[1,"), JsonError::Truncated);
    EXPECT_EQ(error_of("\"abc"), JsonError::Truncated);
}

TEST(Json, ChecksStringsByteByByte) {
    EXPECT_EQ(error_of("\"a\nb\""), JsonError::ControlCharacter);
    EXPECT_EQ(error_of(std::string_view("\"a\0b\"", 5)), JsonError::ControlCharacter);
    EXPECT_EQ(error_of(std::string_view("{\"a\":1}\0", 8)), JsonError::Syntax);
    EXPECT_EQ(error_of("\"\\x\""), JsonError::BadEscape);
    EXPECT_EQ(error_of("\"\\u12g4\""), JsonError::BadEscape);
    EXPECT_EQ(error_of("\"\\u12\""), JsonError::BadEscape);
    EXPECT_EQ(error_of("\"\\U0041\""), JsonError::BadEscape);
    EXPECT_EQ(error_of("\"\\ud83d\""), JsonError::LoneSurrogate);
    EXPECT_EQ(error_of("\"\\ude00\""), JsonError::LoneSurrogate);
    EXPECT_EQ(error_of("\"\\ud83d\\ud83d\\ude00\""), JsonError::LoneSurrogate);
    EXPECT_EQ(error_of("\"\\ud83dx\\ude00\""), JsonError::LoneSurrogate);
    EXPECT_EQ(error_of("\"\\ud83d\\n\""), JsonError::LoneSurrogate);
    EXPECT_EQ(error_of("[\"\\ud83d\",\"\\ude00\"]"), JsonError::LoneSurrogate);
    EXPECT_EQ(error_of("\"\\ud83d\\ude00\""), JsonError::None);
    EXPECT_EQ(error_of("\"\\ud83d\\ude00\\ud83d\\ude00\""), JsonError::None);
    EXPECT_EQ(error_of("\"\xf0\x9f\x98\x80 \xd0\x98 \xe4\xb8\xad\""), JsonError::None);
    for (const char* bad :
         {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
          "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "\xc3", "\xe4\xb8", "\xf0\x9f\x98"}) {
        EXPECT_EQ(error_of("\"" + std::string(bad) + "\""), JsonError::BadUtf8);
    }
}

TEST(Json, BoundsTheDepth) {
    const auto nested = [](int depth) {
        return std::string(static_cast<size_t>(depth), '[') +
               std::string(static_cast<size_t>(depth), ']');
    };
    EXPECT_EQ(error_of(nested(kMaxJsonDepth)), JsonError::None);
    EXPECT_EQ(error_of(nested(kMaxJsonDepth + 1)), JsonError::TooDeep);
    EXPECT_EQ(error_of(std::string(1 << 20, '[')), JsonError::TooDeep);
    std::string objects;
    for (int i = 0; i < kMaxJsonDepth; ++i) objects += "{\"a\":";
    EXPECT_EQ(error_of(objects + "1" + std::string(kMaxJsonDepth, '}')), JsonError::None);
}

TEST(Json, BoundsTheTokens) {
    const std::string flood(2 * JsonScan::kMaxTokens + 4096, '0');
    std::string commas = "[";
    for (size_t i = 0; i <= JsonScan::kMaxTokens; ++i) commas += "0,";
    commas += "0]";
    Tape tape;
    EXPECT_EQ(tape.parse(commas), JsonError::TooManyTokens);
    EXPECT_TRUE(tape.tokens().empty());
    EXPECT_EQ(json_validate(commas), JsonError::TooManyTokens);
    EXPECT_EQ(tape.parse(flood), JsonError::Syntax);
}

TEST(Json, ErrorOffsetPointsAtTheFault) {
    Tape tape;
    EXPECT_EQ(tape.parse("{\"a\":1,}"), JsonError::Syntax);
    EXPECT_EQ(tape.error_offset(), 7u);
    EXPECT_EQ(tape.parse("[\"a\", \"b\tc\"]"), JsonError::ControlCharacter);
    EXPECT_EQ(tape.error_offset(), 8u);
    EXPECT_EQ(tape.parse("[1] x"), JsonError::Syntax);
    EXPECT_EQ(tape.error_offset(), 4u);
    EXPECT_EQ(tape.parse("[\"\xff\"]"), JsonError::BadUtf8);
    EXPECT_EQ(tape.error_offset(), 2u);
    size_t offset = 0;
    EXPECT_EQ(json_validate("[1", &offset), JsonError::Truncated);
    EXPECT_EQ(offset, 2u);
}

TEST(Json, TapeKeepsTextsExactly) {
    const std::string text =
        " {\"id\":12345678901234567890, "
        "\"grade\":87.50000,\"e\":1E400,\"s\":\"a\\/b\",\"o\":{\"x\":[1,2]},"
        "\"n\":null,\"id\":7} ";
    Tape tape;
    ASSERT_EQ(tape.parse(text), JsonError::None);
    const Value root(tape, 0);
    std::string scratch;
    EXPECT_EQ(root.count(), 7u);
    EXPECT_EQ(root.find("id").text(), "7");
    EXPECT_EQ(Value(tape, 2).text(), "12345678901234567890");
    EXPECT_EQ(root.find("id").type(), JsonType::Integer);
    EXPECT_EQ(root.find("grade").text(), "87.50000");
    EXPECT_EQ(root.find("grade").type(), JsonType::Real);
    EXPECT_EQ(root.find("e").text(), "1E400");
    EXPECT_EQ(root.find("s").text(), "a\\/b");
    EXPECT_EQ(root.find("s").string(scratch), "a/b");
    EXPECT_EQ(root.find("o").text(), "{\"x\":[1,2]}");
    EXPECT_EQ(root.find("o").find("x").element(1).text(), "2");
    EXPECT_FALSE(root.find("o").find("x").element(2).found());
    EXPECT_TRUE(root.find("n").is_null());
    EXPECT_FALSE(root.find("missing").found());
    EXPECT_FALSE(root.find("id").find("x").found());
    EXPECT_EQ(root.text(), text.substr(1, text.size() - 2));
}

TEST(Json, KeysCompareUnescaped) {
    Tape tape;
    ASSERT_EQ(tape.parse("{\"caf\\u00e9\":1,\"a\\/b\":2}"), JsonError::None);
    EXPECT_EQ(Value(tape, 0).find("caf\xc3\xa9").text(), "1");
    EXPECT_EQ(Value(tape, 0).find("a/b").text(), "2");
    EXPECT_FALSE(Value(tape, 0).find("a\\/b").found());
}

TEST_P(EveryKernel, EscapedFlagIsRightAtEveryPlace) {
    // The flag is read from words of 64 bytes: try a backslash and a string at every offset.
    for (size_t lead = 0; lead < 130; ++lead) {
        for (const size_t length : {0u, 1u, 5u, 62u, 63u, 64u, 65u, 127u, 128u, 200u}) {
            const std::string pad = "[\"" + std::string(lead, 'x') + "\\n\",\"";
            const std::string plain = pad + std::string(length, 'y') + "\",\"\\n\"]";
            ASSERT_EQ(oracle::disagreement(plain), "") << lead << " " << length;
            for (const size_t at : {size_t{0}, length / 2, length}) {
                std::string escaped = pad + std::string(length, 'y') + "\",\"z\"]";
                escaped.insert(pad.size() + at, "\\\\");
                ASSERT_EQ(oracle::disagreement(escaped), "") << lead << " " << length;
            }
        }
    }
}

TEST(Json, ParsingAgainAllocatesNothing) {
    Tape tape;
    ASSERT_EQ(tape.parse("[1,2,3,{\"a\":\"b\"}]"), JsonError::None);
    const Token* const tokens = tape.tokens().data();
    ASSERT_EQ(tape.parse("[1,2]"), JsonError::None);
    EXPECT_EQ(tape.tokens().data(), tokens);
    EXPECT_EQ(tape.tokens().size(), 3u);
    ASSERT_EQ(tape.parse("[1,2,3,{\"c\":4}]"), JsonError::None);
    EXPECT_EQ(tape.tokens().data(), tokens);
}

TEST(Json, QuoteAndUnescapeAreInverse) {
    std::string all;
    for (int i = 0; i < 0x80; ++i) all.push_back(static_cast<char>(i));
    all += "\xd0\x98 \xf0\x9f\x98\x80 \"quoted\" \\ end";
    for (size_t begin = 0; begin < all.size(); begin += 3) {
        const std::string part = all.substr(begin);
        if ((part[0] & 0xc0) == 0x80) continue;  // within a character
        std::string quoted;
        json_quote(part, quoted);
        ASSERT_EQ(error_of(quoted), JsonError::None);
        Tape tape;
        ASSERT_EQ(tape.parse(quoted), JsonError::None);
        std::string scratch;
        EXPECT_EQ(Value(tape, 0).string(scratch), part);
    }
    std::string out = "kept ";
    json_unescape("http:\\/\\/x\\u0000y\\ud83d\\ude00\\u20ac\\u00e9z", out);
    EXPECT_EQ(out, std::string("kept http://x\0y\xf0\x9f\x98\x80\xe2\x82\xac\xc3\xa9z", 25));
}

// Pieces that make the scan's and the grammar's corner cases likely, in random order.
TEST_P(EveryKernel, AgreesWithRapidJsonOnRandomTexts) {
    const std::vector<std::string> pieces = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\\\",
        "\\\"",
        "\"a\"",
        "\"key\":",
        "1",
        "-",
        "0",
        ".5",
        "e5",
        "null",
        "true",
        " ",
        "\n",
        "\\u0041",
        "\\ud83d",
        "\\ude00",
        "\xd0\x98",
        "\x80",
        "\x01",
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
        "{\"a\":1}",
        "[1,2]",
        "\"\\\\\\\\\"",
        "               ",
        std::string(1, '\0')};
    std::mt19937 random(7);
    for (int round = 0; round < 100000; ++round) {
        std::string text;
        const size_t count = random() % 24;
        for (size_t i = 0; i < count; ++i) text += pieces[random() % pieces.size()];
        if (random() % 2 != 0) text = "[" + text + "]";
        if (random() % 4 == 0) text = "\"" + text + "\"";
        const std::string wrong = oracle::disagreement(text);
        ASSERT_EQ(wrong, "") << text;
    }
}

// Valid documents, then one byte changed, so that nearly everything is right.
TEST_P(EveryKernel, AgreesWithRapidJsonOnChangedDocuments) {
    std::mt19937 random(11);
    const std::string bytes = "{}[],:\"\\ 0a-.enu/\n\x01\xc3\xa9";
    const auto generate = [&random](auto& self, int depth) -> std::string {
        const std::string space(random() % 8 == 0 ? random() % 70 : 0, ' ');
        switch (depth > 4 ? random() % 4 : random() % 6) {
            case 0:
                return space + std::to_string(static_cast<int>(random()));
            case 1:
                return "\"" + std::string(random() % 90, 'x') + "\\/\\u0418\"";
            case 2:
                return random() % 2 != 0 ? "null" : "false";
            case 3:
                return "\"" + std::string(random() % 3, '\\') + "\\\\\\\\\"";
            default: {
                const bool object = random() % 2 != 0;
                std::string text = object ? "{" : "[";
                for (size_t i = random() % 6; i != 0; --i) {
                    if (object) text += "\"k" + std::to_string(random() % 9) + "\":";
                    text += self(self, depth + 1) + (i == 1 ? "" : ",") + space;
                }
                return text + (object ? "}" : "]");
            }
        }
    };
    for (int round = 0; round < 20000; ++round) {
        std::string text = generate(generate, 0);
        ASSERT_EQ(oracle::disagreement(text), "") << text;
        text[random() % text.size()] = bytes[random() % bytes.size()];
        ASSERT_EQ(oracle::disagreement(text), "") << text;
        text.erase(random() % text.size(), 1 + random() % 3);
        ASSERT_EQ(oracle::disagreement(text), "") << text;
    }
}

}  // namespace
}  // namespace moodle_fdw::moodle
