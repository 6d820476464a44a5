// Conditions on columns that stand for arguments of the table's function.
#pragma once

#include <string>
#include <vector>

#include "moodle/table.h"

namespace moodle_fdw::moodle {

// Arguments that columns stand for and that no fan-out fills: one unit for each combination of the
// values that the conditions name. False with a sentence in `problem` when they cannot be asked.
bool argument_units(const Table& table, const std::vector<Restriction>& restrictions,
                    FetchPlan& plan, Access& access, std::string& problem);

// "{14,15}" → 14, 15: the elements of a PostgreSQL array of one dimension. False when it is none.
bool array_elements(std::string_view text, std::vector<std::string>& elements);

}  // namespace moodle_fdw::moodle
