// The C functions behind the view moodle_fdw.cache and moodle_fdw.clear_cache().
#include <vector>

#include "pg/answer_cache.h"
#include "pg/connection.h"
#include "pg/memory.h"

extern "C" {
#include "catalog/pg_authid.h"

PG_FUNCTION_INFO_V1(moodle_fdw_kept_answers);
PG_FUNCTION_INFO_V1(moodle_fdw_clear_cache);
}

namespace {

namespace moodle = moodle_fdw::moodle;
namespace pg = moodle_fdw::pg;

// Of a request's arguments; more is seldom read, and never all that somebody searched for.
constexpr int kShownArguments = 200;

bool owns_server(Oid server) {
    return has_privs_of_role(GetUserId(), GetForeignServer(server)->owner);
}

// As with the options of mappings: to whom a mapping is for; of those for PUBLIC, to the server's
// owner. And to who may see what others do.
bool may_see(const moodle::AnswerOwner& owner) {
    if (has_privs_of_role(GetUserId(), MOODLE_ROLE_READ_ALL_STATS)) return true;
    if (OidIsValid(owner.role)) return owner.role == GetUserId();
    return owns_server(owner.server);
}

bool may_clear(const moodle::AnswerOwner& owner) {
    if (owner.role == GetUserId() || owns_server(owner.server)) return true;
    // Who uses the mapping for everyone could as well go past the cache.
    return !OidIsValid(owner.role) && moodle_server_usage(owner.server) == ACLCHECK_OK;
}

bool server_exists(Oid server) {
    return SearchSysCacheExists1(FOREIGNSERVEROID, ObjectIdGetDatum(server));
}

// What stands between `begin` and the next '&'; `at` is then behind that.
const char* next_field(const char* text, const char* begin, size_t* at) {
    const size_t skipped = strncmp(text + *at, begin, strlen(begin)) == 0 ? strlen(begin) : 0;
    const char* field = text + *at + skipped;
    const size_t length = strcspn(field, "&");
    *at += skipped + length + (field[length] == '&');
    return pnstrdup(field, length);
}

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

// As it was before it was encoded for the wire, as far as that is ASCII: what is left encoded can
// be shown in every database.
char* readable(const char* encoded) {
    StringInfoData text;
    initStringInfo(&text);
    for (const char* c = encoded; *c != '\0'; c++) {
        if (text.len >= kShownArguments) {
            appendStringInfoString(&text, "...");
            break;
        }
        const int high = *c == '%' ? hex_value(c[1]) : -1;
        const int low = high >= 0 ? hex_value(c[2]) : -1;
        const int value = high * 16 + low;
        if (low >= 0 && value >= ' ' && value < 0x7f) {
            appendStringInfoChar(&text, static_cast<char>(value));
            c += 2;
        } else {
            appendStringInfoString(&text, *c == '&' ? ", " : pnstrdup(c, 1));
        }
    }
    return text.data;
}

Datum interval_of(moodle_fdw::net::Milliseconds time) {
    return DirectFunctionCall7(make_interval, Int32GetDatum(0), Int32GetDatum(0), Int32GetDatum(0),
                               Int32GetDatum(0), Int32GetDatum(0), Int32GetDatum(0),
                               Float8GetDatum(static_cast<double>(time.count()) / 1000));
}

void store_kept(ReturnSetInfo* result, const moodle::KeptSummary& kept) {
    Datum values[8];
    bool nulls[8] = {};
    size_t at = 0;
    const char* request = kept.request.c_str();
    const char* function = next_field(request, "wsfunction=", &at);
    next_field(request, "moodlewsrestformat=", &at);
    const auto left = (kept.most_age - kept.age).count() * 1000;
    values[0] = CStringGetTextDatum(GetForeignServer(kept.owner.server)->servername);
    const char* role =
        OidIsValid(kept.owner.role) ? GetUserNameFromId(kept.owner.role, true) : "public";
    values[1] = role != nullptr ? CStringGetTextDatum(role) : Datum{0};
    nulls[1] = role == nullptr;
    values[2] = CStringGetTextDatum(function);
    values[3] = CStringGetTextDatum(readable(request + at));
    values[4] = Int64GetDatum(static_cast<int64>(kept.bytes));
    values[5] = interval_of(kept.age);
    values[6] = TimestampTzGetDatum(GetCurrentTimestamp() + left);
    values[7] = Int64GetDatum(static_cast<int64>(kept.hits));
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

bool is_meant(const moodle::AnswerOwner& owner, const void* context) {
    const Oid only = *static_cast<const Oid*>(context);
    if (OidIsValid(only) && owner.server != only) return false;
    return server_exists(owner.server) && may_clear(owner);
}

}  // namespace

extern "C" {

PGDLLEXPORT Datum moodle_fdw_kept_answers(PG_FUNCTION_ARGS) {
    moodle_init_set(fcinfo);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    if (pg::answer_table() == nullptr) return Datum{0};
    pg::forget_outdated_answers();
    auto* kept = pg::make_owned<std::vector<moodle::KeptSummary>>(CurrentMemoryContext);
    pg::shield([&](pg::Report&) {
        *kept = pg::answer_table()->list(MyDatabaseId, moodle_fdw::net::Clock::now());
    });
    for (const moodle::KeptSummary& one : *kept) {
        if (server_exists(one.owner.server) && may_see(one.owner)) store_kept(result, one);
    }
    return Datum{0};
}

PGDLLEXPORT Datum moodle_fdw_clear_cache(PG_FUNCTION_ARGS) {
    Oid only = InvalidOid;
    if (!PG_ARGISNULL(0)) {
        only = pg::usable_server(text_to_cstring(PG_GETARG_TEXT_PP(0)))->serverid;
    }
    PG_RETURN_INT64(pg::forget_answers_if(is_meant, &only));
}
}
