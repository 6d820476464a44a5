// moodle_fdw.probe(): one request, and everything about its answer that SQL cannot know.
#include <cstring>

#include "moodle/probe.h"
#include "moodle/read_functions.h"
#include "pg/connection.h"
#include "pg/jsonb_writer.h"
#include "pg/memory.h"
#include "pg/wait.h"

extern "C" {
#include "common/pg_lzcompress.h"
#include "mb/pg_wchar.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

PG_FUNCTION_INFO_V1(moodle_fdw_probe);
}

namespace {

namespace moodle = moodle_fdw::moodle;
namespace net = moodle_fdw::net;
namespace pg = moodle_fdw::pg;

// What compression would save is told from the beginning of a larger answer.
constexpr size_t kPackedSample = size_t{1} << 20;

struct ProbeHolder {
    std::unique_ptr<moodle::Probe> probe;
};

// The outcome in plain memory: it outlives the C++ objects' frames.
struct Told {
    const char* cause = nullptr;
    char errorcode[128] = {};
    char content_type[256] = {};
    pg::Report text;
    int http_status = 0;
    double latency_ms = 0;
    int64 wire_bytes = 0;
    int64 body_bytes = 0;
    bool compressed = false;
    bool has_time = false;
    int64 server_time = 0;
};

template <size_t N>
void copy(char (&target)[N], const std::string& text) {
    const size_t length = std::min(text.size(), N - 1);
    memcpy(target, text.data(), length);
    target[length] = '\0';
}

void start_probe(ProbeHolder& holder, const std::shared_ptr<moodle::Site>& site,
                 const char* function, const char* arguments, int at_most, pg::Report& report) {
    moodle::Call call;
    std::string problem;
    call.function = function;
    if (!moodle::is_read_function(call.function)) {
        report.fill("HV024", "\"" + call.function + "\" is not a read function", {},
                    "moodle_fdw.probe() only reads.");
        return;
    }
    if (!moodle::arguments_from_json(arguments, call.arguments, problem)) {
        report.fill("22023", "the arguments are not usable: " + problem, {},
                    "Give a JSON object: {\"courseid\": 14}.");
        return;
    }
    std::optional<net::Milliseconds> bound;
    if (at_most > 0) bound = net::Milliseconds{at_most};
    holder.probe = std::make_unique<moodle::Probe>(site, std::move(call), bound);
}

void await(ProbeHolder& holder) {
    for (;;) {
        bool done = false;
        pg::shield([&](pg::Report&) { done = holder.probe->done(); });
        if (done) return;
        pg::wait_and_drive(pg::transport(), holder.probe->wake_at());
    }
}

void read_result(const moodle::Probe& probe, const std::string& instance, const char* function,
                 Told& result) {
    const net::Outcome& outcome = probe.outcome();
    const moodle::Fault& fault = probe.fault();
    result.http_status = outcome.http_status;
    result.latency_ms = std::chrono::duration<double, std::milli>(probe.latency()).count();
    result.wire_bytes = static_cast<int64>(outcome.wire_bytes);
    result.body_bytes = static_cast<int64>(outcome.body_bytes);
    result.compressed = outcome.encoded;
    result.has_time = outcome.server_time.has_value();
    result.server_time = outcome.server_time.value_or(0);
    copy(result.content_type, outcome.content_type);
    if (!fault) return;
    result.cause = moodle::fault_name(fault.kind);
    copy(result.errorcode, fault.errorcode);
    result.text.fill(moodle::describe(fault, {instance, function, "", 1}));
}

// Never more than PostgreSQL's own compression makes of it: gzip takes less.
int64 packed_size(const char* body, size_t size) {
    const size_t sample = std::min(size, kPackedSample);
    auto* packed = static_cast<char*>(palloc(PGLZ_MAX_OUTPUT(sample)));
    const int32 length =
        pglz_compress(body, static_cast<int32>(sample), packed, PGLZ_strategy_always);
    pfree(packed);
    if (length < 0) return static_cast<int64>(size);
    return static_cast<int64>(size * static_cast<double>(length) / static_cast<double>(sample));
}

Datum text_datum(const char* utf8, bool& is_null) {
    is_null = utf8 == nullptr || *utf8 == '\0';
    if (is_null) return Datum{0};
    return CStringGetTextDatum(pg_any_to_server(utf8, static_cast<int>(strlen(utf8)), PG_UTF8));
}

TimestampTz moment_of(int64 epoch) {
    return (epoch - ((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY)) * USECS_PER_SEC;
}

Datum make_result(FunctionCallInfo fcinfo, const moodle::Probe& probe, const Told& result) {
    TupleDesc descriptor = nullptr;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE) {
        elog(ERROR, "return type must be a row type");
    }
    Datum values[15];
    bool nulls[15] = {};
    values[0] = text_datum(result.cause, nulls[0]);
    values[1] = text_datum(result.errorcode, nulls[1]);
    values[2] = text_datum(result.text.sqlstate, nulls[2]);
    values[3] = text_datum(result.text.message, nulls[3]);
    values[4] = text_datum(result.text.detail, nulls[4]);
    values[5] = text_datum(result.text.hint, nulls[5]);
    values[6] = Int32GetDatum(result.http_status);
    nulls[6] = result.http_status == 0;
    values[7] = Float8GetDatum(result.latency_ms);
    values[8] = Int64GetDatum(result.wire_bytes);
    values[9] = Int64GetDatum(result.body_bytes);
    const bool whole = result.cause == nullptr;
    values[10] = Int64GetDatum(whole ? packed_size(probe.body().data(), probe.body().size()) : 0);
    nulls[10] = !whole;
    values[11] = BoolGetDatum(result.compressed);
    values[12] = text_datum(result.content_type, nulls[12]);
    values[13] = TimestampTzGetDatum(result.has_time ? moment_of(result.server_time) : 0);
    nulls[13] = !result.has_time;
    pg::DatumProblem problem;
    nulls[14] = !whole;
    values[14] = Datum{0};
    if (whole && !pg::make_jsonb(probe.answer(), values[14], problem)) {
        pg::Report report;
        report.fill(problem.sqlstate, problem.text);
        pg::raise(report);
    }
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
}

}  // namespace

extern "C" {

PGDLLEXPORT Datum moodle_fdw_probe(PG_FUNCTION_ARGS) {
    const char* instance = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const char* function = text_to_cstring(PG_GETARG_TEXT_PP(1));
    Jsonb* jsonb = PG_GETARG_JSONB_P(2);
    const char* arguments = JsonbToCString(nullptr, &jsonb->root, VARSIZE(jsonb));
    arguments = pg_server_to_any(arguments, static_cast<int>(strlen(arguments)), PG_UTF8);
    const int at_most = PG_GETARG_INT32(3);
    ForeignServer* server = pg::usable_server(instance);
    const std::shared_ptr<moodle::Site>& site = pg::site_for(server->serverid, GetUserId());
    auto* holder = pg::make_owned<ProbeHolder>(CurrentMemoryContext);
    pg::shield([&](pg::Report& report) {
        start_probe(*holder, site, function, arguments, at_most, report);
    });
    await(*holder);
    Told result;
    pg::shield(
        [&](pg::Report&) { read_result(*holder->probe, server->servername, function, result); });
    const Datum made = make_result(fcinfo, *holder->probe, result);
    pg::shield([&](pg::Report&) { holder->probe.reset(); });
    PG_RETURN_DATUM(made);
}
}
