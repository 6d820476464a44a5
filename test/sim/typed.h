// Answers made up from a function's return tree, for functions of which the simulated site has no
// data of its own: right in names and types, the same for the same question.
#pragma once

#include "catalogue.h"
#include "functions.h"

namespace sim {

Answer typed_answer(const Context& context, const std::string& function, const Shape& returns);

}  // namespace sim
