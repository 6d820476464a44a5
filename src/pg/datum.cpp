#include "pg/datum.h"

#include <algorithm>
#include <type_traits>

#include "pg/json_number.h"
#include "pg/characters.h"
#include "pg/jsonb_writer.h"

extern "C" {
#include "utils/date.h"
#include "utils/fmgrprotos.h"
}

namespace moodle_fdw::pg {

namespace {

using moodle::ColumnType;
using moodle::JsonType;
using moodle::kMd5Size;
using moodle::Md5Digest;
using moodle::Value;

static_assert(std::is_trivially_destructible_v<DatumMaker>);
static_assert(std::is_trivially_destructible_v<Value>);

Oid natural_type(ColumnType type) {
    switch (type) {
        case ColumnType::Bigint:
            return INT8OID;
        case ColumnType::Numeric:
            return NUMERICOID;
        case ColumnType::Text:
            return TEXTOID;
        case ColumnType::Boolean:
            return BOOLOID;
        case ColumnType::Timestamp:
            return TIMESTAMPTZOID;
        case ColumnType::Jsonb:
            return JSONBOID;
        case ColumnType::TextArray:
            return TEXTARRAYOID;
        case ColumnType::BigintArray:
            return INT8ARRAYOID;
        case ColumnType::Md5:
            return BYTEAOID;
    }
    return InvalidOid;
}

const char* wanted(ColumnType type) {
    switch (type) {
        case ColumnType::Bigint:
            return "a whole number";
        case ColumnType::Numeric:
            return "a number";
        case ColumnType::Boolean:
            return "true or false";
        case ColumnType::Timestamp:
            return "a time in seconds since 1970";
        case ColumnType::TextArray:
        case ColumnType::BigintArray:
            return "an array";
        default:
            return "a value";
    }
}

bool is_text_type(Oid type) {
    return type == TEXTOID || type == VARCHAROID || type == BPCHAROID;
}

bool is_number_type(Oid type) {
    return type == INT2OID || type == INT4OID || type == INT8OID || type == NUMERICOID ||
           type == FLOAT4OID || type == FLOAT8OID;
}

// Types that have the natural one's datum and no rules of their own.
bool same_datum(ColumnType type, Oid sql_type, int32 typmod) {
    if (typmod >= 0) return false;
    return sql_type == natural_type(type) || (type == ColumnType::Text && sql_type == VARCHAROID) ||
           (type == ColumnType::Jsonb && (sql_type == JSONOID || sql_type == TEXTOID));
}

// The value as it was served; a string with its quotes.
std::string_view served(const Value& value) {
    const std::string_view text = value.text();
    if (value.type() != JsonType::String) return text;
    return {text.data() - 1, text.size() + 2};
}

// A refusal that says what stood there instead.
bool refuse_value(const Value& value, const char* sqlstate, const char* wish,
                  DatumProblem& problem) {
    char shown[80];
    excerpt(served(value), shown, sizeof shown);
    return refuse(problem, sqlstate, "%s was expected, found %s", wish, shown);
}

bool is_number(const Value& value) {
    return value.type() == JsonType::Integer || value.type() == JsonType::Real;
}

bool is_empty_string(const Value& value) {
    return value.type() == JsonType::String && value.token().length == 0;
}

bool is_whole(std::string_view text) {
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool read_int64(const Value& value, int64_t& result, DatumProblem& problem) {
    const JsonType type = value.type();
    const std::string_view text = value.text();
    if (type == JsonType::Integer || type == JsonType::String) {
        if (plain_int64(text, result)) return true;
    }
    Decimal decimal;
    const bool readable = (type == JsonType::String ? is_whole(text) : is_number(value)) &&
                          read_decimal(text, decimal);
    const Fit fit = readable ? to_int64(decimal, result) : Fit::NotWhole;
    if (fit == Fit::Yes) return true;
    return refuse_value(
        value, fit == Fit::OutOfRange ? kOutOfRange : kNotOfType,
        fit == Fit::OutOfRange ? "a number within bigint's range" : wanted(ColumnType::Bigint),
        problem);
}

// The text of a number or of a numeric string, checked.
bool read_number(const Value& value, Decimal& decimal, ColumnType type, DatumProblem& problem) {
    if ((is_number(value) || value.type() == JsonType::String) &&
        read_decimal(value.text(), decimal))
        return true;
    return refuse_value(value, kNotOfType, wanted(type), problem);
}

bool read_bool(const Value& value, bool& result, DatumProblem& problem) {
    const JsonType type = value.type();
    if (type == JsonType::True || type == JsonType::False) {
        result = type == JsonType::True;
        return true;
    }
    const std::string_view text = value.text();
    if ((type == JsonType::Integer || type == JsonType::String) && (text == "0" || text == "1")) {
        result = text == "1";
        return true;
    }
    return refuse_value(value, kNotOfType, wanted(ColumnType::Boolean), problem);
}

// Moodle writes 0 for never. `never` is set instead of a result then.
bool read_time(const Value& value, TimestampTz& result, bool& never, DatumProblem& problem) {
    constexpr int64_t kShift = int64_t{POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE} * SECS_PER_DAY;
    int64_t seconds = 0;
    bool fits;
    if (value.type() == JsonType::Integer && plain_int64(value.text(), seconds)) {
        never = seconds == 0;
        fits = !__builtin_sub_overflow(seconds, kShift, &seconds) &&
               !__builtin_mul_overflow(seconds, int64_t{USECS_PER_SEC}, &result);
    } else {
        Decimal decimal;
        if (!read_number(value, decimal, ColumnType::Timestamp, problem)) return false;
        int64_t microseconds = 0;
        fits = to_millionths(decimal, microseconds) == Fit::Yes;
        never = fits && microseconds == 0;
        fits =
            fits && !__builtin_sub_overflow(microseconds, kShift * int64_t{USECS_PER_SEC}, &result);
    }
    if (fits && IS_VALID_TIMESTAMP(result)) return true;
    return refuse_value(value, kNoSuchTime, "a time within timestamptz's range", problem);
}

char* allocate(size_t size, DatumProblem& problem) {
    if (!AllocSizeIsValid(size)) {
        refuse(problem, kTooLarge, "a text of %zu bytes is too long", size);
        return nullptr;
    }
    auto* memory = static_cast<char*>(palloc_extended(size, MCXT_ALLOC_NO_OOM));
    if (memory == nullptr) refuse(problem, kOutOfMemory, "out of memory");
    return memory;
}

// The value's characters with `header` bytes of room before them and a NUL after; `size` without
// either. nullptr when there is a problem.
char* copy_characters(std::string_view text, bool escaped, size_t header, size_t& size,
                      DatumProblem& problem) {
    char* memory = allocate(header + text.size() + 1 + (escaped ? kSlack : 0), problem);
    if (memory == nullptr) return nullptr;
    char* end = memory + header;
    if (escaped) {
        bool has_nul = false;
        end = unescape(text, end, has_nul);
        if (has_nul) {
            refuse(problem, kNoSuchCharacter, "a string holds the NUL character \\u0000");
            return nullptr;
        }
    } else {
        memcpy(end, text.data(), text.size());
        end += text.size();
    }
    size = static_cast<size_t>(end - memory) - header;
    if (!database_takes_utf8()) {
        const std::string_view converted = to_database_encoding({memory + header, size});
        if (converted.data() != memory + header) {
            memory = allocate(header + converted.size() + 1, problem);
            if (memory == nullptr) return nullptr;
            memcpy(memory + header, converted.data(), converted.size());
            size = converted.size();
        }
    }
    memory[header + size] = '\0';
    return memory;
}

char* copy_text(const Value& value, size_t header, size_t& size, DatumProblem& problem) {
    return copy_characters(value.text(), value.token().escaped && value.type() == JsonType::String,
                           header, size, problem);
}

bool finish_text(char* memory, size_t size, Datum& datum) {
    if (memory == nullptr) return false;
    SET_VARSIZE(memory, VARHDRSZ + size);
    datum = PointerGetDatum(memory);
    return true;
}

bool make_text(const Value& value, Datum& datum, DatumProblem& problem) {
    size_t size = 0;
    char* memory = copy_text(value, VARHDRSZ, size, problem);
    return finish_text(memory, size, datum);
}

// For json and text columns over a jsonb field: the JSON text as served.
bool make_json_text(const Value& value, Datum& datum, DatumProblem& problem) {
    size_t size = 0;
    char* memory = copy_characters(served(value), false, VARHDRSZ, size, problem);
    return finish_text(memory, size, datum);
}

bool make_numeric(const Value& value, Datum& datum, DatumProblem& problem) {
    Decimal decimal;
    if (!read_number(value, decimal, ColumnType::Numeric, problem)) return false;
    char* memory = allocate(numeric_bound(value.text().size()), problem);
    if (memory == nullptr) return false;
    if (numeric_bytes(decimal, memory) == 0)
        return refuse_value(value, kOutOfRange, "a number within numeric's range", problem);
    datum = PointerGetDatum(memory);
    return true;
}

bool is_left_out(std::string_view key, const std::vector<std::string>& without) {
    return std::find(without.begin(), without.end(), key) != without.end();
}

// The object's text with some members cut out; in CurrentMemoryContext.
std::string_view text_without(const Value& object, const std::vector<std::string>& without) {
    const moodle::Tape& tape = object.tape();
    const auto* tokens = tape.tokens().data();
    const uint32_t end = object.token().next;
    auto* const text = static_cast<char*>(palloc(object.text().size() + 2));
    char* out = text;
    *out++ = '{';
    for (uint32_t key = object.index() + 1; key != end; key = tokens[key + 1].next) {
        const std::string_view name = tape.text(tokens[key]);
        if (is_left_out(name, without)) continue;
        const moodle::Token& value = tokens[key + 1];
        // Tokens of strings stand between their quotes.
        const char* const from = name.data() - 1;
        const char* const to = tape.text(value).data() + value.length +
                               (value.type == moodle::JsonType::String ? 1 : 0);
        if (out != text + 1) *out++ = ',';
        memcpy(out, from, to - from);
        out += to - from;
    }
    *out++ = '}';
    return {text, static_cast<size_t>(out - text)};
}

// Whole records may have been hashed already, several at a time.
Md5Digest digest_of(const Value& value, const std::vector<std::string>* without) {
    static const std::vector<std::string> nothing;
    if (without == nullptr) without = &nothing;
    if (value.index() == 0 && value.is_container()) {
        const Md5Digest* const known = value.tape().digest(*without);
        if (known != nullptr) return *known;
    }
    if (!without->empty() && value.type() == moodle::JsonType::Object) {
        return moodle::md5(text_without(value, *without));
    }
    return moodle::md5(value.text());
}

bool make_md5(const Value& value, const std::vector<std::string>* without, Datum& datum,
              DatumProblem& problem) {
    char* memory = allocate(VARHDRSZ + kMd5Size, problem);
    if (memory == nullptr) return false;
    const Md5Digest digest = digest_of(value, without);
    memcpy(VARDATA(memory), digest.data(), digest.size());
    SET_VARSIZE(memory, VARHDRSZ + kMd5Size);
    datum = PointerGetDatum(memory);
    return true;
}

// A column of characters keeps "", any other has NULL for it.
bool keeps_empty(ColumnType type, Oid sql_type) {
    if (type == ColumnType::Jsonb || type == ColumnType::Md5) return true;
    if (type != ColumnType::Text) return false;
    char category;
    bool preferred;
    get_type_category_preferred(getBaseType(sql_type), &category, &preferred);
    return category == TYPCATEGORY_STRING;
}

bool is_array(ColumnType type) {
    return type == ColumnType::TextArray || type == ColumnType::BigintArray;
}

ColumnType element_of(ColumnType type) {
    return type == ColumnType::TextArray ? ColumnType::Text : ColumnType::Bigint;
}

}  // namespace

bool DatumMaker::supports(ColumnType type, Oid sql_type) {
    if (get_typtype(sql_type) == TYPTYPE_PSEUDO) return false;
    if (is_array(type)) {
        const Oid element = get_element_type(sql_type);
        return OidIsValid(element) && supports(element_of(type), element);
    }
    const Oid base = getBaseType(sql_type);
    switch (type) {
        case ColumnType::Bigint:
        case ColumnType::Numeric:
            return is_number_type(base) || is_text_type(base);
        case ColumnType::Text:
            return true;
        case ColumnType::Boolean:
            return base == BOOLOID || is_text_type(base);
        case ColumnType::Timestamp:
            return base == TIMESTAMPTZOID || base == TIMESTAMPOID || base == DATEOID ||
                   is_text_type(base);
        case ColumnType::Jsonb:
            return base == JSONBOID || base == JSONOID || is_text_type(base);
        case ColumnType::Md5:
            return base == BYTEAOID || base == UUIDOID || is_text_type(base);
        default:
            return false;
    }
}

DatumMaker::DatumMaker(ColumnType type, Oid sql_type, int32 typmod,
                       const std::vector<std::string>* without)
    : type_(type),
      empty_is_null_(!is_array(type) && !keeps_empty(type, sql_type)),
      typmod_(typmod),
      sql_type_(sql_type),
      without_(without) {
    if (is_array(type)) {
        way_ = Way::Array;
        element_type_ = get_element_type(sql_type);
        get_typlenbyvalalign(element_type_, &element_length_, &element_by_value_, &element_align_);
        element_ =
            new (palloc(sizeof(DatumMaker))) DatumMaker(element_of(type), element_type_, typmod);
        return;
    }
    if (same_datum(type, sql_type, typmod)) return;
    if (type == ColumnType::Bigint && (sql_type == INT2OID || sql_type == INT4OID)) {
        way_ = Way::Narrow;
    } else if (type == ColumnType::Timestamp &&
               (sql_type == TIMESTAMPTZOID || sql_type == TIMESTAMPOID || sql_type == DATEOID)) {
        way_ = Way::Clock;
    } else {
        way_ = Way::Input;
        Oid function;
        getTypeInputInfo(sql_type, &function, &input_argument_);
        fmgr_info(function, &input_function_);
    }
}

bool DatumMaker::make(const Value& value, Datum& datum, bool& isnull, DatumProblem& problem) {
    datum = 0;
    isnull = !value.found() || value.is_null() || (empty_is_null_ && is_empty_string(value));
    if (isnull) return true;
    if (type_ == ColumnType::Timestamp) return time(value, datum, isnull, problem);
    switch (way_) {
        case Way::Natural:
            return natural(value, datum, problem);
        case Way::Narrow:
            return narrow(value, datum, problem);
        case Way::Array:
            return array(value, datum, problem);
        case Way::Clock:
        case Way::Input:
            break;
    }
    return input(value, datum, problem);
}

bool DatumMaker::natural(const Value& value, Datum& datum, DatumProblem& problem) const {
    int64_t number = 0;
    bool truth = false;
    switch (type_) {
        case ColumnType::Bigint:
            if (!read_int64(value, number, problem)) return false;
            datum = Int64GetDatum(number);
            return true;
        case ColumnType::Boolean:
            if (!read_bool(value, truth, problem)) return false;
            datum = BoolGetDatum(truth);
            return true;
        case ColumnType::Numeric:
            return make_numeric(value, datum, problem);
        case ColumnType::Jsonb:
            return sql_type_ == JSONBOID ? make_jsonb(value, datum, problem)
                                         : make_json_text(value, datum, problem);
        case ColumnType::Md5:
            return make_md5(value, without_, datum, problem);
        default:
            return make_text(value, datum, problem);
    }
}

bool DatumMaker::narrow(const Value& value, Datum& datum, DatumProblem& problem) const {
    int64_t number = 0;
    if (!read_int64(value, number, problem)) return false;
    const bool is_int2 = sql_type_ == INT2OID;
    if (is_int2 ? number < INT16_MIN || number > INT16_MAX
                : number < INT32_MIN || number > INT32_MAX)
        return refuse_value(
            value, kOutOfRange,
            is_int2 ? "a number within smallint's range" : "a number within integer's range",
            problem);
    datum = is_int2 ? Int16GetDatum(static_cast<int16>(number))
                    : Int32GetDatum(static_cast<int32>(number));
    return true;
}

bool DatumMaker::time(const Value& value, Datum& datum, bool& isnull, DatumProblem& problem) {
    TimestampTz time = 0;
    if (!read_time(value, time, isnull, problem)) return false;
    if (isnull) return true;
    datum = TimestampTzGetDatum(time);
    if (way_ == Way::Input) {
        datum = read_text(DatumGetCString(DirectFunctionCall1(timestamptz_out, datum)));
        return true;
    }
    if (sql_type_ == DATEOID) {
        datum = DirectFunctionCall1(timestamptz_date, datum);
        return true;
    }
    if (sql_type_ == TIMESTAMPOID) datum = DirectFunctionCall1(timestamptz_timestamp, datum);
    if (typmod_ >= 0)
        datum = DirectFunctionCall2(sql_type_ == TIMESTAMPOID ? timestamp_scale : timestamptz_scale,
                                    datum, Int32GetDatum(typmod_));
    return true;
}

bool DatumMaker::array(const Value& value, Datum& datum, DatumProblem& problem) {
    if (value.type() != JsonType::Array)
        return refuse_value(value, kNotOfType, wanted(type_), problem);
    const auto* tokens = value.tape().tokens().data();
    const uint32_t end = value.token().next;
    const size_t count = value.count();
    if (count == 0) {
        datum = PointerGetDatum(construct_empty_array(element_type_));
        return true;
    }
    if (count > MaxArraySize)
        return refuse(problem, kTooLarge, "an array of %zu elements is too large", count);
    auto* elements = static_cast<Datum*>(palloc(count * sizeof(Datum)));
    auto* nulls = static_cast<bool*>(palloc(count * sizeof(bool)));
    size_t place = 0;
    for (uint32_t child = value.index() + 1; child != end; child = tokens[child].next, place++)
        if (!element_->make(Value(value.tape(), child), elements[place], nulls[place], problem))
            return false;
    int dimension = static_cast<int>(count);
    int lower_bound = 1;
    datum = PointerGetDatum(construct_md_array(elements, nulls, 1, &dimension, &lower_bound,
                                               element_type_, element_length_, element_by_value_,
                                               element_align_));
    return true;
}

bool DatumMaker::input(const Value& value, Datum& datum, DatumProblem& problem) {
    char* text;
    if (!to_text(value, text, problem)) return false;
    datum = read_text(text);
    return true;
}

Datum DatumMaker::read_text(char* text) {
    return InputFunctionCall(&input_function_, text, input_argument_, typmod_);
}

// The checked value as a C string that input functions of the supported types read.
bool DatumMaker::to_text(const Value& value, char*& text, DatumProblem& problem) {
    size_t size = 0;
    switch (type_) {
        case ColumnType::Bigint: {
            int64_t number = 0;
            if (!read_int64(value, number, problem)) return false;
            text = psprintf(INT64_FORMAT, number);
            return true;
        }
        case ColumnType::Boolean: {
            bool truth = false;
            if (!read_bool(value, truth, problem)) return false;
            text = pstrdup(truth ? "true" : "false");
            return true;
        }
        case ColumnType::Numeric: {
            Decimal decimal;
            if (!read_number(value, decimal, type_, problem)) return false;
            text = copy_text(value, 0, size, problem);
            return text != nullptr;
        }
        case ColumnType::Jsonb:
            text = copy_characters(served(value), false, 0, size, problem);
            return text != nullptr;
        case ColumnType::Md5: {
            const Md5Digest digest = digest_of(value, without_);
            text = static_cast<char*>(palloc(2 * kMd5Size + 1));
            for (size_t i = 0; i < kMd5Size; i++) snprintf(text + 2 * i, 3, "%02x", digest[i]);
            return true;
        }
        default:
            text = copy_text(value, 0, size, problem);
            return text != nullptr;
    }
}

}  // namespace moodle_fdw::pg
