// SQL's ILIKE, as Moodle uses it for names and emails.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sim {

std::string lower_ascii(std::string_view text);
// What PHP's strip_tags leaves.
std::string strip_tags(const std::string& text);

class Like {
  public:
    // `%` and `_` are wildcards, `\` escapes.
    explicit Like(const std::string& pattern);

    bool matches(std::string_view text) const;
    // For texts that stay where they are: each is looked at once.
    bool matches_kept(std::string_view text);

  private:
    struct Step {
        enum class Kind { Character, One, Any } kind;
        char32_t character;
    };
    std::vector<Step> steps_;
    bool everything_ = false, broken_ = false;
    std::unordered_map<const char*, bool> kept_;
};

}  // namespace sim
