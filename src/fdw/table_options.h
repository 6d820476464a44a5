// A foreign table's definition out of the catalogs.
#pragma once

#include "moodle/table.h"
#include "pg/connection.h"

namespace moodle_fdw::fdw {

struct TableDefinition {
    moodle::Table table;
    std::vector<int> attributes;  // attribute number of each of table.columns
    std::string instance;
    Oid server = InvalidOid;
    bool skip_failed_units = false;
    net::Milliseconds cache_ttl{0};
};

// Owned by `context`. Raises when the table's options and columns make no sense together.
TableDefinition* load_table(Oid relation, MemoryContext context);

}  // namespace moodle_fdw::fdw
