// JSON texts by a seed: what a hostile or careless server might send, and still valid.
#pragma once

#include <cstdint>
#include <string>

namespace datum_check {

std::string random_json(uint64_t seed);

}  // namespace datum_check
