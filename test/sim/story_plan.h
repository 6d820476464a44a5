// What the sites with a story are called, teach, and whom: names and nothing that is computed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

struct Unit {
    const char *name, *code;
    std::vector<const char*> subjects;
};
struct Directorate {
    const char *name, *code;
    std::vector<Unit> units;
};
struct Plan {
    const char* name;  // of --story
    const char* title;
    std::vector<Directorate> directorates;
};

const std::vector<Plan>& plans();
// Nothing when there is none of that name.
const Plan* find_plan(std::string_view name);

// A name, and as it stands in addresses.
struct Name {
    std::string_view text, plain;
};
const Name& given_name(uint64_t number);
const Name& family_name(uint64_t number);
struct Place {
    std::string_view city, country;
};
const Place& home(uint64_t number);

// What the modules of a course are called, by their number within their kind, from 1.
std::string_view reading(int number);
std::string_view lecture(int number);
std::string_view link(int number);
std::string_view assignment(int number);
std::string_view quiz(int number);
std::string_view topic(uint64_t number);  // of a discussion

}  // namespace sim
