// ANALYZE: a sample within a bound, so that statistics never cost a site a night.
#include <algorithm>
#include <random>

#include "fdw/callbacks.h"
#include "fdw/scan.h"
#include "pg/memory.h"
#include "pg/quiet_hours.h"
#include "pg/wait.h"

extern "C" {
#include "commands/vacuum.h"
}

namespace moodle_fdw::fdw {

namespace {

// Rows read at most: enough for the 300 × 100 that PostgreSQL wants as a sample.
constexpr uint64_t kMostRows = 60000;
// Calls of a table that is asked unit by unit: some seconds of a site's time.
constexpr uint64_t kMostUnits = 40;

struct Reservoir {
    HeapTuple* rows;
    int wanted;
    int held = 0;
    double seen = 0;
    std::minstd_rand random{std::random_device{}()};

    void offer(HeapTuple tuple) {
        seen += 1;
        if (held < wanted) {
            rows[held++] = tuple;
            return;
        }
        const double place = std::uniform_real_distribution<double>(0, seen)(random);
        if (place >= wanted) {
            heap_freetuple(tuple);
            return;
        }
        const int index = static_cast<int>(place);
        heap_freetuple(rows[index]);
        rows[index] = tuple;
    }
};

// Reads through the executor's own path: a scan node without conditions.
struct SampleScan {
    EState* estate;
    ForeignScanState* node;
};

SampleScan open_scan(Relation relation) {
    EState* estate = CreateExecutorState();
    MemoryContext caller = MemoryContextSwitchTo(estate->es_query_cxt);
    RangeTblEntry* rte = makeNode(RangeTblEntry);
    rte->rtekind = RTE_RELATION;
    rte->relid = RelationGetRelid(relation);
    rte->relkind = relation->rd_rel->relkind;
    rte->rellockmode = AccessShareLock;
    List* wanted = NIL;
    TableDefinition* definition = load_table(rte->relid, CurrentMemoryContext);
    for (size_t i = 0; i < definition->attributes.size(); i++) {
        wanted = lappend_int(wanted, static_cast<int>(i));
    }
    ForeignScan* plan = makeNode(ForeignScan);
    plan->scan.scanrelid = 1;
    plan->fdw_private = list_make3(wanted, NIL, NIL);
    auto* node = makeNode(ForeignScanState);
    node->ss.ps.plan = reinterpret_cast<Plan*>(plan);
    node->ss.ps.state = estate;
    node->ss.ss_currentRelation = relation;
    ExecAssignExprContext(estate, &node->ss.ps);
    ExecInitScanTupleSlot(estate, &node->ss, RelationGetDescr(relation), &TTSOpsVirtual);
    moodle_init_range_table(estate, list_make1(rte));
    begin_scan(node, 0);
    MemoryContextSwitchTo(caller);
    return {estate, node};
}

uint64_t units_done(const ScanState& state) {
    return state.fetch != nullptr ? state.fetch->counters().units_done : state.counters.units_done;
}

uint64_t units_known(const ScanState& state) {
    return state.fetch != nullptr ? state.fetch->counters().units_known
                                  : state.counters.units_known;
}

int acquire_sample(Relation relation, int elevel, HeapTuple* rows, int wanted, double* total,
                   double* dead) {
    const SampleScan scan = open_scan(relation);
    const ScanState& state = *scan_state(scan.node);
    Reservoir reservoir{rows, wanted};
    bool whole = true;
    for (;;) {
        TupleTableSlot* slot = iterate_scan(scan.node);
        if (TupIsNull(slot)) break;
        reservoir.offer(ExecCopySlotHeapTuple(slot));
        if (reservoir.seen >= kMostRows || units_done(state) >= kMostUnits) {
            whole = false;
            break;
        }
        CHECK_FOR_INTERRUPTS();
    }
    double estimate = reservoir.seen;
    const uint64_t done = std::max<uint64_t>(1, units_done(state));
    // What was read stands for the units that are known to be left.
    if (!whole) {
        estimate *=
            std::max(1.0, static_cast<double>(units_known(state)) / static_cast<double>(done));
    }
    ereport(elevel, (errmsg("\"%s\": %.0f rows read from moodle, %d of them sampled%s",
                            RelationGetRelationName(relation), reservoir.seen, reservoir.held,
                            whole ? "" : ", the rest estimated")));
    end_scan(scan.node);
    ExecResetTupleTable(scan.estate->es_tupleTable, false);
    FreeExecutorState(scan.estate);
    *total = estimate;
    *dead = 0;
    return reservoir.held;
}

// A sample reads what is heavy too; ANALYZE of a whole database is not to fail for it.
bool is_put_off(const TableDefinition& definition) {
    TimestampTz until = 0;
    if (!pg::is_quiet(definition.server, until)) return false;
    ereport(WARNING, (errmsg("moodle instance \"%s\" is not asked for a sample of \"%s\" in its "
                             "quiet hours",
                             definition.instance.c_str(), definition.table.name.c_str()),
                      errdetail("They last until %s.", timestamptz_to_str(until))));
    return true;
}

}  // namespace

bool analyze_table(Relation relation, AcquireSampleRowsFunc* func, BlockNumber* totalpages) {
    const TableDefinition* definition =
        load_table(RelationGetRelid(relation), CurrentMemoryContext);
    if (is_put_off(*definition)) return false;
    for (const moodle::Column& column : definition->table.columns) {
        // Nothing says of what a sample should be: PostgreSQL passes the table over with a warning.
        if (column.required) return false;
    }
    *func = acquire_sample;
    *totalpages = 1;
    return true;
}

}  // namespace moodle_fdw::fdw
