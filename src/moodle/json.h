// A strict, zero-copy JSON reader. A record is parsed once into a tape of tokens that point into
// its bytes: numbers keep their own text (so a numeric is exact), strings are unescaped only when
// read. Every byte is checked (grammar, UTF-8, escapes, surrogate pairs, depth), needed or not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moodle/json_scan.h"
#include "moodle/md5.h"

namespace moodle_fdw::moodle {

enum class JsonType : uint8_t { Null, False, True, Integer, Real, String, Object, Array };

enum class JsonError : uint8_t {
    None,
    Syntax,
    TooDeep,
    BadUtf8,
    BadEscape,
    LoneSurrogate,
    ControlCharacter,
    TooManyTokens,
    Truncated,
};
const char* json_error_text(JsonError error);

// Deeper than any Moodle answer (the deepest catalogued is 11); bounds recursion everywhere.
inline constexpr int kMaxJsonDepth = 64;

struct Token {
    uint32_t begin;  // offset of the value's text in the record (strings: after the quote)
    uint32_t
        length;     // its bytes (strings: without quotes, still escaped; containers: with brackets)
    uint32_t next;  // index of the token that follows this value and its children
    JsonType type;
    bool escaped;  // a string with at least one backslash
};

// Object children stand as key token, value token(s), key token, ...
class Tape {
  public:
    // `record` must be one JSON value with at most surrounding white space, and outlive the tape's
    // use. Nothing is read past its end.
    JsonError parse(std::string_view record);
    // The same with the marks that the decoder has made of it (Decoder::scan()): quicker.
    JsonError parse(std::string_view record, const JsonScan& scan);

    std::string_view text(const Token& token) const {
        return {record_.data() + token.begin, token.length};
    }
    const std::vector<Token>& tokens() const { return tokens_; }
    // The digest of the whole record less the members `without`, if it is known already; of a
    // parsed tape, until the next one.
    const Md5Digest* digest(const std::vector<std::string>& without) const {
        return digest_ != nullptr && *digest_without_ == without ? digest_ : nullptr;
    }
    void set_digest(const Md5Digest* digest, const std::vector<std::string>& without) {
        digest_ = digest;
        digest_without_ = &without;
    }
    size_t error_offset() const { return error_offset_; }

  private:
    std::string_view record_;
    std::vector<Token> tokens_;
    JsonScan own_scan_;
    const Md5Digest* digest_ = nullptr;
    const std::vector<std::string>* digest_without_ = nullptr;
    size_t error_offset_ = 0;
};

// A cheap handle on one value of a tape; invalid when it was not found.
class Value {
  public:
    Value() = default;
    Value(const Tape& tape, uint32_t index) : tape_(&tape), index_(index) {}

    bool found() const { return tape_ != nullptr; }
    JsonType type() const { return token().type; }
    bool is_null() const { return type() == JsonType::Null; }
    bool is_container() const { return type() == JsonType::Object || type() == JsonType::Array; }
    const Token& token() const { return tape_->tokens()[index_]; }
    const Tape& tape() const { return *tape_; }
    uint32_t index() const { return index_; }

    // Number, literal or container: as served. String: still escaped.
    std::string_view text() const { return tape_->text(token()); }
    // A string's characters; `scratch` is used only when there are escapes.
    std::string_view string(std::string& scratch) const;
    // Last of equal keys, as jsonb does. Not found for anything but an object.
    Value find(std::string_view key) const;
    Value element(uint32_t position) const;  // of an array
    uint32_t count() const;                  // elements of an array, members of an object

  private:
    const Tape* tape_ = nullptr;
    uint32_t index_ = 0;
};

// Decodes the escapes of a checked string; output is UTF-8 (a \u0000 becomes a NUL byte).
void json_unescape(std::string_view escaped, std::string& out);
// Appends `text` as a JSON string with quotes.
void json_quote(std::string_view text, std::string& out);
// The text of an object less the members of these names (as they stand between their quotes), by
// the decoder's marks, into `out`. False for anything else than an object.
bool json_leave_out(std::string_view record, const JsonScan& scan,
                    const std::vector<std::string>& names, std::string& out);
// Checks a whole value without keeping tokens (what count(*) needs). Same strictness as
// Tape::parse.
JsonError json_validate(std::string_view record, size_t* error_offset = nullptr);
// The same with the decoder's marks of the record (Decoder::scan()): quicker.
JsonError json_validate(std::string_view record, const JsonScan& scan,
                        size_t* error_offset = nullptr);

}  // namespace moodle_fdw::moodle
