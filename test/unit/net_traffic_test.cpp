#include "net/traffic_table.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace {

using moodle_fdw::net::Traffic;
using moodle_fdw::net::TrafficTable;

class Table {
  public:
    explicit Table(int rows) : memory_(TrafficTable::bytes(rows) / 8 + 1) {
        table_ = TrafficTable::create(memory_.data(), rows, 5);
    }
    TrafficTable* operator->() { return table_; }
    std::map<std::string, uint64_t> requests(uint32_t database) {
        std::map<std::string, uint64_t> found;
        table_->each([&](const TrafficTable::Row& row) {
            if (row.database != database) return;
            const bool is_new =
                found.emplace(std::to_string(row.server) + row.function, row.traffic.requests)
                    .second;
            EXPECT_TRUE(is_new);
        });
        return found;
    }

  private:
    std::vector<uint64_t> memory_;
    TrafficTable* table_;
};

Traffic once(uint64_t took = 10) {
    Traffic traffic;
    traffic.requests = 1;
    traffic.microseconds = traffic.longest = took;
    return traffic;
}

TEST(Traffic, IsAddedUpByServerAndFunction) {
    Table table(10);
    table->add(1, 7, "core_a", once(10), 100);
    table->add(1, 7, "core_a", once(30), 200);
    table->add(1, 7, "core_a", once(20), 300);
    table->add(1, 8, "core_a", once(), 300);
    table->add(2, 7, "core_a", once(), 300);
    table->add(1, 7, "core_b", once(), 300);
    EXPECT_EQ(table.requests(1),
              (std::map<std::string, uint64_t>{{"7core_a", 3}, {"7core_b", 1}, {"8core_a", 1}}));
    EXPECT_EQ(table.requests(2), (std::map<std::string, uint64_t>{{"7core_a", 1}}));
    table->each([](const TrafficTable::Row& row) {
        if (row.database != 1 || row.server != 7 || std::string(row.function) != "core_a") return;
        EXPECT_EQ(row.traffic.microseconds, 60u);
        EXPECT_EQ(row.traffic.longest, 30u);
        EXPECT_EQ(row.since, 100);
    });
}

TEST(Traffic, WhatFindsNoRoomIsNotLost) {
    Table table(3);
    for (int round = 0; round < 2; round++) {
        for (uint32_t server = 1; server <= 10; server++) table->add(1, server, "f", once(), 1);
    }
    EXPECT_EQ(table.requests(1).size(), 3u);
    EXPECT_EQ(table->rest().traffic.requests, 14u);
    EXPECT_EQ(table->rest().since, 5);
}

TEST(Traffic, BeginsAnew) {
    Table table(8);
    for (int round = 1; round <= 50; round++) {
        for (uint32_t server = 1; server <= 4; server++) {
            table->add(1, server, "f", once(), round);
            table->add(2, server, "f", once(), round);
        }
        // Rows given up are taken again, and none is made twice.
        table->forget(1, 2);
        EXPECT_EQ(table.requests(1).size(), 3u);
        EXPECT_EQ(table.requests(2)["2f"], static_cast<uint64_t>(round));
        table->add(1, 2, "f", once(), round);
        EXPECT_EQ(table.requests(1)["2f"], 1u);
    }
    EXPECT_EQ(table->rest().traffic.requests, 0u);
    for (int i = 0; i < 3; i++) table->add(3, 1, "other", once(), 1);
    EXPECT_EQ(table->rest().traffic.requests, 3u);
    table->forget(1, 0);
    EXPECT_TRUE(table.requests(1).empty());
    EXPECT_EQ(table.requests(2).size(), 4u);
    EXPECT_EQ(table->rest().traffic.requests, 3u);
    table->forget_rest(99);
    EXPECT_EQ(table->rest().traffic.requests, 0u);
    EXPECT_EQ(table->rest().since, 99);
    table->forget(2, 0);
    table->add(1, 1, "f", once(), 1);
    EXPECT_EQ(table.requests(1)["1f"], 1u);
}

TEST(Traffic, LongNames) {
    Table table(4);
    const std::string name(300, 'x');
    table->add(1, 1, name, once(), 1);
    table->add(1, 1, name + "y", once(), 1);
    const auto found = table.requests(1);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found.begin()->second, 2u);
}

}  // namespace
