// The SQL functions that start, count, await and end the workers of a refresh.
#include "pg/workers.h"

extern "C" {
#include "executor/spi.h"
}

extern "C" {
PG_FUNCTION_INFO_V1(moodle_fdw_start_worker);
PG_FUNCTION_INFO_V1(moodle_fdw_workers_running);
PG_FUNCTION_INFO_V1(moodle_fdw_stop_workers);
PG_FUNCTION_INFO_V1(moodle_fdw_wait_for_workers);
PG_FUNCTION_INFO_V1(moodle_fdw_may_commit);
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
PGDLLEXPORT Datum moodle_fdw_may_commit(PG_FUNCTION_ARGS) {
    (void)fcinfo;
    PG_RETURN_BOOL(SPI_inside_nonatomic_context());
}
}
