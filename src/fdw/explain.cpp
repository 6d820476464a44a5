// EXPLAIN: how Moodle is asked, and with ANALYZE what that took.
#include "fdw/callbacks.h"
#include "fdw/scan.h"

namespace moodle_fdw::fdw {

namespace {

// Without execution only constants are known.
void choose_with_constants(ScanState& state) {
    const int count = static_cast<int>(state.quals.size());
    auto* values = static_cast<QualValues*>(palloc0(sizeof(QualValues) * (count + 1)));
    auto* known = static_cast<bool*>(palloc0(sizeof(bool) * (count + 1)));
    for (int i = 0; i < count; i++) {
        Expr* value = state.quals[i].value;
        if (!IsA(value, Const)) continue;
        auto* constant = reinterpret_cast<Const*>(value);
        values[i] = values_of(state.quals[i], constant->constvalue, constant->constisnull);
        known[i] = true;
    }
    pg::shield([&](pg::Report& report) {
        moodle::Access access;
        choose_scan_access(state, values, known, count, access, report);
    });
}

void show_text(const char* label, const std::string& text, ExplainState* es) {
    if (!text.empty()) ExplainPropertyText(label, text.c_str(), es);
}

void show_count(const char* label, uint64_t count, ExplainState* es) {
    ExplainPropertyInteger(label, nullptr, static_cast<int64>(count), es);
}

void show_execution(ForeignScanState* node, ScanState& state, ExplainState* es) {
    if (!es->analyze || node->ss.ps.instrument == nullptr) return;
    moodle::FetchCounters counters = state.counters;
    if (state.fetch != nullptr) {
        const moodle::FetchCounters running = state.fetch->counters();
        counters.requests += running.requests;
        counters.cache_hits += running.cache_hits;
        counters.retries += running.retries;
        counters.wire_bytes += running.wire_bytes;
        counters.body_bytes += running.body_bytes;
        counters.units_done += running.units_done;
        counters.units_skipped += running.units_skipped;
    }
    show_count("Moodle Requests", counters.requests, es);
    if (state.most_age.count() > 0) show_count("Moodle Cache Hits", counters.cache_hits, es);
    show_count("Moodle Retries", counters.retries, es);
    show_count("Moodle Units Done", counters.units_done, es);
    if (counters.units_skipped > 0) show_count("Moodle Units Skipped", counters.units_skipped, es);
    ExplainPropertyInteger("Moodle Bytes", nullptr, static_cast<int64>(counters.body_bytes), es);
    if (counters.wire_bytes != counters.body_bytes) {
        show_count("Moodle Bytes Received", counters.wire_bytes, es);
    }
    if (es->timing) ExplainPropertyFloat("Moodle Wait", "ms", state.wait_ms, 3, es);
}

}  // namespace

void explain_scan(ForeignScanState* node, ExplainState* es) {
    ScanState& state = *scan_state(node);
    if (state.shown_function.empty()) choose_with_constants(state);
    ExplainPropertyText("Moodle Instance", state.definition->instance.c_str(), es);
    show_text("Moodle Function", state.shown_function, es);
    if (es->verbose) show_text("Moodle Arguments", state.shown_arguments, es);
    show_text("Moodle Units", state.shown_units, es);
    show_text("Moodle Pushed", state.shown_pushed, es);
    show_text("Moodle Missing", state.shown_missing, es);
    show_execution(node, state, es);
}

}  // namespace moodle_fdw::fdw
