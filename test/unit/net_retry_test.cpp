#include "net/retry.h"

#include <gtest/gtest.h>

#include <set>

namespace {

using moodle_fdw::net::Milliseconds;
using moodle_fdw::net::RetryPolicy;
using moodle_fdw::net::RetryState;
using std::chrono::hours;
using std::chrono::seconds;

TEST(Retry, DoublesWithJitterUpToTheMaximum) {
    const RetryPolicy policy{8, Milliseconds(250), Milliseconds(4000)};
    for (uint64_t seed = 0; seed < 200; ++seed) {
        RetryState state(policy, seed);
        for (const int ceiling : {250, 500, 1000, 2000, 4000, 4000, 4000, 4000}) {
            const auto delay = state.next_delay({});
            ASSERT_TRUE(delay);
            EXPECT_GE(delay->count(), ceiling / 2);
            EXPECT_LE(delay->count(), ceiling);
        }
        EXPECT_FALSE(state.next_delay({}));
        EXPECT_EQ(state.attempts(), 8);
    }
}

TEST(Retry, NeighbouringSeedsDiffer) {
    std::set<int64_t> delays;
    const RetryPolicy policy{1, Milliseconds(1'000'000), Milliseconds(1'000'000)};
    for (uint64_t seed = 0; seed < 100; ++seed) {
        delays.insert(RetryState(policy, seed).next_delay({})->count());
    }
    EXPECT_GT(delays.size(), 95U);
    EXPECT_GT(*delays.rbegin() - *delays.begin(), 400'000);
}

TEST(Retry, TheServersWishWinsWhenLonger) {
    const RetryPolicy policy{4, Milliseconds(250), Milliseconds(30'000)};
    EXPECT_EQ(RetryState(policy, 1).next_delay(seconds(7)), seconds(7));
    EXPECT_EQ(RetryState(policy, 1).next_delay(seconds(30)), seconds(30));
    EXPECT_GE(*RetryState(policy, 1).next_delay(seconds(0)), Milliseconds(125));
}

TEST(Retry, TooLongAWishEndsIt) {
    RetryState state({4, Milliseconds(250), Milliseconds(30'000)}, 1);
    EXPECT_FALSE(state.next_delay(Milliseconds(30'001)));
    EXPECT_FALSE(state.next_delay(hours(24)));
    EXPECT_EQ(state.attempts(), 0);
    EXPECT_TRUE(state.next_delay({}));
}

TEST(Retry, NoneAndReset) {
    RetryState none({0, Milliseconds(250), Milliseconds(30'000)}, 1);
    EXPECT_FALSE(none.next_delay({}));
    RetryState one({1, Milliseconds(250), Milliseconds(30'000)}, 1);
    EXPECT_TRUE(one.next_delay({}));
    EXPECT_FALSE(one.next_delay({}));
    one.reset();
    EXPECT_TRUE(one.next_delay({}));
}

TEST(Retry, OddPolicies) {
    RetryState zero({100, Milliseconds(0), Milliseconds(30'000)}, 1);
    RetryState small_maximum({100, Milliseconds(5000), Milliseconds(100)}, 1);
    RetryState endless({1'000'000, Milliseconds::max() / 4, Milliseconds::max() / 2}, 1);
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(zero.next_delay({}), Milliseconds(0));
        EXPECT_LE(*small_maximum.next_delay({}), Milliseconds(100));
        EXPECT_GT(*endless.next_delay({}), hours(1));
    }
}

}  // namespace
