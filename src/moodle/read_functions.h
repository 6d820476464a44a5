// Which web-service functions only read. Nothing else is ever called, so any request may be
// repeated.
#pragma once

#include <string_view>

namespace moodle_fdw::moodle {

// Known as type `read` in Moodle's own catalogue, or of a plugin and named like a reading one.
bool is_read_function(std::string_view name);

// Whether the same answer may be given to whoever asks next: not what is made for one asker, is a
// secret, differs by intent, or tells how far something has come.
bool is_repeatable_function(std::string_view name);

}  // namespace moodle_fdw::moodle
