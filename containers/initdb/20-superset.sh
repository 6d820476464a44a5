#!/bin/bash
# The role that Superset connects as: it reads the warehouse, and nothing else.
set -euo pipefail
psql -qX -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
\set password `printf '%s' "$SUPERSET_DB_PASSWORD"`
CREATE ROLE superset LOGIN PASSWORD :'password';
GRANT moodle_reader, pg_read_all_stats TO superset;
SQL
