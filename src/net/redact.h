// Text that came from remote, made fit for a message: no secret, no markup, no control characters,
// no more than a bound.
#pragma once

#include <string>
#include <string_view>

namespace moodle_fdw::net {

// Replaces every occurrence of `secret` (also percent-encoded) by "[redacted]".
std::string redact(std::string_view text, std::string_view secret);

// Strips tags (and the content of script and style), unescapes the common entities, folds white
// space, drops control characters, repairs invalid UTF-8, and cuts at a character border.
std::string plain_text(std::string_view remote, size_t max_bytes = 300);

}  // namespace moodle_fdw::net
