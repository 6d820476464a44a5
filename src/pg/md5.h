// MD5 (RFC 1321) of one run of bytes, as a content hash only. PostgreSQL's own goes through
// OpenSSL's EVP layer, whose set-up for each short record costs as much as a third of the hashing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace moodle_fdw::pg {

inline constexpr size_t kMd5Size = 16;
void md5(const char* bytes, size_t count, uint8_t* digest);

}  // namespace moodle_fdw::pg
