// The C functions behind moodle_fdw.instance_stats and its reset, and quiet_until().
#include <map>
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

struct Limit {
    bool known = false;
    int requests = 0;
    bool shared = false;
};

struct Counted {
    std::vector<net::TrafficTable::Row> rows;
    net::TrafficTable::Rest rest;
    std::map<Oid, Limit> limits;  // of this database's servers
};

double milliseconds(uint64_t microseconds) {
    return static_cast<double>(microseconds) / 1000;
}

void put_row(ReturnSetInfo* result, const char* instance, const char* function,
             const net::Traffic& traffic, const Limit& limit, TimestampTz since) {
    constexpr int kColumns = 15;
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
    nulls[column] = nulls[column + 1] = !limit.known;
    values[column++] = Int32GetDatum(limit.requests);
    values[column++] = BoolGetDatum(limit.shared);
    values[column] = TimestampTzGetDatum(since);
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

// What nobody will ask for again leaves its rows to others.
bool is_lost(const net::TrafficTable::Row& row) {
    if (row.database == MyDatabaseId) {
        return !SearchSysCacheExists1(FOREIGNSERVEROID, ObjectIdGetDatum(row.server));
    }
    return !SearchSysCacheExists1(DATABASEOID, ObjectIdGetDatum(row.database));
}

void read_counted(Counted& counted) {
    pg::shield([&](pg::Report&) {
        counted.rows = pg::read_instance_stats(counted.rest);
        for (const net::TrafficTable::Row& row : counted.rows) {
            if (row.database != MyDatabaseId || counted.limits.contains(row.server)) continue;
            Limit limit;
            limit.known = pg::concurrency_limit(row.server, limit.requests, limit.shared);
            counted.limits[row.server] = limit;
        }
    });
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
    read_counted(*counted);
    for (const net::TrafficTable::Row& row : counted->rows) {
        if (is_lost(row)) {
            pg::forget_instance_stats(row.database, row.server);
            continue;
        }
        if (row.database != MyDatabaseId) continue;
        if (!sees_all && moodle_server_usage(row.server) != ACLCHECK_OK) continue;
        put_row(result, GetForeignServer(row.server)->servername, row.function, row.traffic,
                counted->limits[row.server], row.since);
    }
    if (sees_all && counted->rest.traffic.requests > 0) {
        put_row(result, nullptr, nullptr, counted->rest.traffic, {}, counted->rest.since);
    }
    return Datum{0};
}

PGDLLEXPORT Datum moodle_fdw_reset_instance_stats(PG_FUNCTION_ARGS) {
    const bool all = PG_ARGISNULL(0);
    pg::forget_instance_stats(
        MyDatabaseId, all ? InvalidOid : server_named(text_to_cstring(PG_GETARG_TEXT_PP(0))));
    if (all) pg::forget_rest_of_stats();
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
