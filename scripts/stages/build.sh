# The module by PGXS, the tests and the simulated Moodle by CMake.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/build.sh"

export TAIL_LINES=60
attempt "module" build_module || true
attempt "unit tests and simulated Moodle" build_tests || true

# What the server looks up by name must be visible; nothing else should be.
exported() {
    local symbols
    symbols=$(nm -D --defined-only "$MODULE/moodle_fdw.so" | awk '{print $3}')
    grep -qx Pg_magic_func <<<"$symbols" || { echo "no Pg_magic_func"; return 1; }
    grep -qx pg_finfo_moodle_fdw_handler <<<"$symbols" || { echo "no handler"; return 1; }
    ! grep -vE '^(Pg_magic_func|_PG_init|(pg_finfo_)?moodle_fdw_[a-z_]+)$' <<<"$symbols"
}
attempt "exported symbols" exported || true
