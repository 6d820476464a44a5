#include "arguments.h"

#include <algorithm>
#include <cstdlib>

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
    plain.reserve(text.size());
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

// "a[b][0]" into a, b, 0; what is no such path stays one name.
std::vector<std::string> split_name(std::string_view name) {
    std::vector<std::string> path;
    const size_t bracket = name.find('[');
    if (bracket == 0 || bracket == std::string_view::npos) return {std::string(name)};
    path.emplace_back(name.substr(0, bracket));
    size_t at = bracket;
    while (at < name.size() && name[at] == '[') {
        const size_t end = name.find(']', at);
        if (end == std::string_view::npos) break;
        path.emplace_back(name.substr(at + 1, end - at - 1));
        at = end + 1;
    }
    return path;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
    for (const auto& [name, node] : members) {
        if (name == key) return &node;
    }
    return nullptr;
}

Node& Node::add(const std::string& key) {
    is_list = true;
    text.clear();
    // Lists come in order, so that the last member is the likeliest.
    const std::string name = key.empty() ? std::to_string(members.size()) : key;
    for (auto member = members.rbegin(); member != members.rend(); ++member) {
        if (member->first == name) return member->second;
    }
    members.push_back({name, Node{}});
    return members.back().second;
}

void Arguments::place(const std::string& name, const std::string& value) {
    Node* node = &root_;
    for (const std::string& step : split_name(name)) node = &node->add(step);
    *node = Node{false, value, {}};
}

void Arguments::read(std::string_view form, int max_input_vars) {
    int count = 0;
    for (size_t at = 0; at < form.size();) {
        const size_t end = std::min(form.find('&', at), form.size());
        const std::string_view part = form.substr(at, end - at);
        at = end + 1;
        if (part.empty()) continue;
        if (count++ >= max_input_vars) {
            dropped_++;
            continue;
        }
        const size_t equals = part.find('=');
        std::string name = decode(part.substr(0, equals));
        std::string value = equals == std::string_view::npos ? "" : decode(part.substr(equals + 1));
        place(name, value);
        all_.emplace_back(std::move(name), std::move(value));
    }
}

std::optional<std::string> Arguments::get(std::string_view name) const {
    const Node* node = &root_;
    for (const std::string& step : split_name(name)) {
        node = node->find(step);
        if (node == nullptr) return std::nullopt;
    }
    if (node->is_list) return std::nullopt;
    return node->text;
}

std::string Arguments::get(std::string_view name, const std::string& otherwise) const {
    return get(name).value_or(otherwise);
}

int64_t Arguments::number(std::string_view name, int64_t otherwise) const {
    const auto text = get(name);
    return text ? std::atoll(text->c_str()) : otherwise;
}

std::vector<std::string> Arguments::list(std::string_view name, std::string_view key) const {
    std::vector<std::string> values;
    const Node* node = root_.find(name);
    if (node != nullptr && !key.empty()) node = node->find(key);
    if (node == nullptr) return values;
    for (const auto& member : node->members) values.push_back(member.second.text);
    return values;
}

std::vector<std::pair<std::string, std::string>> Arguments::pairs(std::string_view prefix,
                                                                  std::string_view key) const {
    std::vector<std::pair<std::string, std::string>> found;
    const Node* list = root_.find(prefix);
    if (list == nullptr) return found;
    for (const auto& member : list->members) {
        const Node* name = member.second.find(key);
        const Node* value = member.second.find("value");
        if (name != nullptr && value != nullptr) found.emplace_back(name->text, value->text);
    }
    return found;
}

}  // namespace sim
