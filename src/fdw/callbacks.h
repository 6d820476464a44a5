// What PostgreSQL calls, by phase; handler.cpp puts them in the FdwRoutine.
#pragma once

#include "pg/pg.h"

namespace moodle_fdw::fdw {

// plan.cpp
void get_rel_size(PlannerInfo* root, RelOptInfo* baserel, Oid relation);
void get_paths(PlannerInfo* root, RelOptInfo* baserel, Oid relation);
ForeignScan* get_plan(PlannerInfo* root, RelOptInfo* baserel, Oid relation, ForeignPath* best_path,
                      List* tlist, List* scan_clauses, Plan* outer_plan);
// scan.cpp
void begin_scan(ForeignScanState* node, int eflags);
TupleTableSlot* iterate_scan(ForeignScanState* node);
void rescan(ForeignScanState* node);
void end_scan(ForeignScanState* node);
// async.cpp
#ifdef MOODLE_HAS_ASYNC_APPEND
bool is_async_capable(ForeignPath* path);
void async_request(AsyncRequest* request);
void async_configure_wait(AsyncRequest* request);
void async_notify(AsyncRequest* request);
#endif
// explain.cpp
void explain_scan(ForeignScanState* node, ExplainState* es);
// analyze.cpp
bool analyze_table(Relation relation, AcquireSampleRowsFunc* func, BlockNumber* totalpages);
// import.cpp
List* import_schema(ImportForeignSchemaStmt* stmt, Oid server);
// modify.cpp
int is_updatable(Relation relation);
List* plan_modify(PlannerInfo* root, ModifyTable* plan, Index result_relation, int subplan_index);
void begin_insert(ModifyTableState* mtstate, ResultRelInfo* rinfo);
TupleTableSlot* exec_insert(EState* estate, ResultRelInfo* rinfo, TupleTableSlot* slot,
                            TupleTableSlot* plan_slot);
RowMarkType row_mark_type(RangeTblEntry* rte, LockClauseStrength strength);

}  // namespace moodle_fdw::fdw
