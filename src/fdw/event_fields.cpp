// Fields of Moodle's log as values of SQL, for moodle_fdw.load_events(): moodle_fdw.event_other()
// and moodle_fdw.masked_ip(). Millions of rows go through them, and none may fail.
#include <sys/socket.h>

#include <cstring>
#include <string_view>

#include "moodle/json.h"
#include "net/inbox.h"
#include "pg/datum_problem.h"
#include "pg/guard.h"
#include "pg/jsonb_writer.h"
#include "pg/pg.h"

extern "C" {
#include "mb/pg_wchar.h"
#include "utils/inet.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(moodle_fdw_event_other);
PG_FUNCTION_INFO_V1(moodle_fdw_masked_ip);
}

namespace {

namespace moodle = moodle_fdw::moodle;
namespace net = moodle_fdw::net;
namespace pg = moodle_fdw::pg;

// More than this in one event is no description of it any more.
constexpr size_t kLongestOther = size_t{1} << 20;

// The network of an address as text: 192.0.2.77 → 192.0.2.0, 2001:db8:1:2::3 → 2001:db8:1::. Of
// 128 bits the first 48 are what a provider gives a site.
constexpr int kKeptBits4 = 24;
constexpr int kKeptBits6 = 48;

}  // namespace

extern "C" {

// What Moodle wrote into `other`: JSON, where the site's log store is set so (jsonformat, the
// default since 3.7), else PHP's serialisation, which is left as text under the key "php".
PGDLLEXPORT Datum moodle_fdw_event_other(PG_FUNCTION_ARGS) {
    text* other = PG_GETARG_TEXT_PP(0);
    const size_t size = VARSIZE_ANY_EXHDR(other);
    const std::string_view words{VARDATA_ANY(other), size};
    if (size == 0 || size > kLongestOther || words == "null" || words == "N;") PG_RETURN_NULL();
    if (GetDatabaseEncoding() == PG_UTF8) {
        auto* padded = static_cast<char*>(palloc(size + net::Inbox::kPadding));
        memcpy(padded, words.data(), size);
        memset(padded + size, 0, net::Inbox::kPadding);
        static moodle::Tape tape;  // keeps its memory from one event to the next
        moodle::JsonError error = moodle::JsonError::None;
        pg::shield([&](pg::Report&) { error = tape.parse({padded, size}); });
        Datum made = 0;
        pg::DatumProblem problem;
        if (error == moodle::JsonError::None &&
            pg::make_jsonb(moodle::Value(tape, 0), made, problem)) {
            PG_RETURN_DATUM(made);
        }
    }
    JsonbParseState* state = nullptr;
    JsonbValue part;
    pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
    part.type = jbvString;
    part.val.string.val = const_cast<char*>("php");
    part.val.string.len = 3;
    pushJsonbValue(&state, WJB_KEY, &part);
    part.val.string.val = const_cast<char*>(words.data());
    part.val.string.len = static_cast<int>(size);
    pushJsonbValue(&state, WJB_VALUE, &part);
    PG_RETURN_JSONB_P(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
}

// NULL for what is no address.
PGDLLEXPORT Datum moodle_fdw_masked_ip(PG_FUNCTION_ARGS) {
    text* address = PG_GETARG_TEXT_PP(0);
    constexpr size_t kLongest = sizeof "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255";
    char words[kLongest + 1];
    const size_t size = VARSIZE_ANY_EXHDR(address);
    if (size == 0 || size > kLongest) PG_RETURN_NULL();
    memcpy(words, VARDATA_ANY(address), size);
    words[size] = '\0';
    unsigned char bytes[16];
    const bool is_v6 = strchr(words, ':') != nullptr;
    const int family = is_v6 ? PGSQL_AF_INET6 : PGSQL_AF_INET;
    const int width = is_v6 ? 128 : 32;
    if (pg_inet_net_pton(family, words, bytes, -1) != width) PG_RETURN_NULL();
    const int kept = (is_v6 ? kKeptBits6 : kKeptBits4) / 8;
    memset(bytes + kept, 0, static_cast<size_t>(width / 8 - kept));
    char shown[64];
    if (pg_inet_net_ntop(family, bytes, width, shown, sizeof shown) == nullptr) PG_RETURN_NULL();
    PG_RETURN_TEXT_P(cstring_to_text(shown));
}
}
