// What a table is asked unit by unit: values that the query names, or the rows of another entity.
#pragma once

#include <string>
#include <vector>

#include "moodle/table.h"

namespace moodle_fdw::moodle {

// What the table fans out over; nullptr = it does not.
const UnitsDef* units_def(const Table& table);

// Whether a condition on a column with this argument leaves so many calls as it has values.
bool makes_units(const UnitsDef& units, std::string_view argument);

// Fills the plan's units, or its lister. False with a sentence in `problem` when it cannot.
bool choose_listed(const Table& table, const UnitsDef& units,
                   const std::vector<Restriction>& restrictions, Access& access,
                   std::string& problem);

// Whether a text is an id as Moodle has them; any other names nothing.
bool is_id(const std::string& text);

const Restriction* find_restriction(const std::vector<Restriction>& all, const std::string& column,
                                    Restriction::Kind kind);

}  // namespace moodle_fdw::moodle
