// The text of a JSON number as PostgreSQL keeps numbers. Nothing here allocates or raises.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace moodle_fdw::pg {

// A number taken apart: sign, digits before and after the point, power of ten.
struct Decimal {
    bool negative = false;
    std::string_view whole;
    std::string_view fraction;
    int64_t exponent = 0;  // clamped to ±2^40, far outside of every type here
};

// JSON's grammar, and what hand-made numeric strings have besides: "+1", ".5", "5.", "007".
bool read_decimal(std::string_view text, Decimal& decimal);

enum class Fit { Yes, NotWhole, OutOfRange };
// Exact: 114, 114.0 and 1.14e2 are all 114.
Fit to_int64(const Decimal& decimal, int64_t& result);
// Optional sign and digits only.
bool plain_int64(std::string_view text, int64_t& result);
// The number times 10^6 to the nearest integer (halves away from zero).
Fit to_millionths(const Decimal& decimal, int64_t& result);

// What numeric_bytes may write for a number of that many characters.
constexpr size_t numeric_bound(size_t characters) {
    return 16 + characters / 2;
}
// Writes the on-disk numeric, byte for byte as numeric_in makes it, to `out` (4-aligned, with
// numeric_bound bytes of room); returns its size, 0 when numeric cannot hold the number.
size_t numeric_bytes(const Decimal& decimal, char* out);
size_t numeric_bytes(std::string_view json_number, char* out);

}  // namespace moodle_fdw::pg
