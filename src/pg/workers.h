// Background workers of a refresh: each does one instance, as the role that started it.
//
// A worker gets what it needs to know in its registration (bgw_extra), so neither shared memory nor
// a password is involved. It knows nothing of its leader. The leader's session remembers whom it
// started and ends them when its transaction fails or it goes away itself.
#pragma once

#include "pg/pg.h"

namespace moodle_fdw::pg {

struct StartedWorker {
    bool registered;  // false: no slot of max_worker_processes is free
    int pid;          // 0: it has ended already, or could not be started
};

StartedWorker start_worker(int64 run_id, const char* instance);

// How many of this session's workers run; forgets those that ended.
int workers_running();

// Ends them and waits a moment for it; gives how many there were.
int stop_workers();

// Until one of them has ended, or the time is up; gives how many still run.
int wait_for_workers(double seconds);

}  // namespace moodle_fdw::pg
