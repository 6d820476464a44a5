// The C functions behind moodle_fdw.call(), last_scan(), entities and the like.
#include <cstring>

#include "fdw/last_scan.h"
#include "moodle/read_functions.h"
#include "net/inbox.h"
#include "pg/answer_cache.h"
#include "pg/connection.h"
#include "pg/jsonb_writer.h"
#include "pg/memory.h"
#include "pg/wait.h"

extern "C" {
#include "mb/pg_wchar.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(moodle_fdw_call);
PG_FUNCTION_INFO_V1(moodle_fdw_last_scan);
PG_FUNCTION_INFO_V1(moodle_fdw_forget_scans);
PG_FUNCTION_INFO_V1(moodle_fdw_as_jsonb);
PG_FUNCTION_INFO_V1(moodle_fdw_entities);
PG_FUNCTION_INFO_V1(moodle_fdw_entity_columns);
PG_FUNCTION_INFO_V1(moodle_fdw_version);
PG_FUNCTION_INFO_V1(moodle_fdw_close_connections);
}

namespace {

namespace fdw = moodle_fdw::fdw;
namespace moodle = moodle_fdw::moodle;
namespace net = moodle_fdw::net;
namespace pg = moodle_fdw::pg;

struct FetchHolder {
    std::unique_ptr<moodle::Fetch> fetch;
};

void start_call(FetchHolder& holder, const std::shared_ptr<moodle::Site>& site,
                const char* function, const char* arguments, net::Milliseconds most_age,
                pg::Report& report) {
    moodle::FetchPlan plan;
    std::string problem;
    moodle::ColumnPath whole;
    plan.function = function;
    if (!moodle::is_read_function(plan.function)) {
        report.fill("HV024", "\"" + plan.function + "\" is not a read function", {},
                    "moodle_fdw.call() only reads.");
        return;
    }
    if (!moodle::arguments_from_json(arguments, plan.fixed, problem)) {
        report.fill("22023", "the arguments are not usable: " + problem, {},
                    "Give a JSON object: {\"courseid\": 14}.");
        return;
    }
    if (!moodle::RowsPath::parse("", plan.rows, problem) ||
        !moodle::ColumnPath::parse("", whole, problem)) {
        report.fill("XX000", problem);
        return;
    }
    plan.columns.push_back(whole);
    plan.units.push_back({});
    holder.fetch = std::make_unique<moodle::Fetch>(site, std::move(plan), most_age);
}

// To its end, whose bytes may come after the value: only what was read to the end was whole.
Datum read_answer(FetchHolder& holder, moodle_fdw::net::Transport& network) {
    Datum answer = 0;
    for (;;) {
        moodle::Fetch::Step step = moodle::Fetch::Step::End;
        pg::shield([&](pg::Report&) { step = holder.fetch->next(); });
        switch (step) {
            case moodle::Fetch::Step::Row: {
                pg::DatumProblem problem;
                if (!pg::make_jsonb(holder.fetch->values()[0], answer, problem)) {
                    pg::Report report;
                    report.fill(problem.sqlstate, problem.text);
                    pg::raise(report);
                }
                break;
            }
            case moodle::Fetch::Step::Again:
                CHECK_FOR_INTERRUPTS();
                break;
            case moodle::Fetch::Step::Wait:
                pg::wait_and_drive(network, holder.fetch->wake_at());
                break;
            case moodle::Fetch::Step::End:
                return answer;
            case moodle::Fetch::Step::Failed:
                fdw::raise_fault(*holder.fetch);
        }
    }
}

char* skipped_as_json(const fdw::FinishedScan& scan) {
    char* text = nullptr;
    pg::shield([&](pg::Report&) {
        std::string json = "[";
        for (const moodle::SkippedUnit& skipped : scan.skipped) {
            json += json.size() > 1 ? ",{\"unit\":" : "{\"unit\":";
            moodle::json_quote(skipped.label, json);
            json += ",\"cause\":";
            moodle::json_quote(moodle::fault_name(skipped.fault.kind), json);
            json += ",\"errorcode\":";
            moodle::json_quote(skipped.fault.errorcode, json);
            json += ",\"detail\":";
            moodle::json_quote(skipped.fault.detail, json);
            json += "}";
        }
        text = strdup((json + "]").c_str());
    });
    char* kept = pstrdup(text);
    free(text);
    return kept;
}

void store_row(ReturnSetInfo* result, Datum* values, bool* nulls) {
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

}  // namespace

extern "C" {

PGDLLEXPORT Datum moodle_fdw_call(PG_FUNCTION_ARGS) {
    const char* instance = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const char* function = text_to_cstring(PG_GETARG_TEXT_PP(1));
    Jsonb* jsonb = PG_GETARG_JSONB_P(2);
    const char* arguments = JsonbToCString(nullptr, &jsonb->root, VARSIZE(jsonb));
    arguments = pg_server_to_any(arguments, static_cast<int>(strlen(arguments)), PG_UTF8);
    ForeignServer* server = pg::usable_server(instance);
    const std::shared_ptr<moodle::Site>& site = pg::site_for(server->serverid, GetUserId());
    auto* holder = pg::make_owned<FetchHolder>(CurrentMemoryContext);
    const net::Milliseconds most_age =
        pg::usable_cache_ttl(pg::server_settings(server->serverid).cache_ttl);
    pg::shield([&](pg::Report& report) {
        start_call(*holder, site, function, arguments, most_age, report);
    });
    const Datum answer = read_answer(*holder, pg::transport());
    pg::shield([&](pg::Report&) { holder->fetch.reset(); });
    if (answer == 0) PG_RETURN_NULL();
    PG_RETURN_DATUM(answer);
}

PGDLLEXPORT Datum moodle_fdw_last_scan(PG_FUNCTION_ARGS) {
    moodle_init_set(fcinfo);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    for (const fdw::FinishedScan& scan : fdw::finished_scans()) {
        Datum values[9];
        bool nulls[9] = {};
        values[0] = CStringGetTextDatum(scan.instance.c_str());
        values[1] = CStringGetTextDatum(scan.table.c_str());
        values[2] = Int64GetDatum(static_cast<int64>(scan.counters.units_done));
        values[3] = Int64GetDatum(static_cast<int64>(scan.counters.units_skipped));
        values[4] = Int64GetDatum(static_cast<int64>(scan.counters.requests));
        values[5] = Int64GetDatum(static_cast<int64>(scan.counters.retries));
        values[6] = Int64GetDatum(static_cast<int64>(scan.counters.body_bytes));
        values[7] = Int64GetDatum(static_cast<int64>(scan.rows));
        values[8] = DirectFunctionCall1(jsonb_in, CStringGetDatum(skipped_as_json(scan)));
        store_row(result, values, nulls);
    }
    return Datum{0};
}

PGDLLEXPORT Datum moodle_fdw_forget_scans(PG_FUNCTION_ARGS) {
    (void)fcinfo;
    fdw::forget_scans();
    PG_RETURN_VOID();
}

// Quicker than the cast: the text is checked and turned in two passes, without a tree.
PGDLLEXPORT Datum moodle_fdw_as_jsonb(PG_FUNCTION_ARGS) {
    text* served = PG_GETARG_TEXT_PP(0);
    // A database of another encoding holds other bytes than were served.
    if (GetDatabaseEncoding() != PG_UTF8) {
        PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(text_to_cstring(served))));
    }
    const size_t size = VARSIZE_ANY_EXHDR(served);
    auto* padded = static_cast<char*>(palloc(size + net::Inbox::kPadding));
    memcpy(padded, VARDATA_ANY(served), size);
    memset(padded + size, 0, net::Inbox::kPadding);
    static moodle::Tape tape;  // keeps its memory from one record to the next
    moodle::JsonError error = moodle::JsonError::None;
    pg::shield([&](pg::Report&) { error = tape.parse({padded, size}); });
    if (error != moodle::JsonError::None) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                        errmsg("invalid JSON: %s", moodle::json_error_text(error))));
    }
    Datum made = 0;
    pg::DatumProblem problem;
    if (!pg::make_jsonb(moodle::Value(tape, 0), made, problem)) {
        pg::Report report;
        report.fill(problem.sqlstate, problem.text);
        pg::raise(report);
    }
    pfree(padded);
    PG_RETURN_DATUM(made);
}

PGDLLEXPORT Datum moodle_fdw_entities(PG_FUNCTION_ARGS) {
    moodle_init_set(fcinfo);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    int32 ordinal = 0;
    for (const moodle::EntityDef& entity : moodle::all_entities()) {
        Datum values[4];
        bool nulls[4] = {};
        values[0] = CStringGetTextDatum(entity.name);
        values[1] = CStringGetTextDatum(entity.comment);
        values[2] = CStringGetTextDatum(entity.function);
        values[3] = Int32GetDatum(++ordinal);
        store_row(result, values, nulls);
    }
    return Datum{0};
}

PGDLLEXPORT Datum moodle_fdw_entity_columns(PG_FUNCTION_ARGS) {
    const char* name = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const moodle::EntityDef* entity = moodle::find_entity(name);
    if (entity == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("there is no moodle entity \"%s\"", name),
                        errhint("SELECT entity FROM moodle_fdw.entities lists them.")));
    }
    moodle_init_set(fcinfo);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    int32 ordinal = 0;
    for (const moodle::ColumnDef& column : entity->columns) {
        Datum values[4];
        bool nulls[4] = {};
        values[0] = Int32GetDatum(++ordinal);
        values[1] = CStringGetTextDatum(column.name);
        values[2] = CStringGetTextDatum(moodle::sql_type_name(column.type));
        values[3] = CStringGetTextDatum(column.comment);
        store_row(result, values, nulls);
    }
    return Datum{0};
}

PGDLLEXPORT Datum moodle_fdw_version(PG_FUNCTION_ARGS) {
    (void)fcinfo;
    PG_RETURN_DATUM(CStringGetTextDatum(MOODLE_FDW_VERSION));
}

PGDLLEXPORT Datum moodle_fdw_close_connections(PG_FUNCTION_ARGS) {
    (void)fcinfo;
    PG_RETURN_INT32(pg::close_connections());
}
}
