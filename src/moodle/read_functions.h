// Which web-service functions only read. Nothing else is ever called, so any request may be
// repeated.
#pragma once

#include <string_view>

namespace moodle_fdw::moodle {

// Known as type `read` in Moodle's own catalogue, or of a plugin and named like a reading one.
bool is_read_function(std::string_view name);

}  // namespace moodle_fdw::moodle
