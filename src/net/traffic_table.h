// What was asked of every site, by function: so many rows as there is room for, and one in which
// all the rest is added up. Plain memory without pointers, for one backend or shared under a lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "net/traffic.h"

namespace moodle_fdw::net {

class TrafficTable {
  public:
    struct Row {
        uint32_t database;
        uint32_t server;     // 0 = free
        int64_t since;       // as the caller counts time
        char function[104];  // Moodle's own are shorter; longer ones are cut
        Traffic traffic;
    };
    // What found no room.
    struct Rest {
        int64_t since;
        Traffic traffic;
    };

    static size_t bytes(int rows) { return sizeof(TrafficTable) + sizeof(Row) * size_of(rows); }
    // In `bytes(rows)` of memory that is all zero.
    static TrafficTable* create(void* memory, int rows, int64_t now);

    void add(uint32_t database, uint32_t server, std::string_view function, const Traffic& more,
             int64_t now);
    // Begins anew for one server of a database; server 0 = for all of it.
    void forget(uint32_t database, uint32_t server);
    void forget_rest(int64_t now) { rest_ = {now, {}}; }

    void each(const std::function<void(const Row&)>& visit) const;
    const Rest& rest() const { return rest_; }

  private:
    static size_t size_of(int rows) { return static_cast<size_t>(rows > 0 ? rows : 1); }
    Row* rows() { return reinterpret_cast<Row*>(this + 1); }
    const Row* rows() const { return reinterpret_cast<const Row*>(this + 1); }
    Row* find(uint32_t database, uint32_t server, std::string_view function, int64_t now);

    size_t room_;
    Rest rest_;
};

}  // namespace moodle_fdw::net
