#include "net/concurrency.h"

#include <algorithm>
#include <cmath>

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

// The first trial costs a site that does scale up to a quarter of some hundred milliseconds; most
// scans are over before it.
constexpr double kFirstTrial = 5;
// A trial of fewer that cost something is repeated ever more seldom, up to this many seconds.
constexpr double kLongestDownPause = 300;
constexpr double kDownPauseGrowth = 3;
// More are tried more often: that costs no throughput.
constexpr double kUpPause = 5;
constexpr double kLongestUpPause = 60;
constexpr double kUpPauseGrowth = 2;
// After a trial that told something, the next one follows soon.
constexpr double kSoon = 0.5;

// What is kept: fewer, if nothing is lost but noise; more, if it is worth it. Between the two
// nothing changes, so that it does not go to and fro.
constexpr double kAsGood = 0.95;
constexpr double kBetter = 1.10;
constexpr double kSurelyBetter = 1.03;

// A window of so many requests at least, and of whole rounds, since requests of one length end all
// at once; and so many pairs of windows until no difference was found.
constexpr int kLeastWindow = 12;
constexpr int kMostPairs = 6;

// What one request takes is known to a tenth at best, and is averaged over about so many.
constexpr double kLeastVariation = 0.1;
constexpr double kAverageOver = 32;

// How long fewer may be under way than may be, as a part of what one request takes, before it is
// no longer the limit that decides how much gets done.
constexpr double kOpenPart = 0.25;

int rounds_of(int limit) {
    const int rounds = std::max(2, (kLeastWindow + limit - 1) / limit);
    return rounds * limit;
}

double seconds_of(Clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

void ConcurrencyLimit::start_over(int limit) {
    kept_ = trial_ = limit;
    stage_ = Stage::Steady;
    boldly_ = false;
    busy_ = 0;
    down_at_ = down_pause_ = kFirstTrial;
    up_at_ = up_pause_ = kUpPause;
    open_since_ = last_leave_ = kNever;
}

void ConcurrencyLimit::set_ceiling(int ceiling, bool adaptive) {
    ceiling = std::max(1, ceiling);
    if (ceiling == ceiling_ && adaptive == adaptive_) return;
    const bool is_new = ceiling_ == 0;
    if (is_new) mean_ = variance_ = 0;
    ceiling_ = ceiling;
    adaptive_ = adaptive;
    start_over(ceiling);
}

void ConcurrencyLimit::on_enter(Clock::time_point now, int under_way) {
    if (under_way < limit()) {
        if (open_since_ == kNever) open_since_ = now;
        return;
    }
    if (was_idle(now)) forget_window();
    open_since_ = kNever;
}

bool ConcurrencyLimit::was_idle(Clock::time_point now) const {
    return open_since_ != kNever && seconds_of(now - open_since_) > kOpenPart * mean_;
}

// Nothing can be said of a time in which there was less to do.
void ConcurrencyLimit::forget_window() {
    last_leave_ = kNever;
    if (stage_ != Stage::Steady) begin_window(stage_);
}

void ConcurrencyLimit::on_leave(Clock::time_point now, int under_way, Clock::duration took,
                                bool good) {
    if (!adaptive_) return;
    if (good) measure_latency(seconds_of(took));
    if (was_idle(now)) return forget_window();
    if (open_since_ == kNever && under_way < limit()) open_since_ = now;
    if (last_leave_ != kNever) busy_ += seconds_of(now - last_leave_);
    last_leave_ = now;
    if (stage_ == Stage::Steady) {
        decide_trial();
        return;
    }
    if (!good) return;
    if (to_skip_ > 0) {
        to_skip_--;
        window_began_ = now;
        return;
    }
    if (++counted_ < rounds_of(limit())) return;
    on_window_end(stage_ == Stage::Trial ? kTrial : kBase, seconds_of(now - window_began_));
}

void ConcurrencyLimit::measure_latency(double seconds) {
    const double away = seconds - mean_;
    if (mean_ <= 0) {
        mean_ = seconds;
        return;
    }
    mean_ += away / kAverageOver;
    variance_ += (away * away - variance_) / kAverageOver;
}

int ConcurrencyLimit::fewer() const {
    return boldly_ ? kept_ / 2 : std::min(kept_ - 1, kept_ * 3 / 4);
}

void ConcurrencyLimit::decide_trial() {
    if (kept_ > 1 && busy_ >= down_at_) {
        trial_ = std::max(1, fewer());
    } else if (kept_ < ceiling_ && busy_ >= up_at_) {
        trial_ = std::min(ceiling_, kept_ * 2);
    } else {
        return;
    }
    sums_ = {};
    pairs_ = 0;
    begin_window(Stage::Base);
}

void ConcurrencyLimit::begin_window(Stage stage) {
    const bool continues = stage == Stage::Base && stage_ == Stage::Steady;
    stage_ = stage;
    counted_ = 0;
    // Those that began under the other limit. One at least: a window begins where a request ends.
    to_skip_ = continues ? 1 : std::max(kept_, trial_);
}

void ConcurrencyLimit::on_window_end(Side side, double seconds) {
    sums_[side].count += counted_;
    sums_[side].seconds += seconds;
    if (side == kBase) {
        begin_window(Stage::Trial);
        return;
    }
    pairs_++;
    judge();
}

// How far the quotient of the two rates may be off, as a part of it.
double ConcurrencyLimit::uncertainty() const {
    const double variation =
        std::max(kLeastVariation, mean_ > 0 ? std::sqrt(variance_) / mean_ : 1.0);
    return variation * std::sqrt(1 / sums_[kBase].count + 1 / sums_[kTrial].count);
}

void ConcurrencyLimit::judge() {
    const double base = sums_[kBase].rate();
    const double quotient = base > 0 ? sums_[kTrial].rate() / base : 1;
    const double off = quotient * uncertainty();
    if (goes_down()) {
        // Were each request as quick as before, so much less would get done: half of the way to it
        // is where the two explanations part.
        const double parting = (1 + static_cast<double>(trial_) / kept_) / 2;
        if (quotient >= kAsGood && quotient - off >= parting) return keep();
        if (quotient <= parting || quotient + off < kAsGood) return reject();
    } else {
        if (quotient >= kBetter && quotient - off >= kSurelyBetter) return keep();
        if (quotient + off < kBetter) return reject();
    }
    if (pairs_ >= kMostPairs) return reject();
    begin_window(Stage::Base);
}

void ConcurrencyLimit::keep() {
    if (goes_down()) {
        down_pause_ = kFirstTrial;
        down_at_ = busy_ + kSoon;
        up_at_ = busy_ + up_pause_;
        boldly_ = true;
    } else {
        up_pause_ = kUpPause;
        up_at_ = busy_ + kSoon;
        down_at_ = busy_ + kFirstTrial;
        boldly_ = false;
    }
    kept_ = trial_;
    stage_ = Stage::Steady;
}

void ConcurrencyLimit::reject() {
    if (!goes_down()) {
        up_pause_ = std::min(kLongestUpPause, up_pause_ * kUpPauseGrowth);
        up_at_ = busy_ + up_pause_;
    } else if (boldly_ && kept_ > 2) {
        boldly_ = false;
        down_at_ = busy_ + kSoon;
    } else {
        boldly_ = false;
        down_pause_ = std::min(kLongestDownPause, down_pause_ * kDownPauseGrowth);
        down_at_ = busy_ + down_pause_;
    }
    stage_ = Stage::Steady;
    trial_ = kept_;
}

}  // namespace moodle_fdw::net
