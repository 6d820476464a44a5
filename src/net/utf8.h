// One step through text that may not be UTF-8 at all.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace moodle_fdw::net {

struct Utf8Step {
    char32_t code;  // meaningless unless valid
    size_t length;  // bytes to go on by, at least 1
    bool valid;
};

// `at` must be below text.size(). Overlong forms, surrogates and values past U+10FFFF are invalid.
inline Utf8Step utf8_step(std::string_view text, size_t at) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(at);
    if (first < 0x80) return {first, 1, true};
    const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4) return {0, 1, false};
    char32_t code = first & (0xffU >> (length + 1));
    for (size_t i = 1; i < length; ++i) {
        if (at + i >= text.size() || (byte(at + i) & 0xc0) != 0x80) return {0, i, false};
        code = code << 6 | (byte(at + i) & 0x3f);
    }
    constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool valid =
        code >= kSmallest[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return {code, valid ? length : 1, valid};
}

inline void utf8_append(std::string& out, char32_t code) {
    const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
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
        put(0xf0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3f));
        put(0x80 | (code >> 6 & 0x3f));
        put(0x80 | (code & 0x3f));
    }
}

// Controls, and what turns the direction of the text around it or is not seen at all.
inline bool unfit_for_messages(char32_t code) {
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
           code == 0xfeff;
}

}  // namespace moodle_fdw::net
