#include "net/redact.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "net/utf8.h"

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

constexpr std::string_view kRedacted = "[redacted]";
constexpr std::string_view kCut = "...";

// Entities are short; "&" followed by anything longer is text.
constexpr size_t kLongestEntity = 10;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool begins_with(std::string_view text, size_t at, std::string_view lower_case) {
    if (text.size() - at < lower_case.size()) return false;
    return std::equal(lower_case.begin(), lower_case.end(), text.begin() + static_cast<long>(at),
                      [](char wanted, char c) { return wanted == lower(c); });
}

size_t find_lower_case(std::string_view text, size_t from, std::string_view wanted) {
    for (size_t at = text.find(wanted[0], from); at != std::string_view::npos;
         at = text.find(wanted[0], at + 1)) {
        if (begins_with(text, at, wanted)) return at;
    }
    return std::string_view::npos;
}

// How many bytes of `text` spell the secret, each of its bytes as it is or percent-encoded.
size_t spells(std::string_view text, size_t at, std::string_view secret) {
    size_t here = at;
    for (const char wanted : secret) {
        if (here >= text.size()) return 0;
        if (text[here] == wanted || (text[here] == '+' && wanted == ' ')) {
            ++here;
        } else if (text[here] == '%' && here + 2 < text.size() && hex_value(text[here + 1]) >= 0 &&
                   hex_value(text[here + 2]) >= 0 &&
                   static_cast<char>(hex_value(text[here + 1]) * 16 + hex_value(text[here + 2])) ==
                       wanted) {
            here += 3;
        } else {
            return 0;
        }
    }
    return here - at;
}

// Builds the result: folds white space, and stops at the bound.
class Line {
  public:
    explicit Line(size_t max_bytes) : max_bytes_(max_bytes) {}

    bool full() const { return full_; }
    void space() { space_ = true; }

    void put(char32_t code) {
        if (code == ' ' || code == 0xa0 || code == 0x3000 || (code >= '\t' && code <= '\r')) {
            space_ = true;
            return;
        }
        if (unfit_for_messages(code)) return;
        std::string glyph;
        if (space_ && !text_.empty()) glyph += ' ';
        space_ = false;
        utf8_append(glyph, code);
        if (text_.size() + glyph.size() > max_bytes_) {
            full_ = true;
            return;
        }
        text_ += glyph;
    }

    std::string take() {
        if (full_ && max_bytes_ >= 2 * kCut.size()) {
            while (text_.size() + kCut.size() > max_bytes_) drop_last();
            while (!text_.empty() && text_.back() == ' ') text_.pop_back();
            text_ += kCut;
        }
        return std::move(text_);
    }

  private:
    void drop_last() {
        while ((static_cast<unsigned char>(text_.back()) & 0xc0) == 0x80) text_.pop_back();
        text_.pop_back();
    }

    const size_t max_bytes_;
    std::string text_;
    bool space_ = false;
    bool full_ = false;
};

// Elements that do not part words.
bool is_inline(std::string_view name) {
    constexpr std::array<std::string_view, 15> kInline = {"a",     "abbr", "b",      "big",  "code",
                                                          "em",    "font", "i",      "mark", "s",
                                                          "small", "span", "strong", "sub",  "u"};
    return std::find(kInline.begin(), kInline.end(), name) != kInline.end();
}

bool opens_tag(std::string_view text, size_t at) {
    if (at + 1 >= text.size()) return false;
    const char next = text[at + 1];
    return std::isalpha(static_cast<unsigned char>(next)) || next == '/' || next == '!' ||
           next == '?';
}

size_t end_of_tag(std::string_view text, size_t at) {
    char quote = '\0';
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return at + 1;
        }
    }
    return text.size();
}

// Returns where the text goes on after the markup that begins at `at`.
size_t skip_markup(std::string_view text, size_t at, Line& line) {
    if (text.substr(at).starts_with("<!--")) {
        const size_t end = text.find("-->", at + 4);
        return end == std::string_view::npos ? text.size() : end + 3;
    }
    size_t name_end = at + 1;
    if (text[name_end] == '/') ++name_end;
    std::string name;
    while (name_end < text.size() && std::isalnum(static_cast<unsigned char>(text[name_end]))) {
        name += lower(text[name_end++]);
    }
    if (!is_inline(name)) line.space();
    size_t next = end_of_tag(text, name_end);
    if (text[at + 1] != '/' && (name == "script" || name == "style")) {
        const size_t close = find_lower_case(text, next, "</" + name);
        next = close == std::string_view::npos ? text.size() : end_of_tag(text, close);
    }
    return next;
}

char32_t numeric_entity(std::string_view digits) {
    const bool hex = !digits.empty() && lower(digits[0]) == 'x';
    if (hex) digits.remove_prefix(1);
    if (digits.empty()) return 0;
    char32_t code = 0;
    for (const char c : digits) {
        const int value = hex_value(c);
        if (value < 0 || (!hex && value > 9)) return 0;
        code = code * (hex ? 16 : 10) + static_cast<char32_t>(value);
        if (code > 0x10ffff) return 0;
    }
    return code >= 0xd800 && code <= 0xdfff ? 0 : code;
}

char32_t named_entity(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, char32_t>, 10> kNames = {{
        {"amp", '&'},
        {"lt", '<'},
        {"gt", '>'},
        {"quot", '"'},
        {"apos", '\''},
        {"nbsp", ' '},
        {"ndash", 0x2013},
        {"mdash", 0x2014},
        {"hellip", 0x2026},
        {"rsquo", 0x2019},
    }};
    for (const auto& [known, code] : kNames) {
        if (known == name) return code;
    }
    return 0;
}

// Appends what an "&" at `at` stands for; returns where the text goes on.
size_t take_entity(std::string_view text, size_t at, Line& line) {
    const std::string_view ahead = text.substr(at + 1, kLongestEntity);
    const size_t semicolon = ahead.find(';');
    if (semicolon != std::string_view::npos && semicolon != 0) {
        const std::string_view name = ahead.substr(0, semicolon);
        const char32_t code = name[0] == '#' ? numeric_entity(name.substr(1)) : named_entity(name);
        if (code != 0) {
            line.put(code);
            return at + semicolon + 2;
        }
    }
    line.put('&');
    return at + 1;
}

}  // namespace

std::string redact(std::string_view text, std::string_view secret) {
    if (secret.empty()) return std::string(text);
    std::string cleaned;
    cleaned.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        if (const size_t length = spells(text, at, secret)) {
            cleaned += kRedacted;
            at += length;
        } else {
            cleaned += text[at++];
        }
    }
    return cleaned;
}

std::string plain_text(std::string_view remote, size_t max_bytes) {
    Line line(max_bytes);
    for (size_t at = 0; at < remote.size() && !line.full();) {
        const char c = remote[at];
        if (c == '<' && opens_tag(remote, at)) {
            at = skip_markup(remote, at, line);
        } else if (c == '&') {
            at = take_entity(remote, at, line);
        } else {
            const Utf8Step step = utf8_step(remote, at);
            // A question mark exists in every encoding that a database may have.
            line.put(step.valid ? step.code : U'?');
            at += step.length;
        }
    }
    return line.take();
}

}  // namespace moodle_fdw::net
