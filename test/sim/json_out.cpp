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
    const auto byte = [&](size_t i) {
        return i < utf8.size() ? static_cast<unsigned char>(utf8[i]) : 0u;
    };
    const uint32_t lead = byte(at);
    const size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t character = lead & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) character = character << 6 | (byte(at + i) & 0x3f);
    at += length;
    return character;
}

void append_ascii(std::string& out, char c) {
    switch (c) {
        case '"':
        case '\\':
        case '/':
            out += '\\';
            out += c;
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (c < 0x20) {
                append_unit(out, static_cast<unsigned char>(c));
            } else {
                out += c;
            }
    }
}

}  // namespace

std::string escape_json(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size() + 16);
    for (size_t at = 0; at < utf8.size();) {
        if (static_cast<unsigned char>(utf8[at]) < 0x80) {
            append_ascii(out, utf8[at++]);
            continue;
        }
        const uint32_t character = next_character(utf8, at);
        if (character >= 0x10000) {
            append_unit(out, 0xd800 + ((character - 0x10000) >> 10));
            append_unit(out, 0xdc00 + ((character - 0x10000) & 0x3ff));
        } else {
            append_unit(out, character);
        }
    }
    return out;
}

JsonOut& JsonOut::text(std::string_view utf8) {
    return escaped(escape_json(utf8));
}

void JsonOut::flush() {
    const size_t count = used_;
    used_ = 0;
    if (count > 0 && !write_(buffer_.get(), count)) throw ClientGone{};
}

void JsonOut::grow(size_t size) {
    size_ = (used_ + size) * 2;
    std::unique_ptr<char[]> larger(new char[size_]);
    std::memcpy(larger.get(), buffer_.get(), used_);
    buffer_ = std::move(larger);
}

std::string to_json(const std::function<void(JsonOut&)>& write) {
    std::string text;
    JsonOut out([&](const char* bytes, size_t count) {
        text.append(bytes, count);
        return true;
    });
    write(out);
    out.flush();
    return text;
}

}  // namespace sim
