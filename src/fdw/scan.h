// A scan under way. It belongs to the executor's memory context: when that goes, its transfers do.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fdw/quals.h"
#include "fdw/table_options.h"
#include "moodle/fetch.h"
#include "pg/datum.h"
#include "pg/guard.h"

namespace moodle_fdw::fdw {

// Where the value of one wanted column comes from.
struct Source {
    enum Kind { Picked, UnitArgument, Instance, Reason } kind = Picked;
    int column = 0;     // position in table.columns
    int attribute = 0;  // in the slot
    int picked = 0;     // position in the fetch's values
    Oid type = InvalidOid;
    Oid input = InvalidOid;  // of texts that are not JSON
    Oid io_param = InvalidOid;
    int32 typmod = -1;
    pg::DatumMaker* maker = nullptr;  // of the executor's memory context
};

struct ScanState {
    ~ScanState();

    TableDefinition* definition = nullptr;
    std::vector<int> wanted;
    std::vector<Source> sources;
    std::vector<PushedQual> quals;
    List* qual_states = nullptr;  // ExprState, in the order of quals

    std::shared_ptr<moodle::Site> site;
    std::unique_ptr<moodle::Fetch> fetch;
    net::Milliseconds most_age{0};  // of an answer out of the cache
    bool started = false;
    bool ended = false;
    MemoryContext row_context = nullptr;
    unsigned rows_since_drive = 0;

    // For EXPLAIN and last_scan(), summed over rescans.
    moodle::FetchCounters counters;
    uint64_t rows = 0;
    uint64_t unwarned_skips = 0;
    double wait_ms = 0;
    std::vector<moodle::SkippedUnit> skipped;
    std::vector<std::string> warnings;  // of Moodle, not yet passed on
    uint64_t warning_count = 0;
    std::string shown_function;
    std::string shown_arguments;
    std::string shown_units;
    std::string shown_pushed;
    std::string shown_missing;

    // Under an asynchronous Append: nothing to hand out now, though more will come.
    bool asynchronous = false;
    bool would_wait = false;
    int async_epoll = -1;
    int async_tick = -1;
};

ScanState* scan_state(ForeignScanState* node);

// Builds what can be known without values: definition, columns, conditions.
ScanState* make_scan_state(ForeignScan* plan, TableDefinition* definition, MemoryContext context);

// Chooses the way to the rows from conditions whose values are known (an entry of `values` per
// qual; nullptr entries are not known). False: no row can match.
bool choose_scan_access(ScanState& state, const QualValues* values, const bool* known, int count,
                        moodle::Access& access, pg::Report& report);

// The error that a function is called without what it needs.
void report_missing(const ScanState& state, const std::vector<std::string>& missing,
                    pg::Report& report);

// Ends the fetch, keeping its counts.
void close_fetch(ScanState& state);

// Reports a failed fetch; does not return.
[[noreturn]] void raise_fault(const moodle::Fetch& fetch);

}  // namespace moodle_fdw::fdw
