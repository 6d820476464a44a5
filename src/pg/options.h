// Every option in one table: where it may stand, what it may be, who may set it.
#pragma once

#include "net/gate.h"
#include "net/retry.h"
#include "net/transport.h"
#include "pg/pg.h"

namespace moodle_fdw::pg {

// The value of an option in a list of DefElem, or nullptr.
const char* find_option(List* options, const char* name);

// Numbers as validated: durations in ms, sizes in bytes.
double option_number(List* options, const char* name, double otherwise);
bool option_flag(List* options, const char* name, bool otherwise);

// Raises what is wrong with the options of one catalog object.
void validate_options(List* options, Oid catalog);

}  // namespace moodle_fdw::pg
