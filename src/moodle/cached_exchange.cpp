#include "moodle/cached_exchange.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// Copied at once: a decoder's turn, and little enough for the processor's cache.
constexpr size_t kPortion = size_t{64} << 10;

}  // namespace

CachedExchange::CachedExchange(std::unique_ptr<KeptAnswer> answer) : answer_(std::move(answer)) {
    outcome_.http_status = 200;
    outcome_.phase = net::Phase::Body;
    outcome_.reused_connection = true;
    refill();
}

bool CachedExchange::refill() {
    if (answer_->at_end() || inbox_.size() >= high_water_) return false;
    char portion[kPortion];
    const size_t count = answer_->read(portion, sizeof portion);
    inbox_.append(portion, count);
    return count > 0;
}

}  // namespace moodle_fdw::moodle
