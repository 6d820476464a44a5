// The adaptive limit against simulated sites: so many cores, a service time, a latency besides.
#include "net/concurrency.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <queue>
#include <random>

#include "net/gate_book.h"

namespace {

using moodle_fdw::net::Clock;
using moodle_fdw::net::GateBook;
using moodle_fdw::net::GateLimits;

Clock::duration seconds(double count) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(count));
}

// A site that works on as many requests as it has cores, the rest in turn; each answer is on its
// way for some time besides.
struct Site {
    int cores = 2;
    double service = 0.1;
    double latency = 0.01;
    double spread = 0;  // of the service time; 1 = exponential
};

class Simulation {
  public:
    Simulation(const Site& site, int ceiling, bool adaptive = true, unsigned seed = 1)
        : site_(site), random_(seed) {
        GateLimits limits;
        limits.max_connections = ceiling;
        limits.adaptive = adaptive;
        book_.set_limits(limits);
    }

    // Requests without end for so long; how many were answered.
    int run(double length, double think = 0) {
        const double end = now_ + length;
        int answered = 0;
        sum_limits_ = 0;
        fill();
        while (now_ < end && !events_.empty()) {
            const Event event = events_.top();
            events_.pop();
            now_ = event.at;
            if (event.from_core) {
                busy_--;
                events_.push({now_ + site_.latency, false, event.began});
                work();
                continue;
            }
            book_.give_back(moment(now_), seconds(now_ - event.began), true);
            answered++;
            sum_limits_ += book_.limit();
            if (think > 0 && book_.taken() == 0) now_ += think;
            if (think == 0 || book_.taken() == 0) fill();
        }
        return answered;
    }

    int limit() const { return book_.limit(); }
    // Of the last run.
    double mean_limit(int answered) const { return sum_limits_ / answered; }
    Site& site() { return site_; }

  private:
    struct Event {
        double at;
        bool from_core;
        double began;
        bool operator<(const Event& other) const { return at > other.at; }
    };

    static Clock::time_point moment(double now) { return Clock::time_point(seconds(1000 + now)); }

    double service_time() {
        if (site_.spread == 0) return site_.service;
        // Gamma: courses of all sizes, mostly small, some huge.
        const double shape = 1 / (site_.spread * site_.spread);
        return std::gamma_distribution<double>(shape, site_.service / shape)(random_);
    }

    void fill() {
        while (book_.look(moment(now_)).why == GateBook::Why::Enter) {
            book_.take(moment(now_));
            line_.push(now_);
        }
        book_.note_refusal();
        work();
    }

    void work() {
        while (busy_ < site_.cores && !line_.empty()) {
            events_.push({now_ + service_time(), true, line_.front()});
            line_.pop();
            busy_++;
        }
    }

    Site site_;
    GateBook book_{};
    std::mt19937 random_;
    std::priority_queue<Event> events_;
    std::queue<double> line_;
    double now_ = 0;
    double sum_limits_ = 0;
    int busy_ = 0;
};

TEST(Concurrency, BeginsWithAllThatMayBe) {
    Simulation site({.cores = 2}, 64);
    EXPECT_EQ(site.limit(), 64);
    site.run(2);
    EXPECT_EQ(site.limit(), 64);
}

TEST(Concurrency, ComesDownToTheCores) {
    for (const int cores : {1, 2, 4, 8}) {
        for (const double spread : {0.0, 0.3, 1.0}) {
            Simulation site({.cores = cores, .service = 0.05, .latency = 0.005, .spread = spread},
                            64);
            site.run(600);
            const int answered = site.run(600);
            const double ideal = 600 * cores / 0.05;
            // Where requests differ much, it takes longer to tell what is chance.
            const double slack = spread < 1 ? 1 : 1.6;
            EXPECT_LE(site.mean_limit(answered), slack * (4 * cores + 2))
                << cores << " cores, " << spread;
            EXPECT_GE(answered, (1 - 0.07 * slack) * ideal) << cores << " cores, " << spread;
        }
    }
}

// The measure enrolments_8, and far longer ones: what a site that scales loses by the trials.
TEST(Concurrency, CostsNothingWhereMoreHelp) {
    for (const int ceiling : {4, 8, 64}) {
        for (const double spread : {0.0, 0.3, 1.0}) {
            for (const double length : {1.6, 12.5, 300.0}) {
                const Site scaling{.cores = 1000, .service = 0.1, .latency = 0, .spread = spread};
                Simulation ours(scaling, ceiling);
                Simulation all(scaling, ceiling, false);
                const int answered = ours.run(length);
                const int most = all.run(length);
                EXPECT_GE(answered, 0.98 * most - 3 - 2 * spread * std::sqrt(most))
                    << ceiling << " at once, " << length << " s, spread " << spread;
            }
        }
    }
}

TEST(Concurrency, GoesUpAgainWhenItHelps) {
    Simulation site({.cores = 2, .service = 0.05, .latency = 0.005}, 64);
    site.run(600);
    EXPECT_LE(site.limit(), 8);
    site.site().cores = 48;
    site.run(300);
    const int answered = site.run(60);
    EXPECT_GE(answered, 0.9 * 60 * 48 / 0.055);
}

TEST(Concurrency, SaysNothingOfATimeWithLessToDo) {
    // Eight at a time, and the next eight a second after all of them: nobody ever waits for long.
    Simulation site({.cores = 2, .service = 0.05, .latency = 0.005}, 8);
    site.run(600, 1.0);
    EXPECT_EQ(site.limit(), 8);
}

TEST(Concurrency, OffIsOff) {
    Simulation site({.cores = 2}, 64, false);
    site.run(600);
    EXPECT_EQ(site.limit(), 64);
}

TEST(Concurrency, FailuresAreNoThroughput) {
    GateBook book{};
    book.set_limits({16, 0, true});
    // Errors come at once however many are under way: no reason to think that fewer do as well.
    Clock::time_point now{seconds(1000)};
    for (int i = 0; i < 100000; i++) {
        while (book.look(now).why == GateBook::Why::Enter) book.take(now);
        now += seconds(0.01);
        book.give_back(now, seconds(0.16), false);
    }
    EXPECT_GE(book.limit(), 12);
}

TEST(Concurrency, ANewCeilingHoldsAtOnce) {
    Simulation site({.cores = 2, .service = 0.05, .latency = 0.005}, 64);
    site.run(600);
    GateBook book{};
    book.set_limits({64, 0, true});
    for (int i = 0; i < 64; i++) book.take(Clock::time_point(seconds(1)));
    book.set_limits({8, 0, true});
    EXPECT_EQ(book.limit(), 8);
    EXPECT_EQ(book.look(Clock::time_point(seconds(2))).why, GateBook::Why::NoPlace);
    book.set_limits({128, 0, true});
    EXPECT_EQ(book.look(Clock::time_point(seconds(2))).why, GateBook::Why::Enter);
}

}  // namespace
