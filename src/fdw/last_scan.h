// What the last statement's scans did, for moodle_fdw.last_scan().
#pragma once

#include <deque>

#include "fdw/scan.h"

namespace moodle_fdw::fdw {

struct FinishedScan {
    std::string instance;
    std::string table;
    moodle::FetchCounters counters;
    uint64_t rows = 0;
    std::vector<moodle::SkippedUnit> skipped;
};

// Keeps a finished scan; scans of an earlier statement are forgotten.
void remember_scan(const ScanState& state);
const std::deque<FinishedScan>& finished_scans();
void forget_scans();

}  // namespace moodle_fdw::fdw
