#include "net/traffic_table.h"

#include <algorithm>
#include <new>

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

// A row that was given up: a search goes on behind it, a new row may take its place.
constexpr uint32_t kGivenUp = UINT32_MAX;

size_t place_of(uint32_t database, uint32_t server, std::string_view function) {
    uint64_t hash = (uint64_t{database} << 32 | server) * 0x9e3779b97f4a7c15u;
    for (const char c : function) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return static_cast<size_t>(hash ^ hash >> 29);
}

}  // namespace

TrafficTable* TrafficTable::create(void* memory, int rows, int64_t now) {
    auto* table = new (memory) TrafficTable();
    table->room_ = size_of(rows);
    table->rest_.since = now;
    return table;
}

TrafficTable::Row* TrafficTable::find(uint32_t database, uint32_t server, std::string_view function,
                                      int64_t now) {
    function = function.substr(0, sizeof(Row::function) - 1);
    Row* vacant = nullptr;
    size_t at = place_of(database, server, function) % room_;
    for (size_t looked_at = 0; looked_at < room_; looked_at++, at = (at + 1) % room_) {
        Row& row = rows()[at];
        if (row.server == 0 || row.server == kGivenUp) {
            if (vacant == nullptr) vacant = &row;
            if (row.server == 0) break;
        } else if (row.server == server && row.database == database && function == row.function) {
            return &row;
        }
    }
    if (vacant == nullptr) return nullptr;
    *vacant = Row{database, server, now, {}, {}};
    function.copy(vacant->function, function.size());
    return vacant;
}

void TrafficTable::add(uint32_t database, uint32_t server, std::string_view function,
                       const Traffic& more, int64_t now) {
    Row* row = find(database, server, function, now);
    (row != nullptr ? row->traffic : rest_.traffic).add(more);
}

void TrafficTable::forget(uint32_t database, uint32_t server) {
    bool empty = true;
    for (size_t i = 0; i < room_; i++) {
        Row& row = rows()[i];
        if (row.server == 0 || row.server == kGivenUp) continue;
        if (row.database == database && (server == 0 || row.server == server)) {
            row.server = kGivenUp;
        } else {
            empty = false;
        }
    }
    // Nobody is behind a row that was given up.
    if (empty) std::fill_n(rows(), room_, Row{});
}

void TrafficTable::each(const std::function<void(const Row&)>& visit) const {
    for (size_t i = 0; i < room_; i++) {
        const Row& row = rows()[i];
        if (row.server != 0 && row.server != kGivenUp) visit(row);
    }
}

}  // namespace moodle_fdw::net
