// MD5 (RFC 1321), as a content hash only. PostgreSQL's own goes through OpenSSL's EVP layer, whose
// set-up for each short record costs as much as a third of the hashing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace moodle_fdw::moodle {

inline constexpr size_t kMd5Size = 16;
using Md5Digest = std::array<uint8_t, kMd5Size>;

Md5Digest md5(std::string_view text);

// Up to so many texts at once. Within one text each step waits for the one before, so a machine
// with wide vectors takes hardly longer for 16 texts of about the same length than for one.
inline constexpr size_t kMd5Batch = 16;
void md5_batch(const std::string_view* texts, size_t count, Md5Digest* digests);

// How md5_batch() works; the best that the machine has is taken.
enum class Md5Kernel : uint8_t { Best, Avx512, Avx2, Single };
// Takes another one, for tests and benchmarks. False when the machine does not have it.
bool select_md5_kernel(Md5Kernel kernel);

}  // namespace moodle_fdw::moodle
