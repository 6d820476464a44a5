// The arguments of a call as PHP reads a form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim {

struct Member;

// A value, or what `name[key]=…` builds up: members in the order in which they came first.
struct Node {
    bool is_list = false;
    std::string text;
    std::vector<Member> members;

    const Node* find(std::string_view key) const;
    Node& add(const std::string& key);
};

struct Member {
    std::string first;
    Node second;
};

class Arguments {
  public:
    // Reads more arguments; the same name again replaces the value. Like PHP, silently forgets
    // what is past `max_input_vars` of this text.
    void read(std::string_view form, int max_input_vars);

    // What was said for `name` or `name[0][key]`, as written.
    std::optional<std::string> get(std::string_view name) const;
    std::string get(std::string_view name, const std::string& otherwise) const;
    // For arguments that are checked to be numbers.
    int64_t number(std::string_view name, int64_t otherwise) const;
    // name[0], name[1], … or name[key][0], …
    std::vector<std::string> list(std::string_view name, std::string_view key = {}) const;
    // PREFIX[n][key]=…, PREFIX[n][value]=… in the order in which they came.
    std::vector<std::pair<std::string, std::string>> pairs(std::string_view prefix,
                                                           std::string_view key) const;
    const Node& root() const { return root_; }
    // As they came, for /__sim/requests and for finding a recording.
    const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }
    int dropped() const { return dropped_; }

  private:
    void place(const std::string& name, const std::string& value);

    std::vector<std::pair<std::string, std::string>> all_;
    Node root_;
    int dropped_ = 0;
};

}  // namespace sim
