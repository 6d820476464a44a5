// One Site per user mapping and one Transport per backend, kept across scans; forgotten when the
// server or the mapping changes.
#pragma once

#include <memory>

#include "moodle/site.h"
#include "pg/pg.h"

namespace moodle_fdw::pg {

struct ServerSettings {
    bool skip_failed_units = false;
    net::Milliseconds cache_ttl{0};
    const char* users_by = nullptr;  // palloc'ed, nullptr = default
};

// The server of an instance's name. Raises unless it is ours and the role may use it.
ForeignServer* usable_server(const char* instance);
// The site as `user` reaches it. The pointer is valid until the next call: copy the shared_ptr.
const std::shared_ptr<moodle::Site>& site_for(Oid server, Oid user);
ServerSettings server_settings(Oid server);
net::Transport& transport();
// How many requests may be under way to the server's site at present, and whether of all backends
// together; false if none was made.
bool concurrency_limit(Oid server, int& limit, bool& shared);
// Forgets every site and closes idle connections; how many sites there were.
int close_connections();

}  // namespace moodle_fdw::pg
