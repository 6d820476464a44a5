#include "random_json.h"

#include <cstdio>
#include <iterator>

namespace datum_check {

namespace {

constexpr int kDepth = 7;

class Generator {
  public:
    explicit Generator(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}

    void value(int depth) {
        switch (below(depth == 0 ? 5 : 9)) {
            case 0:
                literal();
                break;
            case 1:
            case 2:
                number();
                break;
            case 3:
            case 4:
                string();
                break;
            case 5:
            case 6:
                list(depth, false);
                break;
            default:
                list(depth, true);
                break;
        }
    }

    std::string out;

  private:
    uint64_t next() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_ >> 11;
    }
    uint32_t below(uint32_t bound) { return static_cast<uint32_t>(next() % bound); }

    void space() {
        static constexpr const char* kSpaces[] = {"", "", "", " ", "\n\t", "\r\n   "};
        out += kSpaces[below(std::size(kSpaces))];
    }

    void literal() {
        static constexpr const char* kLiterals[] = {"null", "true", "false"};
        out += kLiterals[below(3)];
    }

    void digits(uint32_t most) {
        for (uint32_t i = below(most) + 1; i > 0; i--)
            out += static_cast<char>('0' + (below(3) == 0 ? 0 : below(10)));
    }

    void number() {
        static constexpr uint32_t kSizes[] = {1, 3, 4, 5, 9, 12, 20, 80};
        if (below(4) == 0) out += '-';
        if (below(4) == 0) {
            out += '0';
        } else {
            out += static_cast<char>('1' + below(9));
            if (below(3) != 0) digits(kSizes[below(std::size(kSizes))]);
        }
        if (below(3) == 0) {
            out += '.';
            digits(kSizes[below(std::size(kSizes))]);
        }
        if (below(4) == 0) {
            out += below(2) == 0 ? 'e' : 'E';
            static constexpr const char* kSigns[] = {"", "+", "-"};
            out += kSigns[below(3)];
            digits(below(20) == 0 ? 4 : 2);
        }
    }

    void code_unit(uint32_t unit) {
        char text[8];
        snprintf(text, sizeof text, below(2) == 0 ? "\\u%04x" : "\\u%04X", unit);
        out += text;
    }

    void character() {
        static constexpr const char* kRaw[] = {"é", "ß", "Ж", "中", "ا", "😀",
                                               "'", "/", " ", "{",  ","};
        static constexpr const char* kEscapes[] = {"\\\"", "\\\\", "\\/", "\\b",
                                                   "\\f",  "\\n",  "\\r", "\\t"};
        switch (below(8)) {
            case 0:
                out += kRaw[below(std::size(kRaw))];
                break;
            case 1:
                out += kEscapes[below(std::size(kEscapes))];
                break;
            case 2:
                code_unit(1 + below(below(2) == 0 ? 0x7FF : 0xD7FF));
                break;
            case 3:
                if (below(3) == 0) {
                    code_unit(0xD800 + below(0x400));
                    code_unit(0xDC00 + below(0x400));
                } else {
                    code_unit(0xE000 + below(0x2000));
                }
                break;
            default:
                out += static_cast<char>('a' + below(26));
        }
    }

    void string() {
        static constexpr uint32_t kLengths[] = {1, 2, 6, 8, 9, 17, 18, 33, 70, 300};
        out += '"';
        for (uint32_t i = below(kLengths[below(std::size(kLengths))]); i > 0; i--) {
            if (below(4) == 0)
                character();
            else
                out += static_cast<char>('a' + below(26));
        }
        out += '"';
    }

    void key() {
        // Few enough that some are equal, by other spellings too.
        static constexpr const char* kKeys[] = {"id",    "name",     "firstname",  "\\u0069d",
                                                "first", "",         "lastaccess", "lastname",
                                                "a\\/b", "profile1", "profile2",   "é"};
        if (below(3) == 0) {
            string();
            return;
        }
        out += '"';
        out += kKeys[below(std::size(kKeys))];
        out += '"';
    }

    void list(int depth, bool is_object) {
        out += is_object ? '{' : '[';
        space();
        const uint32_t many = below(30) == 0 ? 140 : 9;
        const uint32_t count = below(many);
        for (uint32_t i = 0; i < count; i++) {
            if (i > 0) out += ',';
            space();
            if (is_object) {
                key();
                space();
                out += ':';
                space();
            }
            value(many > 9 ? 0 : depth - 1);
            space();
        }
        out += is_object ? '}' : ']';
    }

    uint64_t state_;
};

}  // namespace

std::string random_json(uint64_t seed) {
    Generator generator(seed);
    generator.value(kDepth);
    return generator.out;
}

}  // namespace datum_check
