// SHA-256, by OpenSSL: the name of a request in the cache, and the print of whose it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace moodle_fdw::moodle {

inline constexpr size_t kSha256Size = 32;
using Sha256Digest = std::array<uint8_t, kSha256Size>;

// Of the pieces one after the other. Throws where OpenSSL cannot: no memory, or set up without it.
Sha256Digest sha256(std::initializer_list<std::string_view> pieces);

}  // namespace moodle_fdw::moodle
