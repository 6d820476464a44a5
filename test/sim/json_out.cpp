#include "json_out.h"

namespace sim {

namespace {

void append_unit(std::string& out, uint32_t unit) {
    static constexpr char kDigits[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(unit >> shift) & 15];
}

// Decodes one character of valid UTF-8 at `at` and moves on.
uint32_t next_character(std::string_view utf8, size_t& at) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(utf8[i]); };
    const unsigned char lead = byte(at);
    const int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t character = lead & (0xff >> (length + 1));
    for (int i = 1; i < length; i++) character = character << 6 | (byte(at + i) & 0x3f);
    at += length;
    return character;
}

}  // namespace

JsonOut& JsonOut::text(std::string_view utf8) {
    separate();
    buffer_ += '"';
    for (size_t at = 0; at < utf8.size();) {
        const unsigned char c = static_cast<unsigned char>(utf8[at]);
        if (c >= 0x80) {
            const uint32_t character = next_character(utf8, at);
            if (character >= 0x10000) {
                append_unit(buffer_, 0xd800 + ((character - 0x10000) >> 10));
                append_unit(buffer_, 0xdc00 + ((character - 0x10000) & 0x3ff));
            } else {
                append_unit(buffer_, character);
            }
            continue;
        }
        at++;
        switch (c) {
            case '"':
            case '\\':
            case '/':
                buffer_ += '\\';
                buffer_ += static_cast<char>(c);
                break;
            case '\n':
                buffer_ += "\\n";
                break;
            case '\t':
                buffer_ += "\\t";
                break;
            default:
                if (c < 0x20) {
                    append_unit(buffer_, c);
                } else {
                    buffer_ += static_cast<char>(c);
                }
        }
    }
    buffer_ += '"';
    return *this;
}

void JsonOut::flush() {
    if (!buffer_.empty() && !write_(buffer_.data(), buffer_.size())) throw ClientGone{};
    buffer_.clear();
}

}  // namespace sim
