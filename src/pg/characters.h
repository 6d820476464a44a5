// The characters of a JSON string, unescaped without a std::string in between, and brought into the
// database's encoding. Only to_database_encoding raises.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace moodle_fdw::pg {

// Copies may read and write so far past the end of what is asked for: a tape's record has that much
// behind it, output buffers here are made with it.
inline constexpr size_t kSlack = 32;

// memcpy for strings that are mostly short. Reads and writes up to 16 bytes too much.
inline void copy_short(char* to, const char* from, size_t count) {
    memcpy(to, from, 16);
    if (count > 16) memcpy(to + 16, from + 16, count - 16);
}

// Decodes the escapes of a checked JSON string to UTF-8; never longer than what it came from.
// Returns the end of the output. A \u0000 sets `has_nul`: no text of PostgreSQL can hold one.
char* unescape(std::string_view escaped, char* out, bool& has_nul);

// Whether UTF-8 is what the database keeps (or it keeps whatever bytes: SQL_ASCII).
bool database_takes_utf8();
// UTF-8 in the database's encoding: the text itself where nothing needs doing, else memory of
// CurrentMemoryContext with kSlack behind it. Raises where a character has no equivalent.
std::string_view to_database_encoding(std::string_view text);

// A start of `utf8` for a message: cut between characters, plain ASCII where the database's
// encoding is not UTF-8. Writes at most `room` bytes with the final NUL.
void excerpt(std::string_view utf8, char* out, size_t room);

}  // namespace moodle_fdw::pg
