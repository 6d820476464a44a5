// What a function takes, and Moodle's strict way of checking it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arguments.h"

namespace sim {

struct Parameter {
    enum class Kind { Value, List, Object };
    Kind kind = Kind::Object;
    std::string name;
    bool required = true;
    std::string type;               // of a value: Moodle's PARAM_…
    std::vector<Parameter> inside;  // of an object: its keys; of a list: one, its items
};

// "courseid:int options?:[{name:alphanumext value:raw}]"
Parameter parse_parameters(std::string_view text);

// Why Moodle would say invalidparameter, if it would.
std::optional<std::string> wrong_argument(const Parameter& wanted, const Node& given);

}  // namespace sim
