// What the module keeps in shared memory when the library is in shared_preload_libraries. Each user
// of it describes a part in _PG_init (src/pg/startup.cpp), before setup_shared_memory(); the hooks
// that PostgreSQL wants for it, which differ between its versions, are here alone.
#pragma once

#include "pg/pg.h"

extern "C" {
#include "storage/lwlock.h"
}

namespace moodle_fdw::pg {

struct SharedPart {
    const char* name;  // of the memory, and of its locks in pg_stat_activity
    int locks;         // LWLocks wanted, in one tranche of that name; 0 = none
    // How many bytes. Asked once settings are known; it must not change after that.
    Size (*size)();
    // Makes new memory: at the server's start, and again after a crash of one backend, which may
    // have left anything in it. It is zeroed, if `zeroed`.
    void (*create)(void* memory);
    // Hands out where it is, after create(): in the postmaster, from whom backends inherit it.
    void (*attach)(void* memory, LWLockPadded* locks);
    // False: create() finds anything in it. Memory that is never touched costs none.
    bool zeroed = true;
};

// Whether the library is being, or was, loaded by shared_preload_libraries. Only then is there
// shared memory, and only then may settings be defined that need a restart.
bool is_preloaded();

// In _PG_init, if is_preloaded(). The description must live on.
void add_shared_part(const SharedPart* part);

// Once, at the end of _PG_init.
void setup_shared_memory();

}  // namespace moodle_fdw::pg
