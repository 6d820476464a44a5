#include "net/gate.h"

#include <gtest/gtest.h>

#include <limits>

namespace {

using moodle_fdw::net::Clock;
using moodle_fdw::net::GateLimits;
using moodle_fdw::net::make_local_gate;
using moodle_fdw::net::Milliseconds;

const Clock::time_point kStart = Clock::now();

TEST(Gate, OnlySoManyAtOnce) {
    const auto gate = make_local_gate({3, 0});
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(gate->enter(kStart).entered);
    const auto refused = gate->enter(kStart);
    EXPECT_FALSE(refused.entered);
    EXPECT_FALSE(refused.ask_again);  // when a place is given back, whenever that is
    gate->leave(kStart, {}, true);
    EXPECT_TRUE(gate->enter(kStart).entered);
    EXPECT_FALSE(gate->enter(kStart).entered);
}

TEST(Gate, LeavingTooOftenMakesNoPlaces) {
    const auto gate = make_local_gate({1, 0});
    gate->leave(kStart, {}, true);
    gate->leave(kStart, {}, true);
    EXPECT_TRUE(gate->enter(kStart).entered);
    EXPECT_FALSE(gate->enter(kStart).entered);
}

TEST(Gate, AlwaysOnePlace) {
    EXPECT_TRUE(make_local_gate({0, 0})->enter(kStart).entered);
    EXPECT_TRUE(make_local_gate({-5, 0})->enter(kStart).entered);
}

// Enters as often as it may, each time exactly when it is told to.
int entries_within(double rate, Milliseconds span) {
    const auto gate = make_local_gate({1'000'000, rate});
    int entries = 0;
    for (Clock::time_point now = kStart; now < kStart + span;) {
        const auto answer = gate->enter(now);
        if (answer.entered) {
            ++entries;
        } else {
            EXPECT_TRUE(answer.ask_again);
            EXPECT_GT(*answer.ask_again, now);
            now = *answer.ask_again;
        }
    }
    return entries;
}

TEST(Gate, TheRateHolds) {
    EXPECT_EQ(entries_within(1, Milliseconds(10'000)), 10);
    EXPECT_EQ(entries_within(0.5, Milliseconds(10'000)), 5);
    EXPECT_NEAR(entries_within(50, Milliseconds(10'000)), 500, 6);
    EXPECT_NEAR(entries_within(1000, Milliseconds(10'000)), 10'000, 101);
}

TEST(Gate, IdleTimeIsNotSavedUp) {
    const auto gate = make_local_gate({100, 2});
    EXPECT_TRUE(gate->enter(kStart).entered);
    const auto later = kStart + std::chrono::hours(1);
    EXPECT_TRUE(gate->enter(later).entered);
    const auto answer = gate->enter(later);
    EXPECT_FALSE(answer.entered);
    EXPECT_EQ(answer.ask_again, later + Milliseconds(500));
}

TEST(Gate, ARefusalCostsNothing) {
    const auto gate = make_local_gate({100, 2});
    EXPECT_TRUE(gate->enter(kStart).entered);
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(gate->enter(kStart + Milliseconds(i / 4)).entered);
    EXPECT_TRUE(gate->enter(kStart + Milliseconds(500)).entered);
}

TEST(Gate, OddRates) {
    for (const double rate : {-1.0, 0.0, std::numeric_limits<double>::quiet_NaN(),
                              std::numeric_limits<double>::infinity()}) {
        const auto gate = make_local_gate({1000, rate});
        for (int i = 0; i < 1000; ++i) EXPECT_TRUE(gate->enter(kStart).entered);
    }
    const auto slow = make_local_gate({10, 1e-300});
    EXPECT_TRUE(slow->enter(kStart).entered);
    EXPECT_FALSE(slow->enter(kStart + std::chrono::hours(23)).entered);
    EXPECT_TRUE(slow->enter(kStart + std::chrono::hours(25)).entered);
}

TEST(Gate, HoldsForEverybody) {
    const auto gate = make_local_gate({10, 0});
    const auto until = kStart + Milliseconds(5000);
    gate->hold_until(until);
    gate->hold_until(kStart + Milliseconds(10));  // never shortens
    const auto answer = gate->enter(kStart + Milliseconds(4999));
    EXPECT_FALSE(answer.entered);
    EXPECT_EQ(answer.ask_again, until);
    EXPECT_TRUE(gate->enter(until).entered);
}

}  // namespace
