// The only place where a backend sleeps for Moodle.
#pragma once

#include <optional>

#include "net/transport.h"

namespace moodle_fdw::pg {

// Sleeps until the transport has work, `moment` has come, or a signal arrived; then interrupts are
// answered (so this may not return) and the transport is driven.
void wait_and_drive(net::Transport& transport, std::optional<net::Clock::time_point> moment);

}  // namespace moodle_fdw::pg
