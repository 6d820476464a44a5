#include "parameters.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace sim {

namespace {

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    Parameter object(char end) {
        Parameter object;
        object.kind = Parameter::Kind::Object;
        for (skip(); at_ < text_.size() && text_[at_] != end; skip())
            object.inside.push_back(key());
        if (end != '\0') at_++;
        return object;
    }

  private:
    Parameter key() {
        const std::string name = word();
        const bool optional = text_.at(at_) == '?';
        if (optional) at_++;
        if (text_.at(at_++) != ':') throw std::logic_error("parameters: ':' is missing");
        Parameter parameter = type();
        parameter.name = name;
        parameter.required = !optional;
        return parameter;
    }
    Parameter type() {
        if (text_.at(at_) == '{') {
            at_++;
            return object('}');
        }
        Parameter parameter;
        if (text_.at(at_) != '[') {
            parameter.kind = Parameter::Kind::Value;
            parameter.type = word();
            return parameter;
        }
        at_++;
        parameter.kind = Parameter::Kind::List;
        parameter.inside.push_back(type());
        at_++;  // the bracket
        return parameter;
    }
    std::string word() {
        const size_t start = at_;
        while (at_ < text_.size() && std::isalnum(static_cast<unsigned char>(text_[at_]))) at_++;
        return std::string(text_.substr(start, at_ - start));
    }
    void skip() {
        while (at_ < text_.size() && text_[at_] == ' ') at_++;
    }

    std::string_view text_;
    size_t at_ = 0;
};

bool is_utf8(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const size_t length = lead < 0x80             ? 1
                              : (lead & 0xe0) == 0xc0 ? 2
                              : (lead & 0xf0) == 0xe0 ? 3
                              : (lead & 0xf8) == 0xf0 ? 4
                                                      : 0;
        if (length == 0 || at + length > text.size()) return false;
        for (size_t i = 1; i < length; i++) {
            if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return false;
        }
        at += length;
    }
    return true;
}

// As PHP writes it back: no sign but '-', no leading zero, within 64 bits.
bool is_integer(const std::string& text) {
    const size_t start = text.starts_with('-') ? 1 : 0;
    if (text.size() == start || text.size() > start + 19) return false;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!std::all_of(text.begin() + static_cast<long>(start), text.end(), digit)) return false;
    if (text[start] == '0') return text == "0";
    return std::stold(text) <= static_cast<long double>(std::numeric_limits<int64_t>::max()) &&
           std::stold(text) >= static_cast<long double>(std::numeric_limits<int64_t>::min());
}

bool is_number(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

// Of letters, digits and what else `more` allows.
bool is_word(const std::string& text, bool digits, std::string_view more) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (digits && c >= '0' && c <= '9') || more.find(c) != std::string_view::npos;
    });
}

// forum, mod_forum, core: small letters, then digits and single underscores too.
bool is_component(const std::string& text) {
    const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto fits = [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '_'; };
    if (text.empty()) return true;
    return small(text.front()) && text.back() != '_' && text.find("__") == std::string::npos &&
           std::all_of(text.begin(), text.end(), fits);
}

// Moodle cleans a value and refuses what cleaning changed.
bool has_type(const std::string& type, const std::string& text) {
    if (type == "int") return is_integer(text);
    if (type == "float") return is_number(text);
    if (type == "bool") return text == "0" || text == "1" || text == "true" || text == "false";
    if (type == "alpha") return is_word(text, false, "");
    if (type == "alphaext") return is_word(text, false, "_-");
    if (type == "alphanum") return is_word(text, true, "");
    if (type == "alphanumext" || type == "safedir" || type == "lang") {
        return is_word(text, true, "_-");
    }
    if (type == "component" || type == "plugin" || type == "area") return is_component(text);
    if (type == "stringid") return is_word(text, true, "_-:./");
    if (type == "capability") return is_word(text, true, "_/:");
    if (!is_utf8(text)) return false;
    if (type == "text" || type == "notags" || type == "tag") {
        return text.find('<') == std::string::npos;
    }
    if (type == "url") {
        return text.empty() || text.starts_with("http://") || text.starts_with("https://") ||
               text.starts_with('/');
    }
    return true;
}

}  // namespace

Parameter parse_parameters(std::string_view text) {
    return Reader(text).object('\0');
}

std::optional<std::string> wrong_argument(const Parameter& wanted, const Node& given) {
    if (wanted.kind == Parameter::Kind::Value) {
        if (given.is_list) return wanted.name + ": Scalar type expected, array or object received.";
        if (has_type(wanted.type, given.text)) return std::nullopt;
        return wanted.name + " => Invalid parameter value detected";
    }
    if (!given.is_list) return wanted.name + ": Only arrays accepted.";
    if (wanted.kind == Parameter::Kind::List) {
        for (const auto& member : given.members) {
            if (auto wrong = wrong_argument(wanted.inside.front(), member.second)) return wrong;
        }
        return std::nullopt;
    }
    for (const Parameter& key : wanted.inside) {
        const Node* value = given.find(key.name);
        if (value == nullptr) {
            if (key.required) return "Missing required key in single structure: " + key.name;
        } else if (auto wrong = wrong_argument(key, *value)) {
            return wrong;
        }
    }
    for (const auto& member : given.members) {
        const bool known = std::any_of(wanted.inside.begin(), wanted.inside.end(),
                                       [&](const auto& key) { return key.name == member.first; });
        if (!known) return "Unexpected keys (" + member.first + ") detected in parameter array.";
    }
    return std::nullopt;
}

}  // namespace sim
