# The five-minute tour of README.md, as printed, over the simulated Moodle: once by plain SQL/MED,
# once by add_instance.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/build.sh"
. "$ROOT/scripts/lib/cluster.sh"
. "$ROOT/scripts/lib/sim.sh"

trap 'sim_stop; cluster_stop' EXIT
attempt "build" eval "build_module && build_tests" || exit 1
cluster_start
sims_start
mkdir -p "$RESULTS/tour"

# Prints the SQL of the tour, made with one of the two ways to begin.
tour() {
    python3 - "$ROOT/README.md" "$MOODLE_SIM_URL" "$1" <<'PYTHON'
import re
import sys

name, url, way = sys.argv[1:]
blocks = re.findall(r"```sql\n(.*?)```", open(name, encoding="utf-8").read(), re.S)
opening, plain, by_call, rest = blocks[0], blocks[1], blocks[2], blocks[3:]
assert "CREATE SERVER" in plain and "add_instance" in by_call, "the tour's order has changed"
assert len(rest) >= 6, "the tour has become short"
begin = plain if way == "plain" else "CREATE EXTENSION moodle_fdw;\n" + by_call
rest = [block for block in rest if way != "plain" or "FROM moodle_fdw.users" not in block]
print("\n".join([begin, *rest, opening]).replace("https://ead.example.edu", url).replace("'…'", "'simadmin'"))
PYTHON
}

walk() {
    fresh_database "tour_$1" || return
    tour "$1" >"$RESULTS/tour/$1.sql" || return
    PGOPTIONS='-c statement_timeout=60s' psql -X -a -v ON_ERROR_STOP=1 -f "$RESULTS/tour/$1.sql"
}
attempt "plain SQL/MED" walk plain || true
attempt "add_instance" walk by_call || true
