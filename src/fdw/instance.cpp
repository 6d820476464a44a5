// moodle_fdw.add_instance() and moodle_fdw.attach_database(): in C because of the token and the
// password, which must stand in no statement's text and in no logged statement when something
// fails.
#include "fdw/user_mapping.h"

extern "C" {
#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "parser/parse_func.h"

PG_FUNCTION_INFO_V1(moodle_fdw_add_instance);
PG_FUNCTION_INFO_V1(moodle_fdw_attach_database);
}

namespace {

namespace fdw = moodle_fdw::fdw;

// The arguments of `fcinfo` named by `places`, without the secret, go to a function of SQL.
void call_sql(const char* statement, FunctionCallInfo fcinfo, const int* places, const Oid* types,
              int count) {
    constexpr int kMost = 10;
    Datum values[kMost];
    Oid argument_types[kMost];
    char nulls[kMost];
    Assert(count <= kMost);
    for (int i = 0; i < count; i++) {
        values[i] = PG_ARGISNULL(places[i]) ? Datum{0} : PG_GETARG_DATUM(places[i]);
        nulls[i] = PG_ARGISNULL(places[i]) ? 'n' : ' ';
        argument_types[i] = types[i];
    }
    if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
    SPI_execute_with_args(statement, count, argument_types, values, nulls, false, 0);
    SPI_finish();
    CommandCounterIncrement();
}

char* text_argument(FunctionCallInfo fcinfo, int place) {
    return PG_ARGISNULL(place) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(place));
}

char* encoded_value(SPITupleTable* table, uint64 row, int column) {
    return SPI_getvalue(table->vals[row], table->tupdesc, column);
}

// What a first look at the site finds. Told from here, since a NOTICE of a function in SQL would
// write the caller's statement, token and all, into the log as its context.
void tell_check(Datum name) {
    Oid types[] = {TEXTOID};
    Datum values[] = {name};
    List* function =
        list_make2(makeString(pstrdup("moodle_fdw")), makeString(pstrdup("short_check")));
    // The library may be newer than the extension's objects, until ALTER EXTENSION … UPDATE.
    if (!OidIsValid(LookupFuncName(function, 1, types, true))) return;
    if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
    SPI_execute_with_args("SELECT said, remedy FROM moodle_fdw.short_check($1)", 1, types, values,
                          nullptr, false, 0);
    SPITupleTable* table = SPI_tuptable;
    for (uint64 row = 0; row < SPI_processed; row++) {
        const char* said = encoded_value(table, row, 1);
        const char* remedy = encoded_value(table, row, 2);
        ereport(NOTICE, (errmsg("%s", said != nullptr ? said : ""),
                         remedy != nullptr ? errhint("%s", remedy) : 0, errhidestmt(true),
                         errhidecontext(true)));
    }
    SPI_finish();
}

}  // namespace

extern "C" {

PGDLLEXPORT Datum moodle_fdw_add_instance(PG_FUNCTION_ARGS) {
    fdw::hide_secrets([&] {
        const int places[] = {0, 1, 3};
        const Oid types[] = {TEXTOID, TEXTOID, JSONBOID};
        call_sql("SELECT moodle_fdw.build_instance($1, $2, $3)", fcinfo, places, types, 3);
        const fdw::MappingOption token{"token", text_argument(fcinfo, 2)};
        fdw::create_user_mapping(text_argument(fcinfo, 0), &token, 1);
        CommandCounterIncrement();
        tell_check(PG_GETARG_DATUM(0));
    });
    PG_RETURN_VOID();
}

// (instance, kind, host, port, dbname, username, password, prefix, time_zone, options)
PGDLLEXPORT Datum moodle_fdw_attach_database(PG_FUNCTION_ARGS) {
    fdw::hide_secrets([&] {
        const int places[] = {0, 1, 2, 3, 4, 5, 7, 8, 9};
        const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, INT4OID, TEXTOID,
                             TEXTOID, TEXTOID, TEXTOID, JSONBOID};
        call_sql("SELECT moodle_fdw.build_database($1, $2, $3, $4, $5, $6, $7, $8, $9)", fcinfo,
                 places, types, 9);
        const char* kind = text_argument(fcinfo, 1);
        const char* user_option =
            kind != nullptr && strcmp(kind, "mysql") == 0 ? "username" : "user";
        fdw::MappingOption options[2];
        int count = 0;
        if (!PG_ARGISNULL(5)) options[count++] = {user_option, text_argument(fcinfo, 5)};
        if (!PG_ARGISNULL(6)) options[count++] = {"password", text_argument(fcinfo, 6)};
        fdw::create_user_mapping(psprintf("%s_db", text_argument(fcinfo, 0)), options, count);
        call_sql("SELECT moodle_fdw.import_database($1)", fcinfo, places, types, 1);
    });
    PG_RETURN_VOID();
}
}
