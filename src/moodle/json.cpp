#include "moodle/json.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "moodle/json_text.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// What may stand behind a number or literal.
constexpr auto kDelimiter = [] {
    std::array<bool, 256> table{};
    for (const unsigned char c : {' ', '\t', '\n', '\r', ',', ':', '[', ']', '{', '}', '"'}) {
        table[c] = true;
    }
    return table;
}();

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// The end of the number at `p`, or nullptr.
const char* number_end(const char* p, const char* end, JsonType& type) {
    type = JsonType::Integer;
    if (*p == '-') ++p;
    if (p == end || !is_digit(*p)) return nullptr;
    if (*p == '0') {
        ++p;
    } else {
        while (p != end && is_digit(*p)) ++p;
    }
    if (p != end && *p == '.') {
        type = JsonType::Real;
        const char* const digits = ++p;
        while (p != end && is_digit(*p)) ++p;
        if (p == digits) return nullptr;
    }
    if (p != end && (*p == 'e' || *p == 'E')) {
        type = JsonType::Real;
        ++p;
        if (p != end && (*p == '+' || *p == '-')) ++p;
        const char* const digits = p;
        while (p != end && is_digit(*p)) ++p;
        if (p == digits) return nullptr;
    }
    return p;
}

const char* literal_end(const char* p, const char* end, std::string_view literal) {
    if (static_cast<size_t>(end - p) < literal.size()) return nullptr;
    return std::memcmp(p, literal.data(), literal.size()) == 0 ? p + literal.size() : nullptr;
}

// The end of the number or literal at `p`, or nullptr.
const char* scalar_end(const char* p, const char* end, JsonType& type) {
    switch (*p) {
        case 'n':
            type = JsonType::Null;
            p = literal_end(p, end, "null");
            break;
        case 't':
            type = JsonType::True;
            p = literal_end(p, end, "true");
            break;
        case 'f':
            type = JsonType::False;
            p = literal_end(p, end, "false");
            break;
        default:
            p = number_end(p, end, type);
            break;
    }
    if (p == nullptr || p == end || kDelimiter[static_cast<unsigned char>(*p)]) return p;
    return nullptr;
}

// Makes nothing of the tokens: for those who only want to know that the record is right.
struct NoTokens {
    void string(uint32_t, uint32_t) {}
    void scalar(uint32_t, uint32_t, JsonType) {}
    void open(uint32_t, JsonType) {}
    void close(uint32_t) {}
};

// Lays the tokens down; the parent's length and `next` are known when it closes.
class TokenWriter {
  public:
    TokenWriter(Token* tokens, const uint64_t* backslashes)
        : tokens_(tokens), backslashes_(backslashes) {}

    void string(uint32_t begin, uint32_t length) {
        put(begin, length, JsonType::String, has_backslash(begin, length));
    }
    void scalar(uint32_t begin, uint32_t length, JsonType type) { put(begin, length, type, false); }
    void open(uint32_t begin, JsonType type) {
        open_[depth_++] = count_;
        put(begin, 0, type, false);
    }
    void close(uint32_t end) {
        Token& container = tokens_[open_[--depth_]];
        container.length = end - container.begin;
        container.next = count_;
    }
    uint32_t count() const { return count_; }

  private:
    void put(uint32_t begin, uint32_t length, JsonType type, bool escaped) {
        tokens_[count_] = Token{begin, length, count_ + 1, type, escaped};
        ++count_;
    }
    bool has_backslash(uint32_t begin, uint32_t length) const {
        constexpr uint32_t kBits = JsonScan::kBlock;
        uint32_t word = begin / kBits;
        const uint32_t end = begin + length;
        uint64_t found = backslashes_[word] >> (begin % kBits);
        if (const uint32_t held = kBits - begin % kBits; length < held) {
            return (found & ((uint64_t{1} << length) - 1)) != 0;
        }
        for (++word; word < end / kBits; ++word) found |= backslashes_[word];
        if (end % kBits != 0) {
            found |= backslashes_[end / kBits] & ((uint64_t{1} << end % kBits) - 1);
        }
        return found != 0;
    }

    Token* tokens_;
    const uint64_t* backslashes_;
    uint32_t count_ = 0;
    int depth_ = 0;
    std::array<uint32_t, kMaxJsonDepth> open_{};
};

// Checks the grammar by walking from mark to mark.
template <class Sink>
class Walker {
  public:
    Walker(std::string_view record, const JsonScan& scan, Sink& sink)
        : record_(record),
          mark_(scan.marks()),
          end_(scan.marks() + scan.mark_count()),
          sink_(sink) {}

    JsonError walk() {
        take();
        for (;;) {
            const JsonError error = value();
            if (error != JsonError::None) return error;
            if (depth_ == 0) return finish();
        }
    }
    size_t offset() const { return at_; }

  private:
    // Steps to the next mark; its character, or a NUL (no token begins with one) at the end.
    char take() {
        if (mark_ == end_) {
            at_ = static_cast<uint32_t>(record_.size());
            ended_ = true;
            return c_ = '\0';
        }
        at_ = *mark_++;
        return c_ = record_[at_];
    }

    JsonError wrong() const { return ended_ ? JsonError::Truncated : JsonError::Syntax; }

    // At the first character of a value. Goes on to that of the next, or to depth 0.
    JsonError value() {
        if (c_ == '"') {
            string();
        } else if (c_ == '{') {
            if (!open(JsonType::Object)) return JsonError::TooDeep;
            take();
            if (c_ == '"') return key();
            if (c_ != '}') return wrong();
            close();
        } else if (c_ == '[') {
            if (!open(JsonType::Array)) return JsonError::TooDeep;
            take();
            if (c_ != ']') return JsonError::None;
            close();
        } else if (!scalar()) {
            return wrong();
        }
        while (depth_ != 0) {
            take();
            const bool in_object = (objects_ & 1) != 0;
            if (c_ == ',') {
                take();
                if (!in_object) return JsonError::None;
                return c_ == '"' ? key() : wrong();
            }
            if (c_ != (in_object ? '}' : ']')) return wrong();
            close();
        }
        return JsonError::None;
    }

    JsonError key() {
        string();
        if (take() != ':') return wrong();
        take();
        return JsonError::None;
    }

    // The scan has seen to it that quotes come in pairs.
    void string() {
        const uint32_t begin = at_ + 1;
        sink_.string(begin, *mark_++ - begin);
    }

    bool scalar() {
        if (ended_) return false;
        JsonType type;
        const char* const begin = record_.data() + at_;
        const char* const end = scalar_end(begin, record_.data() + record_.size(), type);
        if (end == nullptr) return false;
        sink_.scalar(at_, static_cast<uint32_t>(end - begin), type);
        return true;
    }

    bool open(JsonType type) {
        if (depth_ == kMaxJsonDepth) return false;
        ++depth_;
        objects_ = objects_ << 1 | (type == JsonType::Object ? 1 : 0);
        sink_.open(at_, type);
        return true;
    }

    void close() {
        --depth_;
        objects_ >>= 1;
        sink_.close(at_ + 1);
    }

    JsonError finish() {
        if (mark_ == end_) return JsonError::None;
        take();
        return JsonError::Syntax;
    }

    std::string_view record_;
    const uint32_t* mark_;
    const uint32_t* end_;
    Sink& sink_;
    // A bit for each open container, the innermost lowest: whether it is an object. Those that
    // kMaxJsonDepth allows just fit.
    uint64_t objects_ = 0;
    int depth_ = 0;
    uint32_t at_ = 0;
    char c_ = '\0';
    bool ended_ = false;
};

// What can be told without the grammar.
JsonError check_marks(std::string_view record, const JsonScan& scan, size_t& offset) {
    offset = 0;
    if (scan.too_many()) return JsonError::TooManyTokens;
    if (scan.control() != JsonScan::kNone) {
        offset = scan.control();
        return JsonError::ControlCharacter;
    }
    if (scan.in_string()) {
        offset = record.size();
        return JsonError::Truncated;
    }
    const JsonError error = check_escapes(record, scan, offset);
    if (error != JsonError::None) return error;
    if (scan.has_high()) {
        offset = utf8_error(record);
        if (offset != record.size()) return JsonError::BadUtf8;
    }
    return JsonError::None;
}

template <class Sink>
JsonError check(std::string_view record, const JsonScan& scan, Sink& sink, size_t& offset) {
    JsonError error = check_marks(record, scan, offset);
    if (error != JsonError::None) return error;
    Walker<Sink> walker(record, scan, sink);
    error = walker.walk();
    offset = walker.offset();
    return error;
}

// Between a value and what ends it.
size_t without_space(std::string_view record, size_t end) {
    const size_t last = record.find_last_not_of(" \t\n\r", end - 1);
    return last + 1;
}

}  // namespace

JsonError Tape::parse(std::string_view record) {
    own_scan_.scan_whole(record);
    return parse(record, own_scan_);
}

JsonError Tape::parse(std::string_view record, const JsonScan& scan) {
    if (!scan.covers(record.size()) && &scan != &own_scan_) return parse(record);
    record_ = record;
    digest_ = nullptr;
    // Not more than the marks allow, so that nothing is allocated while walking, nor for the next
    // record of this size.
    tokens_.resize(std::min(scan.tokens(), JsonScan::kMaxTokens));
    TokenWriter writer(tokens_.data(), scan.backslashes());
    const JsonError error = check(record, scan, writer, error_offset_);
    tokens_.resize(error == JsonError::None ? writer.count() : 0);
    return error;
}

JsonError json_validate(std::string_view record, const JsonScan& scan, size_t* error_offset) {
    if (!scan.covers(record.size())) return json_validate(record, error_offset);
    NoTokens sink;
    size_t offset = 0;
    const JsonError error = check(record, scan, sink, offset);
    if (error_offset != nullptr) *error_offset = offset;
    return error;
}

JsonError json_validate(std::string_view record, size_t* error_offset) {
    JsonScan scan;
    scan.scan_whole(record);
    NoTokens sink;
    size_t offset = 0;
    const JsonError error = check(record, scan, sink, offset);
    if (error_offset != nullptr) *error_offset = offset;
    return error;
}

bool json_leave_out(std::string_view record, const JsonScan& scan,
                    const std::vector<std::string>& names, std::string& out) {
    if (!scan.covers(record.size()) || record.front() != '{') return false;
    const uint32_t* const marks = scan.marks();
    const size_t count = scan.mark_count();
    size_t at = 1;
    // Members that follow each other are taken in one piece.
    size_t piece = 0, piece_end = 0;
    auto take_piece = [&] {
        if (piece == piece_end) return;
        if (out.size() > 1) out += ',';
        out.append(record, piece, piece_end - piece);
    };
    out.clear();
    out += '{';
    while (at + 1 < count && record[marks[at]] == '"') {
        const size_t begin = marks[at];
        const std::string_view name = record.substr(begin + 1, marks[at + 1] - begin - 1);
        int depth = 0;
        for (at += 2; at < count; at++) {
            const char c = record[marks[at]];
            if (c == '{' || c == '[') depth++;
            if (c == ',' && depth == 0) break;
            if ((c == '}' || c == ']') && depth-- == 0) break;
        }
        if (at == count) return false;
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            if (piece == piece_end || begin != piece_end + 1) {
                take_piece();
                piece = begin;
            }
            piece_end = without_space(record, marks[at]);
        }
        if (record[marks[at]] != ',') break;
        at++;
    }
    take_piece();
    out += '}';
    return at + 1 == count;
}

std::string_view Value::string(std::string& scratch) const {
    if (!token().escaped) return text();
    scratch.clear();
    json_unescape(text(), scratch);
    return scratch;
}

Value Value::find(std::string_view key) const {
    if (!found() || type() != JsonType::Object) return {};
    const std::vector<Token>& tokens = tape_->tokens();
    Value last;
    std::string scratch;
    for (uint32_t at = index_ + 1; at < token().next; at = tokens[at + 1].next) {
        if (Value(*tape_, at).string(scratch) == key) last = Value(*tape_, at + 1);
    }
    return last;
}

Value Value::element(uint32_t position) const {
    if (!found() || type() != JsonType::Array) return {};
    for (uint32_t at = index_ + 1; at < token().next; at = tape_->tokens()[at].next) {
        if (position-- == 0) return {*tape_, at};
    }
    return {};
}

uint32_t Value::count() const {
    if (!found() || !is_container()) return 0;
    const bool object = type() == JsonType::Object;
    uint32_t members = 0;
    for (uint32_t at = index_ + 1; at < token().next; ++members) {
        at = tape_->tokens()[object ? at + 1 : at].next;
    }
    return members;
}

}  // namespace moodle_fdw::moodle
