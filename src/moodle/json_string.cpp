#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "moodle/json.h"
#include "moodle/json_text.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

constexpr uint8_t kNoHex = 0xff;

constexpr auto kHex = [] {
    std::array<uint8_t, 256> table{};
    table.fill(kNoHex);
    for (unsigned i = 0; i < 10; ++i) table['0' + i] = static_cast<uint8_t>(i);
    for (unsigned i = 0; i < 6; ++i) {
        table['a' + i] = static_cast<uint8_t>(10 + i);
        table['A' + i] = static_cast<uint8_t>(10 + i);
    }
    return table;
}();

// The character that a one-letter escape stands for; 0 where it is none.
constexpr auto kEscape = [] {
    std::array<char, 256> table{};
    table['"'] = '"';
    table['\\'] = '\\';
    table['/'] = '/';
    table['b'] = '\b';
    table['f'] = '\f';
    table['n'] = '\n';
    table['r'] = '\r';
    table['t'] = '\t';
    return table;
}();

constexpr uint32_t kNoUnit = UINT32_MAX;

// The UTF-16 unit whose four digits stand at `p`, or kNoUnit.
uint32_t hex_unit(const char* p) {
    const auto digit = [p](int i) { return uint32_t{kHex[static_cast<unsigned char>(p[i])]}; };
    const uint32_t a = digit(0), b = digit(1), c = digit(2), d = digit(3);
    if (((a | b | c | d) & 0xf0) != 0) return kNoUnit;
    return a << 12 | b << 8 | c << 4 | d;
}

constexpr bool is_high_surrogate(uint32_t unit) {
    return (unit & 0xfffffc00) == 0xd800;
}
constexpr bool is_low_surrogate(uint32_t unit) {
    return (unit & 0xfffffc00) == 0xdc00;
}

char* write_utf8(uint32_t code, char* out) {
    const auto put = [&out](uint32_t byte) { *out++ = static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0 | code >> 6);
        put(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        put(0xe0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3f));
        put(0x80 | (code & 0x3f));
    } else {
        put(0xf0 | (code >> 18 & 0x07));
        put(0x80 | (code >> 12 & 0x3f));
        put(0x80 | (code >> 6 & 0x3f));
        put(0x80 | (code & 0x3f));
    }
    return out;
}

// Copies up to the next backslash or the end. `out` has room for all that is left.
void copy_plain(const char*& p, const char* end, char*& out) {
#if defined(__SSE2__)
    while (end - p >= 16) {
        const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out), chunk);
        const auto mask =
            static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(chunk, _mm_set1_epi8('\\'))));
        const int plain = mask == 0 ? 16 : std::countr_zero(mask);
        p += plain;
        out += plain;
        if (mask != 0) return;
    }
#endif
    while (p != end && *p != '\\') *out++ = *p++;
}

// Decodes what follows a backslash. False when it is cut off, which a checked string never is.
bool decode_escape(const char*& p, const char* end, char*& out) {
    if (p == end) return false;
    const char c = *p++;
    if (c != 'u') {
        *out++ = kEscape[static_cast<unsigned char>(c)];
        return true;
    }
    if (end - p < 4) return false;
    uint32_t code = hex_unit(p);
    p += 4;
    if (is_high_surrogate(code) && end - p >= 6) {
        code = 0x10000 + ((code & 0x3ff) << 10 | (hex_unit(p + 2) & 0x3ff));
        p += 6;
    }
    out = write_utf8(code, out);
    return true;
}

// First byte from `p` on that a JSON string cannot hold as it is.
const char* plain_end(const char* p, const char* end) {
#if defined(__SSE2__)
    for (; end - p >= 16; p += 16) {
        const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        const __m128i special =
            _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(chunk, _mm_set1_epi8(0x1f)), chunk),
                         _mm_or_si128(_mm_cmpeq_epi8(chunk, _mm_set1_epi8('"')),
                                      _mm_cmpeq_epi8(chunk, _mm_set1_epi8('\\'))));
        const auto mask = static_cast<uint32_t>(_mm_movemask_epi8(special));
        if (mask != 0) return p + std::countr_zero(mask);
    }
#endif
    while (p != end && static_cast<unsigned char>(*p) >= 0x20 && *p != '"' && *p != '\\') ++p;
    return p;
}

// Bytes of the well-formed UTF-8 character at `p`, or 0.
size_t utf8_length(const unsigned char* p, size_t left) {
    const auto follows = [p](size_t i) { return (p[i] & 0xc0) == 0x80; };
    if (p[0] < 0x80) return 1;
    if (p[0] < 0xc2) return 0;
    if (p[0] < 0xe0) return left >= 2 && follows(1) ? 2 : 0;
    if (p[0] < 0xf0) {
        if (left < 3 || !follows(1) || !follows(2)) return 0;
        if (p[0] == 0xe0 && p[1] < 0xa0) return 0;   // could be shorter
        if (p[0] == 0xed && p[1] >= 0xa0) return 0;  // a surrogate
        return 3;
    }
    if (p[0] > 0xf4 || left < 4 || !follows(1) || !follows(2) || !follows(3)) return 0;
    if (p[0] == 0xf0 && p[1] < 0x90) return 0;
    if (p[0] == 0xf4 && p[1] >= 0x90) return 0;  // beyond U+10FFFF
    return 4;
}

}  // namespace

const char* json_error_text(JsonError error) {
    switch (error) {
        case JsonError::None:
            return "no error";
        case JsonError::Syntax:
            return "it is not valid JSON";
        case JsonError::TooDeep:
            return "it is nested too deeply";
        case JsonError::BadUtf8:
            return "it is not valid UTF-8";
        case JsonError::BadEscape:
            return "it has an invalid escape in a string";
        case JsonError::LoneSurrogate:
            return "it has half a surrogate pair in a string";
        case JsonError::ControlCharacter:
            return "it has an unescaped control character in a string";
        case JsonError::TooManyTokens:
            return "it has too many values";
        case JsonError::Truncated:
            return "it ends too early";
    }
    return "unknown error";
}

JsonError check_escapes(std::string_view record, const JsonScan& scan, size_t& offset) {
    uint32_t low_expected = JsonScan::kNone;
    const uint32_t* const escapes = scan.escapes();
    for (size_t i = 0; i < scan.escape_count(); ++i) {
        const uint32_t at = escapes[i];
        const char c = record[at];
        offset = at;
        if (c != 'u') {
            if (kEscape[static_cast<unsigned char>(c)] == 0) return JsonError::BadEscape;
            continue;
        }
        if (record.size() - at < 5) return JsonError::BadEscape;
        const uint32_t unit = hex_unit(record.data() + at + 1);
        if ((unit & 0xfffff800) != 0xd800) {
            if (unit == kNoUnit) return JsonError::BadEscape;
            continue;
        }
        if (is_low_surrogate(unit)) {
            if (at != low_expected) return JsonError::LoneSurrogate;
            continue;
        }
        // A high one: the next escape must follow at once and be a low one.
        low_expected = at + 6;
        if (i + 1 == scan.escape_count() || escapes[i + 1] != low_expected ||
            record.size() - low_expected < 5 || record[low_expected] != 'u' ||
            !is_low_surrogate(hex_unit(record.data() + low_expected + 1))) {
            return JsonError::LoneSurrogate;
        }
    }
    return JsonError::None;
}

size_t utf8_error(std::string_view text) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    size_t at = 0;
    while (at < text.size()) {
        if (uint64_t word; text.size() - at >= sizeof(word)) {
            std::memcpy(&word, bytes + at, sizeof(word));
            if ((word & 0x8080808080808080) == 0) {
                at += sizeof(word);
                continue;
            }
        }
        const size_t length = utf8_length(bytes + at, text.size() - at);
        if (length == 0) return at;
        at += length;
    }
    return at;
}

void json_unescape(std::string_view escaped, std::string& out) {
    // No escape is shorter than what it stands for.
    const size_t before = out.size();
    out.resize(before + escaped.size());
    char* write = out.data() + before;
    const char* p = escaped.data();
    const char* const end = p + escaped.size();
    for (;;) {
        copy_plain(p, end, write);
        if (p == end || !decode_escape(++p, end, write)) break;
    }
    out.resize(static_cast<size_t>(write - out.data()));
}

void json_quote(std::string_view text, std::string& out) {
    static constexpr char kDigits[] = "0123456789abcdef";
    const char* p = text.data();
    const char* const end = p + text.size();
    out.push_back('"');
    while (p != end) {
        const char* const special = plain_end(p, end);
        out.append(p, special);
        if (special == end) break;
        p = special + 1;
        const char c = *special;
        out.push_back('\\');
        switch (c) {
            case '\b':
                out.push_back('b');
                break;
            case '\f':
                out.push_back('f');
                break;
            case '\n':
                out.push_back('n');
                break;
            case '\r':
                out.push_back('r');
                break;
            case '\t':
                out.push_back('t');
                break;
            case '"':
            case '\\':
                out.push_back(c);
                break;
            default:
                out.append("u00");
                out.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
                out.push_back(kDigits[c & 0xf]);
                break;
        }
    }
    out.push_back('"');
}

}  // namespace moodle_fdw::moodle
