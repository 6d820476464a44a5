// Fields of a record as values of SQL, for the staging loaders: moodle_fdw.json_numeric(),
// json_bigint() and json_flag(). What is no such value is NULL, never an error, and a field is
// looked up once; the same by casts and jsonb_typeof() takes twice the time.
#include <cctype>
#include <cstring>
#include <string_view>

#include "pg/pg.h"

extern "C" {
#include "utils/jsonb.h"
#include "utils/numeric.h"

PG_FUNCTION_INFO_V1(moodle_fdw_json_numeric);
PG_FUNCTION_INFO_V1(moodle_fdw_json_bigint);
PG_FUNCTION_INFO_V1(moodle_fdw_json_flag);
}

namespace {

// No grade, id or time is longer; numeric_in() would take hundreds of thousands of digits.
constexpr size_t kLongestNumber = 100;

bool find_field(FunctionCallInfo fcinfo, JsonbValue& value) {
    Jsonb* record = PG_GETARG_JSONB_P(0);
    text* name = PG_GETARG_TEXT_PP(1);
    if (!JB_ROOT_IS_OBJECT(record)) return false;
    return getKeyJsonValueFromContainer(&record->root, VARDATA_ANY(name),
                                        static_cast<int>(VARSIZE_ANY_EXHDR(name)),
                                        &value) != nullptr;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isspace(static_cast<unsigned char>(text.front())) != 0)
        text.remove_prefix(1);
    while (!text.empty() && isspace(static_cast<unsigned char>(text.back())) != 0)
        text.remove_suffix(1);
    return text;
}

size_t skip_digits(std::string_view& text) {
    size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
    text.remove_prefix(count);
    return count;
}

void skip_sign(std::string_view& text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
}

// [sign] digits [. digits] [e [sign] one or two digits]
bool is_number(std::string_view text) {
    if (text.size() > kLongestNumber) return false;
    skip_sign(text);
    if (skip_digits(text) == 0) return false;
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        skip_digits(text);
    }
    if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
        text.remove_prefix(1);
        skip_sign(text);
        const size_t digits = skip_digits(text);
        if (digits == 0 || digits > 2) return false;
    }
    return text.empty();
}

// Of a string, the number that it holds; nullptr where there is none.
Numeric as_numeric(const JsonbValue& value) {
    if (value.type == jbvNumeric) return value.val.numeric;
    if (value.type != jbvString) return nullptr;
    const std::string_view text =
        trimmed({value.val.string.val, static_cast<size_t>(value.val.string.len)});
    if (!is_number(text)) return nullptr;
    return DatumGetNumeric(DirectFunctionCall3(numeric_in,
                                               CStringGetDatum(pnstrdup(text.data(), text.size())),
                                               ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

bool fits_bigint(Numeric number) {
    static Numeric least = nullptr;
    static Numeric greatest = nullptr;
    if (greatest == nullptr) {
        MemoryContext caller = MemoryContextSwitchTo(TopMemoryContext);
        least = DatumGetNumeric(DirectFunctionCall1(int8_numeric, Int64GetDatum(PG_INT64_MIN)));
        greatest = DatumGetNumeric(DirectFunctionCall1(int8_numeric, Int64GetDatum(PG_INT64_MAX)));
        MemoryContextSwitchTo(caller);
    }
    return DatumGetBool(
               DirectFunctionCall2(numeric_ge, NumericGetDatum(number), NumericGetDatum(least))) &&
           DatumGetBool(
               DirectFunctionCall2(numeric_le, NumericGetDatum(number), NumericGetDatum(greatest)));
}

}  // namespace

extern "C" {

PGDLLEXPORT Datum moodle_fdw_json_numeric(PG_FUNCTION_ARGS) {
    JsonbValue value;
    if (!find_field(fcinfo, value)) PG_RETURN_NULL();
    Numeric number = as_numeric(value);
    if (number == nullptr) PG_RETURN_NULL();
    // The record's own bytes may go before the result does.
    auto* copy = static_cast<char*>(palloc(VARSIZE_ANY(number)));
    memcpy(copy, number, VARSIZE_ANY(number));
    PG_RETURN_NUMERIC(reinterpret_cast<Numeric>(copy));
}

// A fraction is rounded; what bigint does not hold is NULL.
PGDLLEXPORT Datum moodle_fdw_json_bigint(PG_FUNCTION_ARGS) {
    JsonbValue value;
    if (!find_field(fcinfo, value)) PG_RETURN_NULL();
    Numeric number = as_numeric(value);
    if (number == nullptr || !fits_bigint(number)) PG_RETURN_NULL();
    PG_RETURN_DATUM(DirectFunctionCall1(numeric_int8, NumericGetDatum(number)));
}

// Moodle serves flags as true and false, as 1 and 0, or as these in strings.
PGDLLEXPORT Datum moodle_fdw_json_flag(PG_FUNCTION_ARGS) {
    JsonbValue value;
    if (!find_field(fcinfo, value)) PG_RETURN_NULL();
    if (value.type == jbvBool) PG_RETURN_INT32(value.val.boolean ? 1 : 0);
    if (value.type == jbvString) {
        const std::string_view text =
            trimmed({value.val.string.val, static_cast<size_t>(value.val.string.len)});
        if (text == "true") PG_RETURN_INT32(1);
        if (text == "false") PG_RETURN_INT32(0);
    }
    Numeric number = as_numeric(value);
    if (number == nullptr || !fits_bigint(number)) PG_RETURN_NULL();
    const int64 flag = DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(number)));
    if (flag != 0 && flag != 1) PG_RETURN_NULL();
    PG_RETURN_INT32(static_cast<int32>(flag));
}

}  // extern "C"
