# The simulated Moodle as a process of the tests.
#
#   sim_start ARGS…   starts one on a free port; sets SIM_PORT and SIM_URL, which @URL@ in ARGS is too
#   sims_start        the two that tests expect: MOODLE_SIM_URL (generated data, token simadmin)
#                     and MOODLE_REPLAY_URL (what a real Moodle answered)
#   sim_stop          ends all that this shell started
# shellcheck shell=bash

SIM_PIDS=()
SIM_SIZE=${SIM_SIZE:---seed 1 --users 200 --courses 20}

sim_binary() {
    local found
    found=${MOODLE_SIM_BIN:-$(find "$BUILD" -type f -name moodle_sim -perm -u+x 2>/dev/null | head -n 1)}
    [[ -n $found ]] || die "the simulated Moodle is not built"
    echo "$found"
}

sim_start() {
    local log pid
    SIM_BIN=${SIM_BIN:-$(sim_binary)}
    for _ in 1 2 3; do # another process may take the port between choosing and binding
        SIM_PORT=$(free_port)
        SIM_URL=http://127.0.0.1:$SIM_PORT
        log=$RESULTS/sim-$SIM_PORT.log
        "$SIM_BIN" --port "$SIM_PORT" "${@//@URL@/$SIM_URL}" >"$log" 2>&1 &
        pid=$!
        SIM_PIDS+=("$pid")
        while kill -0 "$pid" 2>/dev/null; do
            if (exec 3<>"/dev/tcp/127.0.0.1/$SIM_PORT") 2>/dev/null; then
                export SIM_BIN SIM_PORT SIM_URL
                return
            fi
            sleep 0.05
        done
    done
    fail "simulated Moodle $*" "$log"
    return 1
}

sims_start() {
    local size
    read -ra size <<<"$SIM_SIZE"
    sim_start "${size[@]}"
    export MOODLE_SIM_URL=$SIM_URL
    sim_start --replay "$ROOT/test/data/recordings"
    export MOODLE_REPLAY_URL=$SIM_URL
}

sim_stop() {
    local pid
    for pid in "${SIM_PIDS[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    SIM_PIDS=()
}
