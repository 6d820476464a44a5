#include "pg/json_number.h"

#include <cstring>

#include "pg/pg.h"

namespace moodle_fdw::pg {

namespace {

constexpr int64_t kExponentBound = int64_t{1} << 40;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text) {
    size_t count = 0;
    while (count < text.size() && is_digit(text[count])) count++;
    std::string_view digits = text.substr(0, count);
    text.remove_prefix(count);
    return digits;
}

bool take_sign(std::string_view& text) {
    if (text.empty() || (text[0] != '-' && text[0] != '+')) return false;
    const bool negative = text[0] == '-';
    text.remove_prefix(1);
    return negative;
}

// The digits of a number whose point is moved `shift` places to the right, one at a time.
struct Digits {
    const Decimal& decimal;
    size_t count() const { return decimal.whole.size() + decimal.fraction.size(); }
    int at(int64_t position) const {
        if (position < 0 || position >= static_cast<int64_t>(count())) return 0;
        const size_t place = static_cast<size_t>(position);
        const size_t whole = decimal.whole.size();
        return (place < whole ? decimal.whole[place] : decimal.fraction[place - whole]) - '0';
    }
    bool all_zero_from(int64_t position) const {
        for (size_t i = position < 0 ? 0 : static_cast<size_t>(position); i < count(); i++)
            if (at(static_cast<int64_t>(i)) != 0) return false;
        return true;
    }
};

// The integer that the first `places` digits form (places past the end are zeros).
Fit first_digits(const Digits& digits, int64_t places, bool negative, int64_t& result) {
    int64_t sum = 0;
    // Leading zeros are free, so a long run of them is no overflow; past 19 others there is one.
    int64_t from = 0;
    while (from < places && from < static_cast<int64_t>(digits.count()) && digits.at(from) == 0)
        from++;
    if (from == static_cast<int64_t>(digits.count())) from = places;
    for (int64_t i = from; i < places; i++) {
        // Counted downwards, where there is one more.
        if (__builtin_mul_overflow(sum, int64_t{10}, &sum) ||
            __builtin_sub_overflow(sum, int64_t{digits.at(i)}, &sum))
            return Fit::OutOfRange;
    }
    if (!negative && sum == INT64_MIN) return Fit::OutOfRange;
    result = negative ? sum : -sum;
    return Fit::Yes;
}

// Format knowledge, all of it: a numeric as numeric.c of every version since 9.1 stores it. Digits
// are base 10000, most significant first, and stand for digit * 10000^weight, 10000^(weight-1), ...
// The check module compares every byte with numeric_in.
constexpr int kGroup = 4;  // decimal digits in a base-10000 digit
constexpr uint16_t kShort = 0x8000;
constexpr uint16_t kShortNegative = 0x2000;
constexpr int kShortScaleShift = 7;
constexpr int kShortScaleMax = 63;
constexpr uint16_t kShortWeightNegative = 0x0040;
constexpr uint16_t kShortWeightMask = 0x003F;
constexpr int kShortWeightMax = 63;
constexpr uint16_t kLongNegative = 0x4000;
constexpr int kLongScaleMax = 0x3FFF;
constexpr size_t kShortHeader = VARHDRSZ + 2;
constexpr size_t kLongHeader = VARHDRSZ + 4;

uint16_t short_header(bool negative, int scale, int weight) {
    return static_cast<uint16_t>(kShort | (negative ? kShortNegative : 0) |
                                 (scale << kShortScaleShift) |
                                 (weight < 0 ? kShortWeightNegative : 0) |
                                 (static_cast<uint16_t>(weight) & kShortWeightMask));
}

void put16(char* out, uint16_t value) {
    memcpy(out, &value, sizeof value);
}

size_t small_numeric(uint64_t value, bool negative, char* out) {
    uint16_t groups[5];
    int count = 0;
    int zeros = 0;  // trailing groups are not stored
    while (value != 0) {
        const uint16_t group = static_cast<uint16_t>(value % 10000);
        value /= 10000;
        groups[count++] = group;
        if (group == 0 && zeros == count - 1) zeros++;
    }
    put16(out + VARHDRSZ, short_header(negative && count > 0, 0, count > 0 ? count - 1 : 0));
    char* place = out + kShortHeader;
    for (int i = count - 1; i >= zeros; i--, place += 2) put16(place, groups[i]);
    const size_t size = static_cast<size_t>(place - out);
    SET_VARSIZE(out, size);
    return size;
}

}  // namespace

bool read_decimal(std::string_view text, Decimal& decimal) {
    decimal.negative = take_sign(text);
    decimal.whole = take_digits(text);
    decimal.fraction = {};
    decimal.exponent = 0;
    if (!text.empty() && text[0] == '.') {
        text.remove_prefix(1);
        decimal.fraction = take_digits(text);
    }
    if (decimal.whole.empty() && decimal.fraction.empty()) return false;
    if (!text.empty() && (text[0] == 'e' || text[0] == 'E')) {
        text.remove_prefix(1);
        const bool negative = take_sign(text);
        std::string_view digits = take_digits(text);
        if (digits.empty()) return false;
        for (char c : digits)
            if (decimal.exponent < kExponentBound)
                decimal.exponent = decimal.exponent * 10 + (c - '0');
        if (decimal.exponent > kExponentBound) decimal.exponent = kExponentBound;
        if (negative) decimal.exponent = -decimal.exponent;
    }
    return text.empty();
}

bool plain_int64(std::string_view text, int64_t& result) {
    const bool negative = take_sign(text);
    if (text.empty()) return false;
    if (text.size() <= 18) {  // cannot overflow
        int64_t sum = 0;
        for (char c : text) {
            if (!is_digit(c)) return false;
            sum = sum * 10 + (c - '0');
        }
        result = negative ? -sum : sum;
        return true;
    }
    Decimal decimal;
    decimal.whole = take_digits(text);
    decimal.negative = negative;
    return text.empty() && to_int64(decimal, result) == Fit::Yes;
}

Fit to_int64(const Decimal& decimal, int64_t& result) {
    const Digits digits{decimal};
    const int64_t places = static_cast<int64_t>(decimal.whole.size()) + decimal.exponent;
    if (!digits.all_zero_from(places)) return Fit::NotWhole;
    return first_digits(digits, places, decimal.negative, result);
}

Fit to_millionths(const Decimal& decimal, int64_t& result) {
    const Digits digits{decimal};
    const int64_t places = static_cast<int64_t>(decimal.whole.size()) + decimal.exponent + 6;
    const Fit fit = first_digits(digits, places, decimal.negative, result);
    if (fit != Fit::Yes || digits.at(places) < 5) return fit;
    const int64_t step = decimal.negative ? -1 : 1;
    return __builtin_add_overflow(result, step, &result) ? Fit::OutOfRange : Fit::Yes;
}

size_t numeric_bytes(const Decimal& decimal, char* out) {
    // numeric_in refuses exponents past this, whatever the digits.
    constexpr int64_t kExponentMax = INT32_MAX / 2;
    if (decimal.exponent >= kExponentMax || decimal.exponent <= -kExponentMax) return 0;

    int64_t scale = static_cast<int64_t>(decimal.fraction.size()) - decimal.exponent;
    if (scale < 0) scale = 0;
    if (scale > kLongScaleMax) return 0;

    const Digits digits{decimal};
    int64_t first = 0;  // the first digit that is not zero
    const int64_t count = static_cast<int64_t>(digits.count());
    while (first < count && digits.at(first) == 0) first++;
    if (first == count) {
        const bool is_short = scale <= kShortScaleMax;
        put16(out + VARHDRSZ, is_short ? short_header(false, static_cast<int>(scale), 0)
                                       : static_cast<uint16_t>(scale));
        if (!is_short) put16(out + VARHDRSZ + 2, 0);
        const size_t size = is_short ? kShortHeader : kLongHeader;
        SET_VARSIZE(out, size);
        return size;
    }

    // Power of ten of that digit; its group starts `lead` digits earlier.
    const int64_t power = static_cast<int64_t>(decimal.whole.size()) - 1 - first + decimal.exponent;
    const int64_t weight = power >= 0 ? power / kGroup : -((-power + kGroup - 1) / kGroup);
    if (weight > INT16_MAX) return 0;
    const int64_t lead = (weight + 1) * kGroup - 1 - power;

    // A weight too negative for the short form (-64) comes with a scale that is.
    const bool is_short = scale <= kShortScaleMax && weight <= kShortWeightMax;
    char* const digits_begin = out + (is_short ? kShortHeader : kLongHeader);
    char* place = digits_begin;
    char* last_used = digits_begin;  // trailing zero groups are not stored
    for (int64_t i = first - lead; i < count; i += kGroup) {
        const int group = digits.at(i < first ? -1 : i) * 1000 +
                          digits.at(i + 1 < first ? -1 : i + 1) * 100 +
                          digits.at(i + 2 < first ? -1 : i + 2) * 10 + digits.at(i + 3);
        put16(place, static_cast<uint16_t>(group));
        place += 2;
        if (group != 0) last_used = place;
    }
    if (is_short) {
        put16(out + VARHDRSZ,
              short_header(decimal.negative, static_cast<int>(scale), static_cast<int>(weight)));
    } else {
        put16(out + VARHDRSZ,
              static_cast<uint16_t>((decimal.negative ? kLongNegative : 0) | scale));
        put16(out + VARHDRSZ + 2, static_cast<uint16_t>(static_cast<int16_t>(weight)));
    }
    const size_t size = static_cast<size_t>(last_used - out);
    SET_VARSIZE(out, size);
    return size;
}

size_t numeric_bytes(std::string_view json_number, char* out) {
    if (json_number.size() <= 16) {  // most are small integers
        const bool negative = json_number[0] == '-';
        uint64_t value = 0;
        size_t i = negative ? 1 : 0;
        for (; i < json_number.size() && is_digit(json_number[i]); i++)
            value = value * 10 + static_cast<uint64_t>(json_number[i] - '0');
        if (i == json_number.size()) return small_numeric(value, negative, out);
    }
    Decimal decimal;
    return read_decimal(json_number, decimal) ? numeric_bytes(decimal, out) : 0;
}

}  // namespace moodle_fdw::pg
