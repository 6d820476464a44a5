#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "json_oracle.h"
#include "moodle/decoder.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {
namespace {

using Error = Decoder::Error;
using Status = Decoder::Status;

RowsPath rows_path(std::string_view text) {
    RowsPath path;
    std::string problem;
    EXPECT_TRUE(RowsPath::parse(text, path, problem)) << text << ": " << problem;
    return path;
}

struct Outcome {
    std::vector<std::string> records;
    std::string envelope;
    Error error = Error::None;
    bool rows_found = false;
    bool ended = false;

    bool operator==(const Outcome&) const = default;
};

// Gives the body in pieces of `piece` bytes, each only when more is asked for; with digests, also
// between two records.
Outcome decode(std::string_view path, std::string_view body, size_t piece = SIZE_MAX,
               const DecoderLimits& limits = {}, bool hashed = false) {
    Decoder decoder(rows_path(path), limits);
    if (hashed) decoder.hash_records();
    net::Inbox inbox;
    Outcome outcome;
    size_t given = 0;
    for (;;) {
        std::string_view record;
        const Status status = decoder.next(inbox, given == body.size(), record);
        if (status == Status::Record) {
            outcome.records.emplace_back(record);
            const JsonError plain = json_validate(record);
            EXPECT_EQ(json_validate(record, decoder.scan()), plain) << record;
            Tape tape;
            EXPECT_EQ(tape.parse(record, decoder.scan()), plain) << record;
            EXPECT_EQ(decoder.digest() != nullptr, hashed);
            if (!hashed) continue;
            EXPECT_EQ(*decoder.digest(), md5(record)) << record;
            const size_t count = std::min(piece, body.size() - given);
            inbox.append(body.data() + given, count);
            given += count;
        } else if (status == Status::NeedMore) {
            const size_t count = std::min(piece, body.size() - given);
            EXPECT_NE(count, 0u);
            inbox.append(body.data() + given, count);
            given += count;
        } else {
            outcome.ended = status == Status::End;
            break;
        }
    }
    outcome.error = decoder.error();
    outcome.rows_found = decoder.rows_found();
    // What was in it when the body turned out wrong depends on the pieces.
    if (outcome.ended) outcome.envelope = decoder.envelope();
    EXPECT_EQ(decoder.records(), outcome.records.size());
    EXPECT_EQ(outcome.ended, outcome.error == Error::None);
    EXPECT_TRUE(!outcome.ended || decoder.offset() == body.size());
    return outcome;
}

Outcome decode_all_ways(std::string_view path, std::string_view body) {
    const Outcome whole = decode(path, body);
    for (const size_t piece : {1u, 2u, 3u, 7u, 16u, 63u, 64u, 65u, 100u}) {
        EXPECT_EQ(decode(path, body, piece), whole) << path << " " << body << " by " << piece;
        EXPECT_EQ(decode(path, body, piece, {}, true), whole) << path << " " << body << ", hashed";
    }
    return whole;
}

using Records = std::vector<std::string>;

// More than are cut out at once, of very unlike sizes, and one that is not looked beyond.
TEST(Decoder, HashesManyRecords) {
    std::mt19937 random(7);
    Records records;
    for (int i = 0; i < 100; i++) {
        const size_t size = i == 50 ? 100'000 : random() % 700;
        records.push_back("{\"id\":" + std::to_string(i) + ",\"a\":\"" + std::string(size, 'x') +
                          "\"}");
    }
    std::string body = "[";
    for (const std::string& record : records) body += (body.size() > 1 ? "," : "") + record;
    body += "]";
    for (const size_t piece : {1000u, 4096u, 16384u, 1000000u}) {
        const Outcome outcome = decode("/*", body, piece, {}, true);
        EXPECT_TRUE(outcome.ended);
        EXPECT_EQ(outcome.records, records) << "by " << piece;
        EXPECT_EQ(outcome, decode("/*", body, piece));
    }
}

TEST(Decoder, CutsAList) {
    const Outcome outcome = decode_all_ways("/*", " [ {\"id\":1} ,{\"id\":2,\"a\":[{}]}, {} ] \n");
    EXPECT_EQ(outcome.records, (Records{"{\"id\":1}", "{\"id\":2,\"a\":[{}]}", "{}"}));
    EXPECT_EQ(outcome.envelope, "[]");
    EXPECT_TRUE(outcome.rows_found);
    EXPECT_TRUE(outcome.ended);
}

TEST(Decoder, CutsAnObjectsList) {
    const Outcome outcome = decode_all_ways("/users/*",
                                            "{\"total\":3,\"x\":{\"users\":[1]},\"users\":[{\"id\":"
                                            "\"]}\\\"\"},7,\"a,]\\\\\"],\"warnings\":[{\"w\":1}]}");
    EXPECT_EQ(outcome.records, (Records{"{\"id\":\"]}\\\"\"}", "7", "\"a,]\\\\\""}));
    EXPECT_EQ(outcome.envelope,
              "{\"total\":3,\"x\":{\"users\":[1]},\"users\":[],\"warnings\":[{\"w\":1}]}");
    EXPECT_TRUE(outcome.rows_found);
}

TEST(Decoder, FollowsSeveralSteps) {
    const Outcome outcome = decode_all_ways(
        "/a/b/*",
        "{\"b\":[1],\"c\":{\"b\":[2]},\"a\":{\"x\":[[3]],\"b\":[4,[5]],\"y\":6},\"b\":[7]}");
    EXPECT_EQ(outcome.records, (Records{"4", "[5]"}));
    EXPECT_EQ(outcome.envelope,
              "{\"b\":[1],\"c\":{\"b\":[2]},\"a\":{\"x\":[[3]],\"b\":[],\"y\":6},\"b\":[7]}");
}

TEST(Decoder, ComparesKeysUnescaped) {
    EXPECT_EQ(decode_all_ways("/users/*", "{\"us\\u0065rs\":[1]}").records, (Records{"1"}));
    EXPECT_EQ(decode_all_ways("/a~1b/*", "{\"a\\/b\":[1]}").records, (Records{"1"}));
    EXPECT_FALSE(decode_all_ways("/users/*", "{\"\\x\":[1]}").ended);
}

TEST(Decoder, WholeBodyIsARecord) {
    for (const std::string body : {"{\"sitename\":\"x\"}", "[1]", "null", "true", "-1.5",
                                   "\"a\\\"b\"", "{\"exception\":\"e\",\"errorcode\":\"c\"}"}) {
        for (const std::string around : {"", " ", "\r\n\t "}) {
            for (const char* path : {"", "/a"}) {
                const Outcome outcome = decode_all_ways(path, around + body + around);
                EXPECT_EQ(outcome.records, (Records{body}));
                EXPECT_EQ(outcome.envelope, "");
                EXPECT_TRUE(outcome.rows_found);
                EXPECT_TRUE(outcome.ended);
            }
        }
    }
}

TEST(Decoder, ANullOrMissingListHasNoRows) {
    const Outcome null = decode_all_ways("/users/*", "{\"users\":null,\"warnings\":[]}");
    EXPECT_TRUE(null.ended && null.rows_found && null.records.empty());
    EXPECT_EQ(null.envelope, "{\"users\":null,\"warnings\":[]}");
    EXPECT_TRUE(decode_all_ways("/*", "null").rows_found);
    EXPECT_TRUE(decode_all_ways("/users/*", "{\"users\":[]}").rows_found);
    for (const std::string body : {"{}", "[]", "{\"users\":{}}", "{\"users\":3}",
                                   "{\"users\":\"x\"}", "{\"exception\":\"e\"}", "null", "7",
                                   "\"users\"", "{\"a\":{\"users\":[1]}}", "[{\"users\":[1]}]"}) {
        const Outcome outcome = decode_all_ways("/users/*", body);
        EXPECT_TRUE(outcome.ended) << body;
        EXPECT_FALSE(outcome.rows_found) << body;
        EXPECT_TRUE(outcome.records.empty()) << body;
        EXPECT_EQ(outcome.envelope, body);
    }
    EXPECT_FALSE(decode_all_ways("/*", "{\"exception\":\"e\"}").rows_found);
}

TEST(Decoder, TakesAByteOrderMark) {
    EXPECT_TRUE(decode_all_ways("/*", "\xef\xbb\xbf [1]").ended);
    EXPECT_TRUE(decode_all_ways("", "\xef\xbb\xbf{}").ended);
    EXPECT_EQ(decode_all_ways("", "\xef\xbb").error, Error::Truncated);
    EXPECT_EQ(decode_all_ways("", "\xef\xbbx").error, Error::Malformed);
    EXPECT_EQ(decode_all_ways("", " \xef\xbb\xbf{}").error, Error::Malformed);
    EXPECT_EQ(decode_all_ways("", "\xef\xbb\xbf\xef\xbb\xbf{}").error, Error::Malformed);
}

TEST(Decoder, FindsEveryCut) {
    for (const auto& [path, body] : std::vector<std::pair<std::string, std::string>>{
             {"/users/*", "{\"users\":[{\"id\":1},{\"id\":\"a\\\"\"}],\"warnings\":[]}"},
             {"/*", "[1,\"a\",[2],{\"b\":3}]"},
             {"", "{\"a\":[{\"b\":\"c\\\\\"}]}"}}) {
        ASSERT_TRUE(decode(path, body).ended);
        for (size_t size = 0; size < body.size(); ++size) {
            const Outcome outcome = decode_all_ways(path, body.substr(0, size));
            EXPECT_EQ(outcome.error, Error::Truncated) << body.substr(0, size);
        }
    }
}

TEST(Decoder, FindsWhatIsWrongAroundRecords) {
    for (const char* body : {"[1,]",       "[,1]",
                             "[1 2]",      "[1}",
                             "[1]]",       "[1] x",
                             "[1][2]",     "[{}{}]",
                             "[{}:1]",     "{\"users\":[1]",
                             "<html>",     "]",
                             "[1],",       "[1]\xef\xbb\xbf",
                             "\x01[1]",    "x",
                             "[x]",        "[<]",
                             "{\"a\":1}}", "nul",
                             "[1]\v"}) {
        const Outcome outcome = decode_all_ways("/*", body);
        EXPECT_FALSE(outcome.ended) << body;
        if (std::string_view(body) != "{\"users\":[1]") {
            EXPECT_EQ(outcome.error, Error::Malformed) << body;
        }
    }
    for (const char* body :
         {"{\"users\":[1],}", "{\"users\":[1]]", "{\"users\" [1]}", "{,\"users\":[1]}",
          "{\"users\":[1],\"a\"}", "{\"users\":[1] \"a\":2}", "{\"users\":[1],\"a\":01}",
          "{\"users\":[1],\"a\":\"\x01\"}", "{\"users\":[1],\"a\":\"\\ud83d\"}",
          "{\"users\":[1],\"a\":[}}", "{\"users\":nul}", "{\"users\":[1],\"users\":[2]}",
          "{\"users\":null,\"users\":[2]}", "{users:[1]}"}) {
        EXPECT_EQ(decode_all_ways("/users/*", body).error, Error::Malformed) << body;
    }
    EXPECT_EQ(decode_all_ways("/a/b/*", "{\"a\":{},\"a\":{\"b\":[1]}}").error, Error::Malformed);
    for (const char* body : {"{} {}", "1 2", "{}x", "<", "\"a\"\"b\"", "[1]]"}) {
        EXPECT_EQ(decode_all_ways("", body).error, Error::Malformed) << body;
    }
    for (const char* body : {"", " ", "\n\n"}) {
        EXPECT_EQ(decode_all_ways("", body).error, Error::Truncated);
        EXPECT_EQ(decode_all_ways("/*", body).error, Error::Truncated);
    }
}

TEST(Decoder, KeepsWithinItsLimits) {
    DecoderLimits limits;
    limits.max_record = 100;
    limits.max_envelope = 50;
    const auto record = [](size_t size) { return "\"" + std::string(size - 2, 'x') + "\""; };
    const auto list = [](size_t size) { return "[\"" + std::string(size - 4, 'x') + "\"]"; };
    for (const size_t piece : {1ul, 13ul, 64ul, 99999ul}) {
        EXPECT_TRUE(decode("/*", "[" + record(100) + "]", piece, limits).ended);
        EXPECT_TRUE(decode("/*", "[" + list(100) + "]", piece, limits).ended);
        for (const std::string& large : {record(101), list(101), std::string(101, '1')}) {
            EXPECT_EQ(decode("/*", "[" + large + "]", piece, limits).error, Error::RecordTooLarge);
            EXPECT_EQ(decode("/*", "[" + large, piece, limits).error, Error::RecordTooLarge);
            EXPECT_EQ(decode("", large, piece, limits).error, Error::RecordTooLarge);
        }
        const std::string around = "{\"u\":[1],\"x\":" + record(36) + "}";
        EXPECT_TRUE(decode("/u/*", around, piece, limits).ended);
        EXPECT_EQ(decode("/u/*", "{\"u\":[1],\"x\":" + record(50) + "}", piece, limits).error,
                  Error::EnvelopeTooLarge);
        const std::string deep(kMaxJsonDepth + 1, '[');
        EXPECT_EQ(decode("/*", "[" + deep, piece).error, Error::TooDeep);
        EXPECT_EQ(decode("/u/*", deep, piece).error, Error::TooDeep);
        EXPECT_EQ(decode("", deep, piece).error, Error::TooDeep);
        const std::string just(deep.substr(1) + std::string(kMaxJsonDepth, ']'));
        EXPECT_TRUE(decode("/*", "[" + just + "]", piece).ended);
    }
}

TEST(Decoder, GivesARecordAsSoonAsItsLastByteIsThere) {
    Decoder decoder(rows_path("/users/*"));
    net::Inbox inbox;
    std::string_view record;
    const std::string body = "{\"users\":[{\"id\":1}";
    inbox.append(body.data(), body.size());
    ASSERT_EQ(decoder.next(inbox, false, record), Status::Record);
    EXPECT_EQ(record, "{\"id\":1}");
    EXPECT_EQ(decoder.offset(), body.size());
    EXPECT_EQ(decoder.next(inbox, false, record), Status::NeedMore);
    EXPECT_EQ(decoder.next(inbox, false, record), Status::NeedMore);
    EXPECT_EQ(decoder.next(inbox, true, record), Status::Failed);
    EXPECT_EQ(decoder.error(), Error::Truncated);
    EXPECT_EQ(decoder.next(inbox, true, record), Status::Failed);
}

// A record that arrives in many pieces must not be looked at from its beginning each time: with
// 16 MB in pieces of 64 bytes that would be 2 * 10^12 bytes, and this test would not end.
TEST(Decoder, ALargeRecordInSmallPiecesIsNotQuadratic) {
    const std::string filler = "{\"name\":\"some text with \\/ in it\",\"value\":[1,2,3,null]}";
    for (const bool string : {false, true}) {
        std::string body = string ? "[\"" : "[[1";
        while (body.size() < (size_t{16} << 20)) body += string ? "some text " : "," + filler;
        body += string ? "\"]" : "]]";
        const Outcome outcome = decode("/*", body, 64);
        EXPECT_TRUE(outcome.ended);
        ASSERT_EQ(outcome.records.size(), 1u);
        EXPECT_EQ(outcome.records[0].size(), body.size() - 2);
    }
}

TEST(Decoder, AnyCutIntoPiecesGivesTheSame) {
    const std::vector<std::string> pieces = {"{",
                                             "}",
                                             "[",
                                             "]",
                                             ",",
                                             ":",
                                             "\"",
                                             "\\",
                                             "\"users\":",
                                             "[{\"id\":1},",
                                             "{\"a\":\"\\\\\"}",
                                             "1",
                                             "null",
                                             " ",
                                             "\"x\"",
                                             "{\"users\":[",
                                             "\"                    \""};
    std::mt19937 random(5);
    for (int round = 0; round < 20000; ++round) {
        while (!select_scan_kernel(static_cast<ScanKernel>(random() % 4))) continue;
        std::string body;
        for (size_t i = random() % 16; i != 0; --i) body += pieces[random() % pieces.size()];
        const char* const path = random() % 3 == 0 ? "" : random() % 2 != 0 ? "/*" : "/users/*";
        const Outcome whole = decode(path, body);
        ASSERT_EQ(decode(path, body, 1 + random() % 20), whole) << body;
        // Nothing that is not JSON may pass.
        bool valid = whole.ended;
        for (const std::string& record : whole.records) {
            valid = valid && json_validate(record) == JsonError::None;
        }
        const bool expected = json_validate(body) == JsonError::None;
        if (valid != expected) {
            // The one thing refused that is JSON: the rows' key twice.
            ASSERT_TRUE(expected && whole.error == Error::Malformed) << body;
            ASSERT_NE(body.find("\"users\"", body.find("\"users\"") + 1), std::string::npos)
                << body;
        }
    }
}

}  // namespace
// By hand: the digest leaves out members of the record itself, not of what is in it, and space
// around the others.
TEST(Decoder, DigestsLeaveMembersOut) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {R"({"a":1,"seen":2,"b":[{"seen":3}]})", R"({"a":1,"b":[{"seen":3}]})"},
        {R"({"seen":{"a":[1,2],"b":"},"},"b":"seen"})", R"({"b":"seen"})"},
        {R"({"a":"x\"seen\":1,","rev":"\\","seen":null})", R"({"a":"x\"seen\":1,"})"},
        {R"({ "a" : 1.5e3 , "b":true ,"seen": "x" , "c" : [ ] })",
         R"({"a" : 1.5e3,"b":true,"c" : [ ]})"},
        {R"({"seen":1,"rev":2})", "{}"},
        {R"({"seen":1,"a":2,"seen":3})", R"({"a":2})"},
        {"{}", "{}"},
        {R"(["seen",1])", R"(["seen",1])"},
    };
    std::string body;
    for (const auto& [record, kept] : cases) body += (body.empty() ? "[" : ",") + record;
    body += ']';
    for (size_t piece : {size_t{1}, size_t{7}, body.size()}) {
        Decoder decoder(rows_path("/*"));
        decoder.hash_records({"seen", "rev"});
        net::Inbox inbox;
        size_t given = 0, met = 0;
        for (;;) {
            std::string_view record;
            const Status status = decoder.next(inbox, given == body.size(), record);
            if (status == Status::Record) {
                ASSERT_NE(decoder.digest(), nullptr) << record;
                EXPECT_EQ(record, cases[met].first);
                EXPECT_EQ(*decoder.digest(), md5(cases[met].second)) << record;
                met++;
            } else if (status == Status::NeedMore) {
                const size_t count = std::min(piece, body.size() - given);
                inbox.append(body.data() + given, count);
                given += count;
            } else {
                EXPECT_EQ(status, Status::End);
                break;
            }
        }
        EXPECT_EQ(met, cases.size());
    }
}

}  // namespace moodle_fdw::moodle
