// The server option quiet_hours: when an instance is not asked for much.
#pragma once

#include "pg/pg.h"

namespace moodle_fdw::pg {

// In _PG_init: the setting that overrides quiet hours.
void setup_quiet_hours();

bool quiet_hours_ignored();

// Refuses a time zone that PostgreSQL does not know; the hours themselves were checked.
void check_quiet_zone(const char* value);

// Whether it is quiet now, and until when. Not while moodle_fdw.ignore_quiet_hours is on.
bool is_quiet(Oid server, TimestampTz& until);

// Raises that a heavy scan is refused now, if it is.
void refuse_if_quiet(Oid server, const char* table);

}  // namespace moodle_fdw::pg
