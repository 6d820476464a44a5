#include <chrono>
#include <cmath>
#include <cstring>

#include "pg/workers.h"

#include "pg/quiet_hours.h"

extern "C" {
#include "access/xact.h"
#include "libpq/pqsignal.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "tcop/dest.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/portal.h"

PGDLLEXPORT void moodle_fdw_worker_main(Datum argument);
}

namespace moodle_fdw::pg {

namespace {

using Clock = std::chrono::steady_clock;

// A worker told to end does so within 0.1 s unless it is in the middle of something that
// PostgreSQL does not interrupt; who waits longer than this sees it in workers_running().
constexpr double kPatience = 5.0;
// Also what a WaitLatch takes at most, far below its limit of 24 days.
constexpr double kLongestNap = 3600.0;

struct Assignment {
    Oid database;
    Oid authenticated;
    Oid session;
    Oid current;
    int64 run_id;
    bool ignores_quiet_hours;
    char instance[NAMEDATALEN];
};
static_assert(sizeof(Assignment) <= BGW_EXTRALEN);

// In TopMemoryContext: they outlive the transactions of the procedure that leads.
BackgroundWorkerHandle** handles = nullptr;
int handle_count = 0;
int handle_room = 0;

void terminate_all() {
    for (int i = 0; i < handle_count; i++) TerminateBackgroundWorker(handles[i]);
}

// A leader commits between its looks at the workers; so a transaction that fails is its end, be it
// by an error, by Ctrl-C or by statement_timeout.
void at_transaction_end(XactEvent event, void*) {
    if (event == XACT_EVENT_ABORT) terminate_all();
}

void at_session_end(int, Datum) {
    terminate_all();
}

void make_room() {
    static bool watching = false;
    if (!watching) {
        RegisterXactCallback(at_transaction_end, nullptr);
        before_shmem_exit(at_session_end, Datum{0});
        watching = true;
    }
    if (handle_count < handle_room) return;
    const int wanted = handle_room + 16;
    const Size bytes = sizeof(BackgroundWorkerHandle*) * static_cast<Size>(wanted);
    void* grown = handles == nullptr ? MemoryContextAlloc(TopMemoryContext, bytes)
                                     : repalloc(static_cast<void*>(handles), bytes);
    handles = static_cast<BackgroundWorkerHandle**>(grown);
    handle_room = wanted;
}

// Forgets the workers that have ended; gives how many those were.
int drop_ended() {
    int kept = 0;
    for (int i = 0; i < handle_count; i++) {
        pid_t pid = 0;
        const BgwHandleStatus status = GetBackgroundWorkerPid(handles[i], &pid);
        if (status == BGWH_STARTED || status == BGWH_NOT_YET_STARTED) {
            handles[kept++] = handles[i];
        } else {
            pfree(handles[i]);
        }
    }
    const int ended = handle_count - kept;
    handle_count = kept;
    return ended;
}

// Postmaster sets the latch of bgw_notify_pid when a worker starts or ends.
void nap_until(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left > 0) {
        (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
                        static_cast<long>(left), PG_WAIT_EXTENSION);
        ResetLatch(MyLatch);
    }
    CHECK_FOR_INTERRUPTS();
}

Clock::time_point moment_in(double seconds) {
    if (std::isnan(seconds) || seconds < 0) seconds = 0;
    return Clock::now() +
           std::chrono::milliseconds(std::lround(std::min(seconds, kLongestNap) * 1000));
}

Assignment assignment_of(int64 run_id, const char* instance) {
    Assignment task = {};
    task.database = MyDatabaseId;
    task.authenticated = GetAuthenticatedUserId();
    task.session = GetSessionUserId();
    task.current = GetUserId();
    task.run_id = run_id;
    task.ignores_quiet_hours = quiet_hours_ignored();
    strlcpy(task.instance, instance, sizeof(task.instance));
    return task;
}

BackgroundWorker registration(const Assignment& task) {
    BackgroundWorker worker = {};
    snprintf(worker.bgw_name, BGW_MAXLEN, "moodle_fdw refresh of %s", task.instance);
    strlcpy(worker.bgw_type, worker.bgw_name, BGW_MAXLEN);
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = BGW_NEVER_RESTART;
    strlcpy(worker.bgw_library_name, "moodle_fdw", sizeof(worker.bgw_library_name));
    strlcpy(worker.bgw_function_name, "moodle_fdw_worker_main", sizeof(worker.bgw_function_name));
    memcpy(worker.bgw_extra, &task, sizeof(task));
    worker.bgw_notify_pid = MyProcPid;
    return worker;
}

// The same three identities as the leader's session: who logged in, SET SESSION AUTHORIZATION and
// SET ROLE. So the worker may do what that session might, and is never more than it.
void assume_identity(const Assignment& task) {
    if (task.session != task.authenticated) {
        SetConfigOption("session_authorization", GetUserNameFromId(task.session, false),
                        PGC_USERSET, PGC_S_SESSION);
    }
    if (task.current != task.session) {
        SetConfigOption("role", GetUserNameFromId(task.current, false), PGC_USERSET, PGC_S_SESSION);
    }
}

void set_up_session(const Assignment& task) {
    StartTransactionCommand();
    assume_identity(task);
    SetConfigOption("application_name", MyBgworkerEntry->bgw_name, PGC_USERSET, PGC_S_SESSION);
    SetConfigOption("moodle_fdw.ignore_quiet_hours", task.ignores_quiet_hours ? "on" : "off",
                    PGC_USERSET, PGC_S_SESSION);
    // The role's or the database's setting is no business of the refresh.
    SetConfigOption("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION);
    CommitTransactionCommand();
}

// As a statement from a client is run: under a portal at top level, outside of a transaction block,
// which is what lets a procedure COMMIT.
void run_statement(const char* text) {
    pgstat_report_activity(STATE_RUNNING, text);
    debug_query_string = text;
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    MemoryContext caller = MemoryContextSwitchTo(MessageContext);
    RawStmt* parsed = linitial_node(RawStmt, pg_parse_query(text));
    PushActiveSnapshot(GetTransactionSnapshot());
    List* queries = moodle_analyze_and_rewrite(parsed, text);
    List* plans = pg_plan_queries(queries, text, CURSOR_OPT_PARALLEL_OK, nullptr);
    PopActiveSnapshot();
    Portal portal = CreatePortal("", true, true);
    portal->visible = false;
    PortalDefineQuery(portal, nullptr, text, CreateCommandTag(parsed->stmt), plans, nullptr);
    PortalStart(portal, nullptr, 0, InvalidSnapshot);
    MemoryContextSwitchTo(caller);
    QueryCompletion completion;
    moodle_portal_run(portal, None_Receiver, &completion);
    PortalDrop(portal, false);
    CommitTransactionCommand();
    debug_query_string = nullptr;
    pgstat_report_stat(true);
    pgstat_report_activity(STATE_IDLE, nullptr);
}

}  // namespace

StartedWorker start_worker(int64 run_id, const char* instance) {
    if (strlen(instance) >= NAMEDATALEN) {
        ereport(ERROR, (errcode(ERRCODE_NAME_TOO_LONG),
                        errmsg("the name of an instance is at most %d bytes", NAMEDATALEN - 1)));
    }
    // The identity there is the function's, which a session cannot take by SET ROLE.
    if (InLocalUserIdChange() || InSecurityRestrictedOperation()) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("a worker cannot be started by a SECURITY DEFINER function"),
                        errhint("Refresh as the role itself, after SET ROLE if need be.")));
    }
    make_room();
    BackgroundWorker worker = registration(assignment_of(run_id, instance));
    MemoryContext caller = MemoryContextSwitchTo(TopMemoryContext);
    BackgroundWorkerHandle* handle = nullptr;
    const bool registered = RegisterDynamicBackgroundWorker(&worker, &handle);
    MemoryContextSwitchTo(caller);
    if (!registered) return {false, 0};
    handles[handle_count++] = handle;
    pid_t pid = 0;
    const BgwHandleStatus status = WaitForBackgroundWorkerStartup(handle, &pid);
    return {true, status == BGWH_STARTED ? static_cast<int>(pid) : 0};
}

int workers_running() {
    (void)drop_ended();
    return handle_count;
}

int stop_workers() {
    (void)drop_ended();
    const int told = handle_count;
    terminate_all();
    const Clock::time_point deadline = moment_in(kPatience);
    while (handle_count > 0 && Clock::now() < deadline) {
        nap_until(deadline);
        (void)drop_ended();
    }
    return told;
}

int wait_for_workers(double seconds) {
    const Clock::time_point deadline = moment_in(seconds);
    while (drop_ended() == 0 && handle_count > 0 && Clock::now() < deadline) nap_until(deadline);
    return handle_count;
}

}  // namespace moodle_fdw::pg

extern "C" {

// Errors are left to the postmaster's rules for background workers: logged, and the worker ends.
void moodle_fdw_worker_main(Datum) {
    namespace pg = moodle_fdw::pg;
    // SIGINT cancels the statement already.
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    pg::Assignment task;
    memcpy(&task, MyBgworkerEntry->bgw_extra, sizeof(task));
    BackgroundWorkerInitializeConnectionByOid(task.database, task.authenticated, 0);
    pg::set_up_session(task);
    // Must outlive the transactions of the statement.
    MessageContext =
        AllocSetContextCreate(TopMemoryContext, "moodle_fdw worker", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(MessageContext);
    const char* text = psprintf("CALL moodle_fdw.refresh_instance(" INT64_FORMAT ", %s)",
                                task.run_id, quote_literal_cstr(task.instance));
    MemoryContextSwitchTo(caller);
    pg::run_statement(text);
}
}
