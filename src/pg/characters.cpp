#include "pg/characters.h"

#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "pg/pg.h"

extern "C" {
#include "mb/pg_wchar.h"
}

namespace moodle_fdw::pg {

namespace {

// The run of `from` up to the first backslash, copied; returns its length. There is one ahead, or
// the text ends after `count`.
size_t copy_to_backslash(const char* from, size_t count, char* to) {
    size_t done = 0;
#ifdef __SSE2__
    const __m128i backslash = _mm_set1_epi8('\\');
    while (done < count) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + done));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + done), block);
        const int found = _mm_movemask_epi8(_mm_cmpeq_epi8(block, backslash));
        if (found != 0) {
            const size_t at =
                done + static_cast<size_t>(__builtin_ctz(static_cast<unsigned>(found)));
            return at < count ? at : count;
        }
        done += sizeof block;
    }
    return count;
#else
    for (; done < count && from[done] != '\\'; done++) to[done] = from[done];
    return done;
#endif
}

uint32_t hex_value(char c) {
    // '0'..'9' end in the nibbles 0..9; letters have bit 6 set and end in 1..6.
    const auto byte = static_cast<unsigned char>(c);
    return (byte & 0x0fu) + (byte >> 6) * 9u;
}

uint32_t hex4(const char* at) {
    return hex_value(at[0]) << 12 | hex_value(at[1]) << 8 | hex_value(at[2]) << 4 |
           hex_value(at[3]);
}

char* put_utf8(uint32_t code, char* out) {
    if (code < 0x80) {
        *out++ = static_cast<char>(code);
    } else if (code < 0x800) {
        *out++ = static_cast<char>(0xC0 | code >> 6);
        *out++ = static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *out++ = static_cast<char>(0xE0 | code >> 12);
        *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3F));
        *out++ = static_cast<char>(0x80 | (code & 0x3F));
    } else {
        *out++ = static_cast<char>(0xF0 | code >> 18);
        *out++ = static_cast<char>(0x80 | (code >> 12 & 0x3F));
        *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3F));
        *out++ = static_cast<char>(0x80 | (code & 0x3F));
    }
    return out;
}

char simple_escape(char letter) {
    switch (letter) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return letter;  // " \ /
    }
}

}  // namespace

char* unescape(std::string_view escaped, char* out, bool& has_nul) {
    const char* at = escaped.data();
    const char* const end = at + escaped.size();
    for (;;) {
        const size_t plain = copy_to_backslash(at, static_cast<size_t>(end - at), out);
        at += plain;
        out += plain;
        if (at == end) return out;
        // Escapes come in runs where the script is not Latin.
        do {
            if (at[1] != 'u') {
                *out++ = simple_escape(at[1]);
                at += 2;
                continue;
            }
            uint32_t code = hex4(at + 2);
            at += 6;
            if ((code & 0xFC00) == 0xD800) {  // the tape has checked that its other half follows
                code = 0x10000 + ((code & 0x3FF) << 10) + (hex4(at + 2) & 0x3FF);
                at += 6;
            }
            if (code == 0) has_nul = true;
            out = put_utf8(code, out);
        } while (at != end && *at == '\\');
        if (at == end) return out;
    }
}

bool database_takes_utf8() {
    const int encoding = GetDatabaseEncoding();
    return encoding == PG_UTF8 || encoding == PG_SQL_ASCII;
}

std::string_view to_database_encoding(std::string_view text) {
    if (database_takes_utf8()) return text;
    bool ascii = true;
    for (const char c : text) ascii = ascii && static_cast<signed char>(c) >= 0;
    if (ascii) return text;

    if (text.size() > MaxAllocSize)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("text is too long")));
    const char* converted = pg_any_to_server(text.data(), static_cast<int>(text.size()), PG_UTF8);
    const size_t size = strlen(converted);
    auto* copy = static_cast<char*>(palloc0(size + kSlack));
    memcpy(copy, converted, size + 1);
    return {copy, size};
}

void excerpt(std::string_view utf8, char* out, size_t room) {
    constexpr std::string_view kCut = "...";
    const bool cut = utf8.size() >= room;
    size_t count = cut ? room - 1 - kCut.size() : utf8.size();
    if (cut)
        while (count > 0 && (utf8[count] & 0xC0) == 0x80) count--;
    const bool keep = GetDatabaseEncoding() == PG_UTF8;
    for (size_t i = 0; i < count; i++) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        if ((byte & 0xC0) == 0x80 && !keep) continue;
        *out++ = byte >= 0x20 && byte != 0x7F && (byte < 0x80 || keep) ? utf8[i] : '?';
    }
    if (cut) {
        memcpy(out, kCut.data(), kCut.size());
        out += kCut.size();
    }
    *out = '\0';
}

}  // namespace moodle_fdw::pg
