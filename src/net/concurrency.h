// How many requests to one site help. A Moodle's throughput stops at its processor cores; what is
// under way beyond them only waits longer, and makes the site's own users wait. So fewer are tried
// now and then, for a short time between two times of as many as before: if as much gets done, it
// stays at fewer. More are tried likewise, and kept if more gets done.
//
// Plain memory without pointers: it may be in memory that several processes share.
#pragma once

#include <array>

#include "net/transport.h"

namespace moodle_fdw::net {

class ConcurrencyLimit {
  public:
    // Begins at the ceiling: a short scan is never slowed down by finding out.
    void set_ceiling(int ceiling, bool adaptive);
    int limit() const { return stage_ == Stage::Trial ? trial_ : kept_; }
    bool is_trying() const { return stage_ != Stage::Steady; }

    // `under_way`: with the one that entered.
    void on_enter(Clock::time_point now, int under_way);
    // Somebody was turned away since `under_way` are as many as may be.
    void on_refusal() { open_since_ = kNever; }
    // `under_way`: without the one that left. One that gave no good answer, or was broken off,
    // says nothing of what gets done.
    void on_leave(Clock::time_point now, int under_way, Clock::duration took, bool good);

  private:
    enum class Stage : int { Steady, Base, Trial };
    enum Side { kBase, kTrial };
    // Requests that ended, and how long that took.
    struct Measure {
        double count;
        double seconds;
        double rate() const { return seconds > 0 ? count / seconds : 0; }
    };
    static constexpr Clock::time_point kNever = Clock::time_point::min();

    void start_over(int limit);
    bool was_idle(Clock::time_point now) const;
    void forget_window();
    void measure_latency(double seconds);
    void begin_window(Stage stage);
    void on_window_end(Side side, double seconds);
    void judge();
    void decide_trial();
    int fewer() const;
    bool goes_down() const { return trial_ < kept_; }
    double uncertainty() const;
    void keep();
    void reject();

    int ceiling_;
    int kept_;
    int trial_;
    Stage stage_;
    bool adaptive_;
    bool boldly_;  // halves; else a quarter less

    // Since when fewer are under way than may be; kNever = as many as may be.
    Clock::time_point open_since_;
    Clock::time_point last_leave_;

    // The present window.
    int to_skip_;  // of the window before
    int counted_;
    Clock::time_point window_began_;
    std::array<Measure, 2> sums_;
    int pairs_;

    // Seconds with as many under way as may be, and at how many of them the next trial is due.
    double busy_;
    double down_at_, down_pause_;
    double up_at_, up_pause_;

    double mean_;  // of what one request takes, in seconds
    double variance_;
};

}  // namespace moodle_fdw::net
