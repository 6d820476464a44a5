// The faults that are a whole reply by themselves.
#pragma once

#include <optional>

#include "body.h"
#include "faults.h"

namespace sim {

// Nothing when the fault is of another kind.
std::optional<Reply> wrong_reply(const Fault& fault);
// What nginx and PHP say with a status when nobody said anything else.
std::string page_of(int64_t status);

}  // namespace sim
