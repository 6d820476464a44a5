# test/unit/*_test.cpp, one program a file.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/build.sh"
. "$ROOT/scripts/lib/unit.sh"

attempt "build" build_tests || exit 1
run_unit_tests "$BUILD"
