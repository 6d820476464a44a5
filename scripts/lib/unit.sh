# Runs the unit tests of a build directory and tallies each program.
# shellcheck shell=bash

run_unit_tests() {
    local directory=$1 name log=$RESULTS/$STAGE/ctest.log seen=0
    mkdir -p "${log%/*}"
    ctest --test-dir "$directory" --output-on-failure -j "$JOBS" >"$log" 2>&1 || true
    while read -r verdict name; do
        seen=$((seen + 1))
        if [[ $verdict == Passed ]]; then pass "$name"; else
            sed -n "/Test *#[0-9]*: $name \.*\*\*\*/,/ Start \|tests passed/p" "$log" >"$log.$name"
            fail "$name" "$log.$name"
        fi
    done < <(sed -n 's|^ *[0-9]*/[0-9]* Test *#[0-9]*: \([^ ]*\) \.*\** *\([A-Z][a-z]*\).*|\2 \1|p' "$log")
    ((seen)) || fail "no unit test ran" "$log"
}
