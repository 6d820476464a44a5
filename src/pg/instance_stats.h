// What was asked of each instance by each function: over all backends in shared memory, or of this
// backend alone where the library is not in shared_preload_libraries.
#pragma once

#include <memory>
#include <vector>

#include "net/traffic_table.h"
#include "pg/pg.h"

namespace moodle_fdw::pg {

// In _PG_init: settings and memory.
void setup_instance_stats();

// May throw.
std::shared_ptr<net::TrafficCounter> make_traffic_counter(Oid server);

// May throw. The rows of all databases; what found no room is in `rest`.
std::vector<net::TrafficTable::Row> read_instance_stats(net::TrafficTable::Rest& rest);

// Begins anew; InvalidOid = for all instances of the database.
void forget_instance_stats(Oid database, Oid server);
// And what found no room, of whichever database.
void forget_rest_of_stats();

}  // namespace moodle_fdw::pg
