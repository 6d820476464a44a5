// The SQL functions that start, count, await and end the workers of a refresh, and its locks.
#include "pg/run_locks.h"
#include "pg/workers.h"

extern "C" {
#include "executor/spi.h"
}

extern "C" {
PG_FUNCTION_INFO_V1(moodle_fdw_start_worker);
PG_FUNCTION_INFO_V1(moodle_fdw_workers_running);
PG_FUNCTION_INFO_V1(moodle_fdw_stop_workers);
PG_FUNCTION_INFO_V1(moodle_fdw_wait_for_workers);
PG_FUNCTION_INFO_V1(moodle_fdw_require_commit);
PG_FUNCTION_INFO_V1(moodle_fdw_hold_lock);
PG_FUNCTION_INFO_V1(moodle_fdw_let_go_of_lock);
PG_FUNCTION_INFO_V1(moodle_fdw_await_lock);
}

namespace pg = moodle_fdw::pg;

extern "C" {

PGDLLEXPORT Datum moodle_fdw_start_worker(PG_FUNCTION_ARGS) {
    const char* instance = text_to_cstring(PG_GETARG_TEXT_PP(1));
    const pg::StartedWorker started = pg::start_worker(PG_GETARG_INT64(0), instance);
    if (!started.registered) PG_RETURN_NULL();
    PG_RETURN_INT32(started.pid);
}

PGDLLEXPORT Datum moodle_fdw_workers_running(PG_FUNCTION_ARGS) {
    (void)fcinfo;
    PG_RETURN_INT32(pg::workers_running());
}

PGDLLEXPORT Datum moodle_fdw_stop_workers(PG_FUNCTION_ARGS) {
    (void)fcinfo;
    PG_RETURN_INT32(pg::stop_workers());
}

PGDLLEXPORT Datum moodle_fdw_wait_for_workers(PG_FUNCTION_ARGS) {
    PG_RETURN_INT32(pg::wait_for_workers(PG_GETARG_FLOAT8(0)));
}

// Asked by a procedure, of itself: SPI's frame is the procedure's.
PGDLLEXPORT Datum moodle_fdw_require_commit(PG_FUNCTION_ARGS) {
    if (SPI_inside_nonatomic_context()) PG_RETURN_VOID();
    ereport(ERROR, (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                    errmsg("%s cannot run inside a transaction block or a function",
                           text_to_cstring(PG_GETARG_TEXT_PP(0))),
                    errhint("It commits each %s by itself, so that nothing is lost when it breaks "
                            "off: CALL it alone, without BEGIN.",
                            text_to_cstring(PG_GETARG_TEXT_PP(1)))));
}

PGDLLEXPORT Datum moodle_fdw_hold_lock(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(pg::hold_lock(PG_GETARG_INT32(0), PG_GETARG_INT32(1)));
}

PGDLLEXPORT Datum moodle_fdw_let_go_of_lock(PG_FUNCTION_ARGS) {
    pg::let_go_of_lock(PG_GETARG_INT32(0), PG_GETARG_INT32(1));
    PG_RETURN_VOID();
}

PGDLLEXPORT Datum moodle_fdw_await_lock(PG_FUNCTION_ARGS) {
    pg::await_lock(PG_GETARG_INT32(0), PG_GETARG_INT32(1));
    PG_RETURN_VOID();
}
}
