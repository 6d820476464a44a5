// The C functions behind moodle_fdw.instance_stats and its reset, and quiet_until().
#include <vector>

#include "pg/connection.h"
#include "pg/instance_stats.h"
#include "pg/memory.h"
#include "pg/quiet_hours.h"

extern "C" {
#include "catalog/pg_authid.h"

PG_FUNCTION_INFO_V1(moodle_fdw_instance_stats);
PG_FUNCTION_INFO_V1(moodle_fdw_reset_instance_stats);
PG_FUNCTION_INFO_V1(moodle_fdw_quiet_until);
}

namespace {

namespace net = moodle_fdw::net;
namespace pg = moodle_fdw::pg;

struct Counted {
    std::vector<net::TrafficTable::Row> rows;
    net::TrafficTable::Rest rest;
};

double milliseconds(uint64_t microseconds) {
    return static_cast<double>(microseconds) / 1000;
}

void put_row(ReturnSetInfo* result, const char* instance, const char* function,
             const net::Traffic& traffic, const int* limit, TimestampTz since) {
    constexpr int kColumns = 14;
    Datum values[kColumns] = {};
    bool nulls[kColumns] = {};
    nulls[0] = instance == nullptr;
    nulls[1] = function == nullptr;
    if (instance != nullptr) values[0] = CStringGetTextDatum(instance);
    if (function != nullptr) values[1] = CStringGetTextDatum(function);
    int column = 2;
    for (const uint64_t count : {traffic.requests, traffic.retries, traffic.errors,
                                 traffic.cache_hits, traffic.bytes, traffic.wire_bytes}) {
        values[column++] = Int64GetDatum(static_cast<int64>(count));
    }
    const uint64_t requests = traffic.requests > 0 ? traffic.requests : 1;
    for (const double time : {milliseconds(traffic.microseconds),
                              milliseconds(traffic.microseconds) / static_cast<double>(requests),
                              milliseconds(traffic.longest), milliseconds(traffic.waited)}) {
        values[column++] = Float8GetDatum(time);
    }
    nulls[column] = limit == nullptr;
    values[column++] = Int32GetDatum(limit != nullptr ? *limit : 0);
    values[column] = TimestampTzGetDatum(since);
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Oid server_named(const char* name) {
    ForeignServer* server = GetForeignServerByName(name, true);
    if (server == nullptr ||
        strcmp(GetForeignDataWrapper(server->fdwid)->fdwname, "moodle_fdw") != 0) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                        errmsg("there is no moodle instance \"%s\"", name),
                        errhint("SELECT name FROM moodle_fdw.instances lists them.")));
    }
    return server->serverid;
}

}  // namespace

extern "C" {

// Who may use an instance sees what was asked of it; who may see all statistics, everything.
PGDLLEXPORT Datum moodle_fdw_instance_stats(PG_FUNCTION_ARGS) {
    moodle_init_set(fcinfo);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    const bool sees_all = has_privs_of_role(GetUserId(), MOODLE_ROLE_READ_ALL_STATS);
    auto* counted = pg::make_owned<Counted>(CurrentMemoryContext);
    pg::shield([&](pg::Report&) { counted->rows = pg::read_instance_stats(counted->rest); });
    for (const net::TrafficTable::Row& row : counted->rows) {
        const ForeignServer* server = GetForeignServerExtended(row.server, FSV_MISSING_OK);
        if (server == nullptr) {
            // Nobody will ask for it again: its rows are for others.
            pg::forget_instance_stats(row.server);
            continue;
        }
        if (!sees_all && moodle_server_usage(row.server) != ACLCHECK_OK) continue;
        int limit = 0;
        const bool known = pg::concurrency_limit(row.server, limit);
        put_row(result, server->servername, row.function, row.traffic, known ? &limit : nullptr,
                row.since);
    }
    if (sees_all && counted->rest.traffic.requests > 0) {
        put_row(result, nullptr, nullptr, counted->rest.traffic, nullptr, counted->rest.since);
    }
    return Datum{0};
}

PGDLLEXPORT Datum moodle_fdw_reset_instance_stats(PG_FUNCTION_ARGS) {
    pg::forget_instance_stats(
        PG_ARGISNULL(0) ? InvalidOid : server_named(text_to_cstring(PG_GETARG_TEXT_PP(0))));
    PG_RETURN_VOID();
}

PGDLLEXPORT Datum moodle_fdw_quiet_until(PG_FUNCTION_ARGS) {
    TimestampTz until = 0;
    if (!pg::is_quiet(server_named(text_to_cstring(PG_GETARG_TEXT_PP(0))), until)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_TIMESTAMPTZ(until);
}
}
