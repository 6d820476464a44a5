// SHA-256 (FIPS 180-4): the name of a request in the cache, and the print of whose it is. Without a
// header of PostgreSQL, so that what rests on it is tested without a server.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace moodle_fdw::moodle {

inline constexpr size_t kSha256Size = 32;
using Sha256Digest = std::array<uint8_t, kSha256Size>;

class Sha256 {
  public:
    Sha256();
    ~Sha256();  // wipes what it has seen
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(std::string_view bytes);
    // Once; nothing may be added after it.
    Sha256Digest finish();

  private:
    void take_block(const uint8_t* block);

    uint32_t state_[8];
    uint8_t held_[64] = {};  // bytes of a block that is not yet whole
    uint32_t schedule_[64] = {};
    uint64_t seen_ = 0;
};

}  // namespace moodle_fdw::moodle
