// What a token's user may not do, beside what its kind of user may not.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace sim {

struct Rights {
    std::set<std::string> without;                   // capabilities
    std::optional<std::set<std::string>> functions;  // nothing = all that the service has
    std::set<std::string> without_functions;

    bool may_call(const std::string& function) const {
        return (!functions || functions->contains(function)) &&
               !without_functions.contains(function);
    }
};

// The capabilities whose loss the simulator knows the effects of.
const std::set<std::string>& capabilities();

}  // namespace sim
