// Writes PostgreSQL's binary jsonb straight from a tape: no parser, no JsonbValue tree. The bytes
// are those that jsonb_in makes of the same text (the check module compares them).
#pragma once

#include "moodle/json.h"
#include "pg/datum_problem.h"
#include "pg/pg.h"

namespace moodle_fdw::pg {

// `value` must be found; its record must have net::Inbox::kPadding readable bytes behind it. The
// datum is of CurrentMemoryContext. Keeps no object with a destructor, and raises only where the
// database's encoding is not UTF8 and has no equivalent for a character.
bool make_jsonb(const moodle::Value& value, Datum& datum, DatumProblem& problem);

}  // namespace moodle_fdw::pg
