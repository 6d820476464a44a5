// Execution: conditions get their values, the fetch runs, rows fill slots.
#include "fdw/scan.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "fdw/callbacks.h"
#include "fdw/last_scan.h"
#include "fdw/plan.h"
#include "moodle/quiet_hours.h"
#include "pg/answer_cache.h"
#include "pg/memory.h"
#include "pg/quiet_hours.h"
#include "pg/shared_gate.h"
#include "pg/wait.h"

extern "C" {
#include "utils/fmgrprotos.h"
}

namespace moodle_fdw::fdw {

namespace {

// Between two looks at the network while rows flow: often enough that connections stay busy,
// seldom enough that the look costs nothing.
constexpr unsigned kRowsPerDrive = 128;

void add_source(ScanState& state, TupleDesc descriptor, int column, int& picked) {
    const moodle::Column& wanted = state.definition->table.columns[column];
    const int attribute = state.definition->attributes[column];
    const FormData_pg_attribute* form = TupleDescAttr(descriptor, attribute - 1);
    Source source;
    source.column = column;
    source.attribute = attribute - 1;
    source.type = form->atttypid;
    source.typmod = form->atttypmod;
    if (wanted.path == "@instance") {
        source.kind = Source::Instance;
    } else if (wanted.path == "@reason") {
        source.kind = Source::Reason;
    } else if (wanted.path.starts_with("=")) {
        source.kind = Source::UnitArgument;
    } else {
        source.kind = Source::Picked;
        source.picked = picked++;
    }
    state.sources.push_back(source);
}

// Type look-ups may raise, so they run outside of shield().
void resolve_types(ScanState& state) {
    for (Source& source : state.sources) {
        getTypeInputInfo(source.type, &source.input, &source.io_param);
        if (source.kind != Source::Picked) continue;
        const moodle::Column& column = state.definition->table.columns[source.column];
        if (!pg::DatumMaker::supports(column.type, source.type)) {
            ereport(ERROR,
                    (errcode(ERRCODE_FDW_INVALID_DATA_TYPE),
                     errmsg("column \"%s\" of \"%s\" cannot be of type %s", column.name.c_str(),
                            state.definition->table.name.c_str(), format_type_be(source.type)),
                     errhint("Moodle serves it as %s.", moodle::sql_type_name(column.type))));
        }
        source.maker = new (palloc(sizeof(pg::DatumMaker)))
            pg::DatumMaker(column.type, source.type, source.typmod, &column.without);
    }
}

// Seconds since 1970, perhaps with a fraction: how a moment is asked for.
Datum moment_datum(const char* text) {
    char* end = nullptr;
    int64 seconds = strtoll(text, &end, 10);
    int64 fraction = 0;
    if (*end == '.') fraction = strtoll(end + 1, nullptr, 10);
    seconds -= int64{POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE} * SECS_PER_DAY;
    return TimestampTzGetDatum(seconds * USECS_PER_SEC + fraction);
}

Datum text_datum(const Source& source, const char* text) {
    if (source.type == TEXTOID) return CStringGetTextDatum(text);
    if (source.type == INT8OID) return Int64GetDatum(strtoll(text, nullptr, 10));
    const bool is_moment = text[0] == '-' || isdigit(static_cast<unsigned char>(text[0]));
    if (source.type == TIMESTAMPTZOID && is_moment) return moment_datum(text);
    if (source.type == TIMESTAMPOID && is_moment) {
        return DirectFunctionCall1(timestamptz_timestamp, moment_datum(text));
    }
    if (source.type == DATEOID && is_moment) {
        return DirectFunctionCall1(timestamptz_date, moment_datum(text));
    }
    return OidInputFunctionCall(source.input, const_cast<char*>(text), source.io_param,
                                source.typmod);
}

const char* unit_argument(const ScanState& state, std::string_view name) {
    const std::string* shown = state.fetch->shown(name);
    return shown != nullptr ? shown->c_str() : nullptr;
}

// "=courseid", or "=courseid:userid" for both, as "14:114".
const char* unit_text(const ScanState& state, const Source& source) {
    const std::string_view path = state.definition->table.columns[source.column].path;
    const size_t colon = path.find(':');
    const char* first = unit_argument(state, path.substr(1, colon - 1));
    if (colon == std::string_view::npos || first == nullptr) return first;
    const char* second = unit_argument(state, path.substr(colon + 1));
    return second != nullptr ? psprintf("%s:%s", first, second) : nullptr;
}

[[noreturn]] void raise_value_problem(const ScanState& state, const Source& source,
                                      const pg::DatumProblem& problem) {
    const moodle::Table& table = state.definition->table;
    const char* s = problem.sqlstate;
    const char* unit = state.fetch->unit().label.c_str();
    ereport(ERROR,
            (errcode(MAKE_SQLSTATE(s[0], s[1], s[2], s[3], s[4])),
             errmsg("moodle instance \"%s\": column \"%s\" of \"%s\" cannot be read: %s",
                    state.definition->instance.c_str(), table.columns[source.column].name.c_str(),
                    table.name.c_str(), problem.text),
             unit[0] != '\0' ? errdetail("It came from %s (%s).", table.function.c_str(), unit)
                             : errdetail("It came from %s.", table.function.c_str()),
             errhint("Declare the column as text to see what the site serves, or leave it out.")));
    pg_unreachable();
}

void fill_slot(ScanState& state, TupleTableSlot* slot) {
    MemoryContextReset(state.row_context);
    MemoryContext caller = MemoryContextSwitchTo(state.row_context);
    const int width = slot->tts_tupleDescriptor->natts;
    memset(slot->tts_isnull, true, sizeof(bool) * width);
    memset(slot->tts_values, 0, sizeof(Datum) * width);
    for (const Source& source : state.sources) {
        Datum& datum = slot->tts_values[source.attribute];
        bool& isnull = slot->tts_isnull[source.attribute];
        const char* text = nullptr;
        switch (source.kind) {
            case Source::Picked: {
                const moodle::Value& value = state.fetch->values()[source.picked];
                if (!value.found()) continue;
                pg::DatumProblem problem;
                if (!source.maker->make(value, datum, isnull, problem)) {
                    raise_value_problem(state, source, problem);
                }
                continue;
            }
            case Source::Instance:
                text = state.definition->instance.c_str();
                break;
            case Source::UnitArgument:
                text = unit_text(state, source);
                break;
            case Source::Reason:
                text = state.fetch->reason();
                break;
        }
        if (text == nullptr) continue;
        datum = text_datum(source, text);
        isnull = false;
    }
    MemoryContextSwitchTo(caller);
    ExecStoreVirtualTuple(slot);
}

void start_fetch(ForeignScanState* node, ScanState& state) {
    ExprContext* context = node->ss.ps.ps_ExprContext;
    const int count = list_length(state.qual_states);
    MemoryContext caller = MemoryContextSwitchTo(context->ecxt_per_tuple_memory);
    auto* values = static_cast<QualValues*>(palloc0(sizeof(QualValues) * (count + 1)));
    auto* known = static_cast<bool*>(palloc0(sizeof(bool) * (count + 1)));
    for (int i = 0; i < count; i++) {
        bool isnull = false;
        auto* expression = static_cast<ExprState*>(list_nth(state.qual_states, i));
        const Datum value = ExecEvalExpr(expression, context, &isnull);
        values[i] = values_of(state.quals[i], value, isnull);
        known[i] = true;
    }
    MemoryContextSwitchTo(caller);
    state.most_age = pg::usable_cache_ttl(state.definition->cache_ttl);
    bool heavy = false;
    pg::shield([&](pg::Report& report) {
        moodle::Access access;
        state.ended = !choose_scan_access(state, values, known, count, access, report);
        if (report.set() || state.ended) return;
        if (!access.missing.empty()) return report_missing(state, access.missing, report);
        heavy = moodle::asks_whole_site(access.plan);
        state.fetch =
            std::make_unique<moodle::Fetch>(state.site, std::move(access.plan), state.most_age);
    });
    // Nothing has been asked yet.
    if (heavy) pg::refuse_if_quiet(state.definition->server, state.definition->table.name.c_str());
    state.started = true;
}

void warn_of_skipped(const ScanState& state) {
    if (state.unwarned_skips == 0) return;
    StringInfoData causes;
    initStringInfo(&causes);
    for (const moodle::SkippedUnit& skipped : state.skipped) {
        if (causes.len > 400) break;
        appendStringInfo(&causes, "%s%s: %s%s%s", causes.len > 0 ? "; " : "", skipped.label.c_str(),
                         moodle::fault_name(skipped.fault.kind),
                         skipped.fault.errorcode.empty() ? "" : ", ",
                         skipped.fault.errorcode.c_str());
    }
    ereport(WARNING,
            (errcode(ERRCODE_WARNING),
             errmsg("moodle instance \"%s\": %llu units of \"%s\" were passed over",
                    state.definition->instance.c_str(),
                    static_cast<unsigned long long>(state.unwarned_skips),
                    state.definition->table.name.c_str()),
             errdetail("%s", causes.data),
             errhint("SELECT * FROM moodle_fdw.last_scan() tells more; on_unit_error 'fail' makes "
                     "it an error.")));
}

// An answer may leave out what was asked for, and say so beside the records.
void pass_warnings_on(ScanState& state) {
    if (state.warning_count == 0) return;
    StringInfoData said;
    initStringInfo(&said);
    for (const std::string& warning : state.warnings) {
        if (said.len > 600) break;
        appendStringInfo(&said, "%s%s", said.len > 0 ? "; " : "", warning.c_str());
    }
    const auto count = static_cast<unsigned long long>(state.warning_count);
    state.warning_count = 0;
    pg::shield([&](pg::Report&) { state.warnings.clear(); });
    ereport(WARNING,
            (errcode(ERRCODE_WARNING),
             errmsg("moodle instance \"%s\": %s gave %llu warning%s with its answer",
                    state.definition->instance.c_str(), state.definition->table.function.c_str(),
                    count, count == 1 ? "" : "s"),
             errdetail("Moodle said: %s", said.data)));
}

void finish_scan(ScanState& state) {
    state.ended = true;
    pg::shield([&](pg::Report&) { close_fetch(state); });
    warn_of_skipped(state);
    pass_warnings_on(state);
    state.unwarned_skips = 0;
}

void drive_network(ScanState& state) {
    state.rows_since_drive = 0;
    pg::note_working();
    pg::shield([&](pg::Report&) { state.site->transport->drive(); });
}

Oid user_of_scan(ForeignScanState* node) {
    const Oid user = moodle_check_as_user(node);
    return OidIsValid(user) ? user : GetUserId();
}

}  // namespace

ScanState::~ScanState() {
    if (async_epoll >= 0) close(async_epoll);
    if (async_tick >= 0) close(async_tick);
}

ScanState* scan_state(ForeignScanState* node) {
    return static_cast<ScanState*>(node->fdw_state);
}

void raise_fault(const moodle::Fetch& fetch) {
    pg::Report report;
    pg::shield([&](pg::Report&) { report.fill(moodle::describe(fetch.fault(), fetch.scene())); });
    pg::raise(report);
}

void close_fetch(ScanState& state) {
    if (state.fetch == nullptr) return;
    const moodle::FetchCounters counters = state.fetch->counters();
    state.counters.units_done += counters.units_done;
    state.counters.units_known += counters.units_known;
    state.counters.units_skipped += counters.units_skipped;
    state.counters.requests += counters.requests;
    state.counters.cache_hits += counters.cache_hits;
    state.counters.retries += counters.retries;
    state.counters.wire_bytes += counters.wire_bytes;
    state.counters.body_bytes += counters.body_bytes;
    state.counters.records += counters.records;
    state.unwarned_skips += counters.units_skipped;
    for (const moodle::SkippedUnit& skipped : state.fetch->skipped()) {
        if (state.skipped.size() < moodle::kSkippedKept) state.skipped.push_back(skipped);
    }
    state.warning_count += state.fetch->warning_count();
    for (const std::string& warning : state.fetch->warnings()) {
        if (state.warnings.size() < moodle::kWarningsKept) state.warnings.push_back(warning);
    }
    state.fetch.reset();
}

ScanState* make_scan_state(ForeignScan* plan, TableDefinition* definition, MemoryContext context) {
    auto* state = pg::make_owned<ScanState>(context);
    state->definition = definition;
    List* wanted = plan_wanted_columns(plan);
    List* columns = plan_qual_columns(plan);
    List* shapes = plan_qual_shapes(plan);
    pg::shield([&](pg::Report&) {
        for (int i = 0; i < list_length(wanted); i++) {
            state->wanted.push_back(list_nth_int(wanted, i));
        }
        for (int i = 0; i < list_length(columns); i++) {
            PushedQual qual;
            qual.column = list_nth_int(columns, i);
            qual.shape = static_cast<PushedQual::Shape>(list_nth_int(shapes, i));
            qual.value = static_cast<Expr*>(list_nth(plan->fdw_exprs, i));
            state->quals.push_back(qual);
        }
    });
    return state;
}

void begin_scan(ForeignScanState* node, int eflags) {
    auto* plan = reinterpret_cast<ForeignScan*>(node->ss.ps.plan);
    EState* estate = node->ss.ps.state;
    MemoryContext caller = MemoryContextSwitchTo(estate->es_query_cxt);
    const Oid relation = RelationGetRelid(node->ss.ss_currentRelation);
    TableDefinition* definition = load_table(relation, estate->es_query_cxt);
    ScanState* state = make_scan_state(plan, definition, estate->es_query_cxt);
    node->fdw_state = state;
    state->qual_states = ExecInitExprList(plan->fdw_exprs, &node->ss.ps);
    state->row_context =
        AllocSetContextCreate(estate->es_query_cxt, "moodle_fdw row", ALLOCSET_DEFAULT_SIZES);
#ifdef MOODLE_HAS_ASYNC_APPEND
    state->asynchronous = node->ss.ps.async_capable;
#endif
    if ((eflags & EXEC_FLAG_EXPLAIN_ONLY) == 0) {
        TupleDesc descriptor = node->ss.ss_ScanTupleSlot->tts_tupleDescriptor;
        const std::shared_ptr<moodle::Site>& site =
            pg::site_for(definition->server, user_of_scan(node));
        pg::shield([&](pg::Report&) {
            state->site = site;
            int picked = 0;
            for (const int column : state->wanted) add_source(*state, descriptor, column, picked);
        });
        resolve_types(*state);
    }
    MemoryContextSwitchTo(caller);
}

TupleTableSlot* iterate_scan(ForeignScanState* node) {
    ScanState& state = *scan_state(node);
    TupleTableSlot* slot = node->ss.ss_ScanTupleSlot;
    ExecClearTuple(slot);
    state.would_wait = false;
    if (!state.started) start_fetch(node, state);
    while (!state.ended) {
        moodle::Fetch::Step step = moodle::Fetch::Step::End;
        pg::shield([&](pg::Report&) { step = state.fetch->next(); });
        switch (step) {
            case moodle::Fetch::Step::Row:
                fill_slot(state, slot);
                state.rows++;
                if (++state.rows_since_drive >= kRowsPerDrive) drive_network(state);
                return slot;
            case moodle::Fetch::Step::Again:
                CHECK_FOR_INTERRUPTS();
                drive_network(state);
                break;
            case moodle::Fetch::Step::Wait: {
                if (state.asynchronous) {
                    state.would_wait = true;
                    return slot;
                }
                const auto began = net::Clock::now();
                pg::wait_and_drive(*state.site->transport, state.fetch->wake_at());
                state.wait_ms +=
                    std::chrono::duration<double, std::milli>(net::Clock::now() - began).count();
                break;
            }
            case moodle::Fetch::Step::End:
                finish_scan(state);
                break;
            case moodle::Fetch::Step::Failed:
                raise_fault(*state.fetch);
        }
    }
    return slot;
}

void rescan(ForeignScanState* node) {
    ScanState& state = *scan_state(node);
    pg::shield([&](pg::Report&) { close_fetch(state); });
    state.started = false;
    state.ended = false;
    state.would_wait = false;
}

void end_scan(ForeignScanState* node) {
    ScanState* state = scan_state(node);
    if (state == nullptr) return;
    pg::shield([&](pg::Report&) {
        close_fetch(*state);
        if (state->started) remember_scan(*state);
    });
}

}  // namespace moodle_fdw::fdw
