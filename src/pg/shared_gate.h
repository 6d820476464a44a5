// One gate per instance over all backends, in shared memory. Without shared_preload_libraries there
// is none, and each backend keeps its own (net::make_local_gate).
//
// Who finds no place gets a ticket and is woken when it is his turn; nobody overtakes who asked
// before. What a backend holds is noted under its number, and given back however it ends.
#pragma once

#include <memory>
#include <optional>

#include "net/gate.h"
#include "pg/pg.h"

namespace moodle_fdw::pg {

// In _PG_init: settings and memory.
void setup_shared_gates();

// What one server's options say, as of the version of its catalog row.
struct GateSettings {
    net::GateLimits limits;
    TransactionId version;
    bool committed;  // else it may be rolled back, and is for nobody else
};

// The instance's place in the table, where newer settings become everybody's; -1 where it has none:
// not preloaded, or the table is full, which is logged.
int claim_shared_gate(Oid server, const GateSettings& settings);

// May throw; `slot` as claimed. Without one, or when it is lost, this backend keeps limits of its
// own until one is found.
std::shared_ptr<net::Gate> make_gate(int slot, Oid server, const net::GateLimits& limits);

// How many may be under way at present; nothing if the instance has no shared gate.
std::optional<int> shared_gate_limit(Oid server);

// Whether this backend serves its transfers. What somebody holds who has been elsewhere for long (a
// cursor nobody fetches from) is lent to others; at once, if he waits and is `stuck`: all that he
// holds are answers that he reads only after what he waits for. Else two who wait for each other's
// instance would do so for ever.
void note_waiting(bool stuck);
void note_working();

}  // namespace moodle_fdw::pg
