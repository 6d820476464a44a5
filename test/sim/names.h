// What people of the simulated site are called, and where they are.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "json_out.h"

namespace sim {

// Texts with their JSON, made once and never moved.
class TextTable {
  public:
    TextTable(std::initializer_list<const char*> texts);
    const Text& pick(uint64_t number) const { return texts_[number % texts_.size()]; }

  private:
    std::deque<std::string> json_;
    std::vector<Text> texts_;
};

const TextTable& first_names();
const TextTable& last_names();
const TextTable& departments();
const TextTable& cities();  // in the order of the countries
std::string_view country(uint64_t number);

}  // namespace sim
