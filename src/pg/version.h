// Differences between PostgreSQL 13 and 18, here and nowhere else.
#pragma once

#if PG_VERSION_NUM < 130000
#error "moodle_fdw needs PostgreSQL 13 or later"
#endif

#if PG_VERSION_NUM >= 170000
#define moodle_CreateWaitEventSet(context, count) CreateWaitEventSet(NULL, count)
#else
#define moodle_CreateWaitEventSet(context, count) CreateWaitEventSet(context, count)
#endif

#if PG_VERSION_NUM >= 140000
#define moodle_pull_varnos(root, node) pull_varnos(root, node)
#define MOODLE_HAS_ASYNC_APPEND 1
#else
#define moodle_pull_varnos(root, node) pull_varnos(node)
#endif

// create_foreignscan_path gained fdw_restrictinfo in 17 and disabled_nodes in 18.
#if PG_VERSION_NUM >= 180000
#define moodle_create_foreignscan_path(root, rel, rows, startup, total, outer) \
    create_foreignscan_path(root, rel, NULL, rows, 0, startup, total, NIL, outer, NULL, NIL, NIL)
#elif PG_VERSION_NUM >= 170000
#define moodle_create_foreignscan_path(root, rel, rows, startup, total, outer) \
    create_foreignscan_path(root, rel, NULL, rows, startup, total, NIL, outer, NULL, NIL, NIL)
#else
#define moodle_create_foreignscan_path(root, rel, rows, startup, total, outer) \
    create_foreignscan_path(root, rel, NULL, rows, startup, total, NIL, outer, NULL, NIL)
#endif

#if PG_VERSION_NUM >= 170000
#define moodle_estimate_array_length(root, node) estimate_array_length(root, node)
#else
#define moodle_estimate_array_length(root, node) ((void)(root), estimate_array_length(node))
#endif

#if PG_VERSION_NUM >= 160000
#define moodle_server_usage(oid) \
    object_aclcheck(ForeignServerRelationId, oid, GetUserId(), ACL_USAGE)
#else
#define moodle_server_usage(oid) pg_foreign_server_aclcheck(oid, GetUserId(), ACL_USAGE)
#endif

// A materialised set-returning function, described by its SQL declaration.
#if PG_VERSION_NUM >= 160000
#define moodle_init_set(fcinfo) InitMaterializedSRF(fcinfo, 0)
#elif PG_VERSION_NUM >= 150000
#define moodle_init_set(fcinfo) SetSingleFuncCall(fcinfo, 0)
#else
static inline void moodle_init_set(FunctionCallInfo fcinfo) {
    ReturnSetInfo* info = (ReturnSetInfo*)fcinfo->resultinfo;
    MemoryContext caller = MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
    TupleDesc descriptor = NULL;
    if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    info->returnMode = SFRM_Materialize;
    info->setDesc = descriptor;
    info->setResult = tuplestore_begin_heap(true, false, work_mem);
    MemoryContextSwitchTo(caller);
}
#endif

// Whose rights a scan has: those of a view's owner, or the caller's (InvalidOid).
#if PG_VERSION_NUM >= 160000
#define moodle_check_as_user(node) (((ForeignScan*)(node)->ss.ps.plan)->checkAsUser)
#if PG_VERSION_NUM >= 180000
#define moodle_init_range_table(estate, table) ExecInitRangeTable(estate, table, NIL, NULL)
#else
#define moodle_init_range_table(estate, table) ExecInitRangeTable(estate, table, NIL)
#endif
#else
#define moodle_check_as_user(node)                                                          \
    (exec_rt_fetch(((ForeignScan*)(node)->ss.ps.plan)->scan.scanrelid, (node)->ss.ps.state) \
         ->checkAsUser)
#define moodle_init_range_table(estate, table) ExecInitRangeTable(estate, table)
#endif

// What a client's statement goes through. Analysis was renamed in 15; PortalRun lost run_once
// in 18.
#if PG_VERSION_NUM >= 150000
#define moodle_analyze_and_rewrite(parsed, text) \
    pg_analyze_and_rewrite_fixedparams(parsed, text, NULL, 0, NULL)
#else
#define moodle_analyze_and_rewrite(parsed, text) pg_analyze_and_rewrite(parsed, text, NULL, 0, NULL)
#endif
#if PG_VERSION_NUM >= 180000
#define moodle_portal_run(portal, receiver, completion) \
    PortalRun(portal, FETCH_ALL, true, receiver, receiver, completion)
#else
#define moodle_portal_run(portal, receiver, completion) \
    PortalRun(portal, FETCH_ALL, true, true, receiver, receiver, completion)
#endif

// Before 15, shared memory is asked for in _PG_init itself.
#if PG_VERSION_NUM >= 150000
#define MOODLE_HAS_SHMEM_REQUEST_HOOK 1
#endif

// Roles of the system were renamed in 14.
#if PG_VERSION_NUM >= 140000
#define MOODLE_ROLE_READ_ALL_STATS ROLE_PG_READ_ALL_STATS
#else
#define MOODLE_ROLE_READ_ALL_STATS DEFAULT_ROLE_READ_ALL_STATS
#endif

// How many processes may run queries, known at the server's start. Before 15 PostgreSQL sums it up
// only after _PG_init.
#if PG_VERSION_NUM >= 150000
#define moodle_max_backends() MaxBackends
#else
#define moodle_max_backends() \
    (MaxConnections + autovacuum_max_workers + 1 + max_worker_processes + max_wal_senders)
#endif

// Number of this process among them, and the latch of another.
#if PG_VERSION_NUM >= 170000
#define moodle_my_number() MyProcNumber
#else
#define moodle_my_number() (MyProc->pgprocno)
#endif
#define moodle_latch_of(number) (&ProcGlobal->allProcs[number].procLatch)
