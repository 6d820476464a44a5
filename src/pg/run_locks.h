// The locks by which a refresh shows that it is at work. They are the session's, since a refresh
// commits as it goes; but they end with a transaction that fails, as the refresh itself does: else
// a session that was cancelled would hold what it no longer works on until it ends.
#pragma once

#include "pg/pg.h"

namespace moodle_fdw::pg {

// False, if another session has it.
bool hold_lock(int32 lock_class, int32 key);

void let_go_of_lock(int32 lock_class, int32 key);

// Waits until nobody holds it.
void await_lock(int32 lock_class, int32 key);

}  // namespace moodle_fdw::pg
