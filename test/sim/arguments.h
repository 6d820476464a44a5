// The arguments of a call as PHP reads a form.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim {

class Arguments {
  public:
    // Like PHP, silently forgets what is past `max_input_vars`.
    static Arguments parse(const std::string& form, int max_input_vars);

    std::optional<std::string> get(const std::string& name) const;
    std::string get(const std::string& name, const std::string& otherwise) const;
    // values[0], values[1], …
    std::vector<std::string> list(const std::string& name) const;
    // PREFIX[n][key]=…, PREFIX[n][value]=… in the order of n.
    std::vector<std::pair<std::string, std::string>> pairs(const std::string& prefix,
                                                           const std::string& key) const;
    void erase(const std::string& name);
    // As they came, for /__sim/requests and for finding a recording.
    const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

  private:
    std::vector<std::pair<std::string, std::string>> all_;
};

}  // namespace sim
