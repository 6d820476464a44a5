// The FdwRoutine and the validator.
#include "fdw/callbacks.h"
#include "pg/options.h"

extern "C" {
#include "access/reloptions.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(moodle_fdw_handler);
PG_FUNCTION_INFO_V1(moodle_fdw_validator);
}

namespace {

FdwRoutine* make_routine() {
    namespace fdw = moodle_fdw::fdw;
    FdwRoutine* routine = makeNode(FdwRoutine);
    routine->GetForeignRelSize = fdw::get_rel_size;
    routine->GetForeignPaths = fdw::get_paths;
    routine->GetForeignPlan = fdw::get_plan;
    routine->BeginForeignScan = fdw::begin_scan;
    routine->IterateForeignScan = fdw::iterate_scan;
    routine->ReScanForeignScan = fdw::rescan;
    routine->EndForeignScan = fdw::end_scan;
    routine->ExplainForeignScan = fdw::explain_scan;
    routine->AnalyzeForeignTable = fdw::analyze_table;
    routine->ImportForeignSchema = fdw::import_schema;
    routine->IsForeignRelUpdatable = fdw::is_updatable;
    routine->PlanForeignModify = fdw::plan_modify;
    routine->BeginForeignInsert = fdw::begin_insert;
    routine->ExecForeignInsert = fdw::exec_insert;
    routine->GetForeignRowMarkType = fdw::row_mark_type;
#ifdef MOODLE_HAS_ASYNC_APPEND
    routine->IsForeignPathAsyncCapable = fdw::is_async_capable;
    routine->ForeignAsyncRequest = fdw::async_request;
    routine->ForeignAsyncConfigureWait = fdw::async_configure_wait;
    routine->ForeignAsyncNotify = fdw::async_notify;
#endif
    return routine;
}

}  // namespace

extern "C" {

PGDLLEXPORT Datum moodle_fdw_handler(PG_FUNCTION_ARGS) {
    (void)fcinfo;
    PG_RETURN_POINTER(make_routine());
}

PGDLLEXPORT Datum moodle_fdw_validator(PG_FUNCTION_ARGS) {
    List* options = untransformRelOptions(PG_GETARG_DATUM(0));
    moodle_fdw::pg::validate_options(options, PG_GETARG_OID(1));
    PG_RETURN_VOID();
}
}
