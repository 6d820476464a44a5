#include "pg/run_locks.h"

extern "C" {
#include "access/xact.h"
#include "utils/fmgrprotos.h"
}

namespace moodle_fdw::pg {

namespace {

struct HeldLock {
    int32 lock_class;
    int32 key;
};

// A session holds that of its run and that of the instance it reads.
constexpr int kMostHeld = 16;
HeldLock held[kMostHeld];
int held_count = 0;

void release(const HeldLock& lock) {
    (void)DirectFunctionCall2(pg_advisory_unlock_int4, Int32GetDatum(lock.lock_class),
                              Int32GetDatum(lock.key));
}

// Of a savepoint that fails nothing is heard here: a refresh outlives those.
void at_transaction_end(XactEvent event, void*) {
    if (event != XACT_EVENT_ABORT) return;
    while (held_count > 0) release(held[--held_count]);
}

}  // namespace

bool hold_lock(int32 lock_class, int32 key) {
    static bool watching = false;
    if (!watching) {
        RegisterXactCallback(at_transaction_end, nullptr);
        watching = true;
    }
    if (held_count == kMostHeld) {
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("a session holds at most %d locks of refreshes", kMostHeld)));
    }
    const bool taken = DatumGetBool(DirectFunctionCall2(
        pg_try_advisory_lock_int4, Int32GetDatum(lock_class), Int32GetDatum(key)));
    if (taken) held[held_count++] = {lock_class, key};
    return taken;
}

void let_go_of_lock(int32 lock_class, int32 key) {
    for (int i = held_count - 1; i >= 0; i--) {
        if (held[i].lock_class != lock_class || held[i].key != key) continue;
        release(held[i]);
        held[i] = held[--held_count];
        return;
    }
}

// A statement that took the lock and another that released it could be cancelled in between.
void await_lock(int32 lock_class, int32 key) {
    (void)DirectFunctionCall2(pg_advisory_lock_shared_int4, Int32GetDatum(lock_class),
                              Int32GetDatum(key));
    (void)DirectFunctionCall2(pg_advisory_unlock_shared_int4, Int32GetDatum(lock_class),
                              Int32GetDatum(key));
}

}  // namespace moodle_fdw::pg
