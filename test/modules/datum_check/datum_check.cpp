// SQL functions over src/pg/datum and src/pg/jsonb_writer, for the tests of this folder.
#include <algorithm>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "moodle/json.h"
#include "net/inbox.h"
#include "pg/datum.h"
#include "pg/json_number.h"
#include "pg/jsonb_writer.h"
#include "moodle/md5.h"
#include "random_json.h"

extern "C" {
#include "mb/pg_wchar.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(datum_check_identical);
PG_FUNCTION_INFO_V1(datum_check_make);
PG_FUNCTION_INFO_V1(datum_check_supports);
PG_FUNCTION_INFO_V1(datum_check_numeric_identical);
PG_FUNCTION_INFO_V1(datum_check_md5);
PG_FUNCTION_INFO_V1(datum_check_random);
PG_FUNCTION_INFO_V1(datum_check_speed);
}

namespace {

using namespace moodle_fdw;

// Static, so that an ereport leaves no C++ object behind; the frames of this file hold none while
// they call PostgreSQL. Heap memory of the exact size shows a read past the padding to valgrind.
struct Parsed {
    std::unique_ptr<char[]> record;
    moodle::Tape tape;
};
std::optional<Parsed> parsed;

// False when the text is no JSON for us.
bool parse(const char* utf8) {
    const size_t size = strlen(utf8);
    parsed.emplace();
    parsed->record.reset(new char[size + net::Inbox::kPadding]);
    memcpy(parsed->record.get(), utf8, size);
    memset(parsed->record.get() + size, 0, net::Inbox::kPadding);
    return parsed->tape.parse({parsed->record.get(), size}) == moodle::JsonError::None;
}

const char* utf8_argument(text* argument) {
    char* served = text_to_cstring(argument);
    return reinterpret_cast<const char*>(pg_do_encoding_conversion(
        reinterpret_cast<unsigned char*>(served), static_cast<int>(strlen(served)),
        GetDatabaseEncoding(), PG_UTF8));
}

[[noreturn]] void raise(const pg::DatumProblem& problem) {
    const char* state = problem.sqlstate;
    ereport(ERROR, (errcode(MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4])),
                    errmsg("%s", problem.text)));
    abort();
}

// What jsonb_in says to the same text; NULL when it refuses it.
struct varlena* by_postgres(const char* text) {
    volatile Datum made = 0;
    MemoryContext caller = CurrentMemoryContext;
    PG_TRY();
    { made = DirectFunctionCall1(jsonb_in, CStringGetDatum(text)); }
    PG_CATCH();
    {
        MemoryContextSwitchTo(caller);
        FlushErrorState();
    }
    PG_END_TRY();
    return reinterpret_cast<struct varlena*>(DatumGetPointer(made));
}

size_t first_difference(const char* a, const char* b, size_t count) {
    size_t i = 0;
    while (i < count && a[i] == b[i]) i++;
    return i;
}

const char* kTypeNames[] = {"bigint", "numeric", "text",     "boolean", "timestamptz",
                            "jsonb",  "text[]",  "bigint[]", "md5"};

moodle::ColumnType type_argument(text* argument) {
    const char* name = text_to_cstring(argument);
    for (size_t i = 0; i < lengthof(kTypeNames); i++)
        if (strcmp(name, kTypeNames[i]) == 0) return static_cast<moodle::ColumnType>(i);
    elog(ERROR, "no such column type: %s", name);
    abort();
}

}  // namespace

// identical(text) → bool: are the bytes of our jsonb those of jsonb_in? Refused by both: true.
extern "C" Datum datum_check_identical(PG_FUNCTION_ARGS) {
    struct varlena* expected = by_postgres(text_to_cstring(PG_GETARG_TEXT_PP(0)));
    pg::DatumProblem problem = {"", "not JSON"};
    Datum made = 0;
    bool good = parse(utf8_argument(PG_GETARG_TEXT_PP(0)));
    good = good && pg::make_jsonb(moodle::Value(parsed->tape, 0), made, problem);
    if (!good || expected == nullptr) {
        if (good != (expected != nullptr))
            elog(NOTICE, "ours: %s, PostgreSQL: %s", good ? "taken" : problem.text,
                 expected != nullptr ? "taken" : "refused");
        PG_RETURN_BOOL(good == (expected != nullptr));
    }
    const auto* ours = reinterpret_cast<struct varlena*>(DatumGetPointer(made));
    const size_t size = VARSIZE_ANY(expected);
    const size_t our_size = VARSIZE_ANY(ours);
    const size_t same =
        first_difference(reinterpret_cast<const char*>(ours),
                         reinterpret_cast<const char*>(expected), std::min(size, our_size));
    if (size != our_size || same != size)
        elog(NOTICE, "differs at byte %zu; ours %zu bytes, PostgreSQL's %zu", same, our_size, size);
    PG_RETURN_BOOL(size == our_size && same == size);
}

// make(json, column type, SQL type, typmod) → what the datum prints as. NULL json: no such key.
extern "C" Datum datum_check_make(PG_FUNCTION_ARGS) {
    const moodle::ColumnType type = type_argument(PG_GETARG_TEXT_PP(1));
    const Oid sql_type = PG_GETARG_OID(2);
    moodle::Value value;
    if (!PG_ARGISNULL(0)) {
        if (!parse(utf8_argument(PG_GETARG_TEXT_PP(0)))) elog(ERROR, "not JSON");
        value = moodle::Value(parsed->tape, 0);
    }
    if (!pg::DatumMaker::supports(type, sql_type)) elog(ERROR, "not supported");
    pg::DatumMaker maker(type, sql_type, PG_GETARG_INT32(3));
    pg::DatumProblem problem = {"XX000", "not filled in"};
    Datum datum;
    bool isnull;
    if (!maker.make(value, datum, isnull, problem)) raise(problem);
    if (isnull) PG_RETURN_NULL();
    Oid output;
    bool is_varlena;
    getTypeOutputInfo(sql_type, &output, &is_varlena);
    PG_RETURN_TEXT_P(cstring_to_text(OidOutputFunctionCall(output, datum)));
}

extern "C" Datum datum_check_supports(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(pg::DatumMaker::supports(type_argument(PG_GETARG_TEXT_PP(0)), PG_GETARG_OID(1)));
}

// numeric_identical(text) → bool: numeric_bytes against numeric_in, byte for byte.
extern "C" Datum datum_check_numeric_identical(PG_FUNCTION_ARGS) {
    char* served = text_to_cstring(PG_GETARG_TEXT_PP(0));
    volatile Datum expected = 0;
    MemoryContext caller = CurrentMemoryContext;
    PG_TRY();
    {
        expected = DirectFunctionCall3(numeric_in, CStringGetDatum(served),
                                       ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(caller);
        FlushErrorState();
    }
    PG_END_TRY();
    auto* ours = static_cast<char*>(palloc(pg::numeric_bound(strlen(served))));
    const size_t size = pg::numeric_bytes(std::string_view(served), ours);
    const auto* theirs = reinterpret_cast<char*>(DatumGetPointer(expected));
    if (theirs == nullptr || size == 0) PG_RETURN_BOOL(theirs == nullptr && size == 0);
    PG_RETURN_BOOL(VARSIZE_ANY(theirs) == size && memcmp(theirs, ours, size) == 0);
}

extern "C" Datum datum_check_md5(PG_FUNCTION_ARGS) {
    text* argument = PG_GETARG_TEXT_PP(0);
    auto* digest = static_cast<char*>(palloc(VARHDRSZ + moodle::kMd5Size));
    const moodle::Md5Digest made =
        moodle::md5({VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument)});
    memcpy(VARDATA(digest), made.data(), made.size());
    SET_VARSIZE(digest, VARHDRSZ + moodle::kMd5Size);
    PG_RETURN_BYTEA_P(digest);
}

extern "C" Datum datum_check_random(PG_FUNCTION_ARGS) {
    // Static: what a palloc failure would jump over.
    static std::string made;
    made = datum_check::random_json(static_cast<uint64_t>(PG_GETARG_INT64(0)));
    PG_RETURN_TEXT_P(cstring_to_text_with_len(made.data(), static_cast<int>(made.size())));
}

// speed(records, rounds, what) → MB a second of CPU for "parse", "jsonb", "md5" (each with the
// parsing that it needs), "row" (all of them), or "jsonb_in".
extern "C" Datum datum_check_speed(PG_FUNCTION_ARGS) {
    const int rounds = PG_GETARG_INT32(1);
    const char* what = text_to_cstring(PG_GETARG_TEXT_PP(2));
    const bool row = strcmp(what, "row") == 0;
    const bool jsonb = row || strcmp(what, "jsonb") == 0;
    const bool md5 = row || strcmp(what, "md5") == 0;
    const bool jsonb_by_text = strcmp(what, "jsonb_in") == 0;
    Datum* texts;
    int count;
    deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, 'i', &texts, nullptr, &count);
    auto** records = static_cast<char**>(palloc(sizeof(char*) * static_cast<size_t>(count)));
    auto* sizes = static_cast<size_t*>(palloc(sizeof(size_t) * static_cast<size_t>(count)));
    double bytes = 0;
    for (int i = 0; i < count; i++) {
        const char* served = TextDatumGetCString(texts[i]);
        sizes[i] = strlen(served);
        records[i] = static_cast<char*>(palloc0(sizes[i] + net::Inbox::kPadding));
        memcpy(records[i], served, sizes[i]);
        bytes += static_cast<double>(sizes[i]);
    }
    static moodle::Tape tape;
    pg::DatumMaker jsonb_maker(moodle::ColumnType::Jsonb, JSONBOID, -1);
    pg::DatumMaker md5_maker(moodle::ColumnType::Md5, BYTEAOID, -1);
    MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "row", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(context);
    const clock_t start = clock();
    for (int i = 0; i < rounds * count; i++) {
        const int at = i % count;
        Datum datum;
        bool isnull;
        pg::DatumProblem problem;
        if (jsonb_by_text) {
            DirectFunctionCall1(jsonb_in, CStringGetDatum(records[at]));
        } else {
            if (tape.parse({records[at], sizes[at]}) != moodle::JsonError::None)
                elog(ERROR, "not JSON");
            const moodle::Value value(tape, 0);
            if (jsonb && !jsonb_maker.make(value, datum, isnull, problem)) raise(problem);
            if (md5 && !md5_maker.make(value, datum, isnull, problem)) raise(problem);
        }
        MemoryContextReset(context);
    }
    const double spent = static_cast<double>(clock() - start) / CLOCKS_PER_SEC;
    MemoryContextSwitchTo(caller);
    PG_RETURN_FLOAT8(bytes * rounds / 1e6 / spent);
}
