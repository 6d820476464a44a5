#include "arguments.h"

#include <algorithm>

namespace sim {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decode(std::string_view text) {
    std::string plain;
    for (size_t i = 0; i < text.size(); i++) {
        if (text[i] == '+') {
            plain += ' ';
        } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                   hex_digit(text[i + 2]) >= 0) {
            plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

}  // namespace

Arguments Arguments::parse(const std::string& form, int max_input_vars) {
    Arguments arguments;
    size_t at = 0;
    while (at < form.size() && static_cast<int>(arguments.all_.size()) < max_input_vars) {
        const size_t end = std::min(form.find('&', at), form.size());
        const std::string_view part(form.data() + at, end - at);
        const size_t equals = part.find('=');
        if (!part.empty()) {
            arguments.all_.emplace_back(
                decode(part.substr(0, equals)),
                equals == std::string_view::npos ? "" : decode(part.substr(equals + 1)));
        }
        at = end + 1;
    }
    return arguments;
}

std::optional<std::string> Arguments::get(const std::string& name) const {
    std::optional<std::string> found;  // the last one counts
    for (const auto& [key, value] : all_) {
        if (key == name) found = value;
    }
    return found;
}

std::string Arguments::get(const std::string& name, const std::string& otherwise) const {
    return get(name).value_or(otherwise);
}

std::vector<std::string> Arguments::list(const std::string& name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : all_) {
        if (key.starts_with(name + "[") && key.ends_with("]")) values.push_back(value);
    }
    return values;
}

std::vector<std::pair<std::string, std::string>> Arguments::pairs(const std::string& prefix,
                                                                  const std::string& key) const {
    std::vector<std::pair<std::string, std::string>> found;
    for (int i = 0; i < 100; i++) {
        const std::string head = prefix + "[" + std::to_string(i) + "]";
        const auto name = get(head + "[" + key + "]");
        if (!name) break;
        found.emplace_back(*name, get(head + "[value]", ""));
    }
    return found;
}

void Arguments::erase(const std::string& name) {
    std::erase_if(all_, [&](const auto& argument) { return argument.first == name; });
}

}  // namespace sim
