// What happens when the library is loaded: into the postmaster by shared_preload_libraries, or into
// one backend by its first use.
#include "pg/answer_cache.h"
#include "pg/instance_stats.h"
#include "pg/quiet_hours.h"
#include "pg/shared_gate.h"
#include "pg/shared_memory.h"

extern "C" {
// Before 16 no header declares it.
PGDLLEXPORT void _PG_init(void);

void _PG_init(void) {
    namespace pg = moodle_fdw::pg;
    // Settings and parts of shared memory are announced here; those that need a restart only if
    // is_preloaded().
    pg::announce_answer_cache();
    pg::setup_shared_gates();
    pg::setup_instance_stats();
    pg::setup_quiet_hours();
    pg::setup_shared_memory();
}
}
