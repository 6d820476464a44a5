// Checks of a record's text that only some records need: escapes and non-ASCII bytes.
#pragma once

#include <cstddef>
#include <string_view>

#include "moodle/json.h"

namespace moodle_fdw::moodle {

// Whether every escape is one of JSON's, with surrogates in pairs.
JsonError check_escapes(std::string_view record, const JsonScan& scan, size_t& offset);
// Offset of the first byte that is not well-formed UTF-8, or the text's size.
size_t utf8_error(std::string_view text);

}  // namespace moodle_fdw::moodle
