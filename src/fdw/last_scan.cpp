#include "fdw/last_scan.h"

namespace moodle_fdw::fdw {

namespace {

// A nested loop may scan a table a million times: the newest are told.
constexpr size_t kScansKept = 100;

std::deque<FinishedScan>& kept() {
    static auto* scans = new std::deque<FinishedScan>;
    return *scans;
}

}  // namespace

void remember_scan(const ScanState& state) {
    static TimestampTz statement = 0;
    const TimestampTz now = GetCurrentStatementStartTimestamp();
    if (statement != now) kept().clear();
    statement = now;
    if (kept().size() == kScansKept) kept().pop_front();
    kept().push_back({state.definition->instance, state.definition->table.name, state.counters,
                      state.rows, state.skipped});
}

const std::deque<FinishedScan>& finished_scans() {
    return kept();
}

void forget_scans() {
    kept().clear();
}

}  // namespace moodle_fdw::fdw
