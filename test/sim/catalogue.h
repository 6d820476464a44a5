// What a real Moodle's functions take and give, as its own descriptions say:
// test/data/catalogue.json, compiled in, read when it is first asked for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "parameters.h"

namespace sim {

// What stands at one place of an answer.
struct Shape {
    enum class Kind { Value, List, Object };
    Kind kind = Kind::Object;
    std::string name;  // the key it stands under
    std::string type;  // of a value: Moodle's PARAM_…
    bool optional = false, nullable = true;
    std::vector<Shape> inside;  // of an object: its keys; of a list: one, its items
};

struct Declared {
    bool reads = false;  // or else writes
    Parameter parameters;
    Shape returns;
};

const std::map<std::string, Declared>& catalogue();

}  // namespace sim
