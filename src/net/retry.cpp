#include "net/retry.h"

#include <algorithm>

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

std::minstd_rand seeded(uint64_t seed) {
    // Through a seed sequence, since neighbouring seeds of this generator begin alike.
    std::seed_seq spread{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)};
    return std::minstd_rand(spread);
}

}  // namespace

RetryState::RetryState(const RetryPolicy& policy, std::optional<uint64_t> seed)
    : policy_(policy), seed_(seed) {}

std::optional<Milliseconds> RetryState::next_delay(std::optional<Milliseconds> retry_after) {
    if (attempts_ >= policy_.retries) return {};
    if (retry_after && *retry_after > policy_.max_delay) return {};
    Milliseconds ceiling = std::min(policy_.first_delay, policy_.max_delay);
    for (int i = 0; i < attempts_ && ceiling < policy_.max_delay; ++i) {
        ceiling = ceiling > policy_.max_delay / 2 ? policy_.max_delay : ceiling * 2;
        if (ceiling.count() <= 0) break;
    }
    ++attempts_;
    if (!random_) random_ = seeded(seed_ ? *seed_ : std::random_device{}());
    // Many backends that failed at the same moment must not come back at the same moment.
    std::uniform_real_distribution<double> share(0.5, 1.0);
    const auto count = static_cast<double>(std::max<int64_t>(0, ceiling.count()));
    const Milliseconds delay(static_cast<int64_t>(count * share(*random_)));
    return retry_after ? std::max(delay, *retry_after) : delay;
}

}  // namespace moodle_fdw::net
