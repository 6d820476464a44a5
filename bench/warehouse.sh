# The measures of the warehouse; bench/README.md says what each compares.
# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2317 # read and set across the files

MEASURES+=(landing_first landing_again stg_changed_users chain_750k stg_changed_grades nightly_4
    python_nightly worker_memory growth)

NIGHTLY_COURSES=${BENCH_NIGHTLY_COURSES:-500}
NIGHTLY_USERS=${BENCH_NIGHTLY_USERS:-5000}
NIGHTLY_CONNECTIONS=${BENCH_NIGHTLY_CONNECTIONS:-8}
NIGHTLY_LATENCY=50
GROWTH_ROWS=${BENCH_GROWTH_ROWS:-10000 100000 1000000}

# ---- landing: one large answer ----------------------------------------------------------------

LANDED=moodle_raw.landing_bench_land

landing_site() {
    once users_prebuilt
    quiet_sql "SELECT moodle_fdw.add_instance('bench_land', 'http://127.0.0.1:$USERS_PORT', '$TOKEN')"
    ours_landing
    same "landing_first is complete" "$(quiet_sql "SELECT count(*) FROM (
        SELECT data_json FROM $LANDED EXCEPT ALL SELECT raw FROM prebuilt) d"), $(
        quiet_sql "SELECT count(*), count(DISTINCT record_key) FROM $LANDED")" "0, $USERS|$USERS"
    quiet_sql "COPY $LANDED TO '$CLUSTER/data/landing.txt'"
}

land() { sql "SELECT rows_read, rows_new, rows_changed, rows_deleted
    FROM moodle_fdw.land(1, 'bench_land', 'user', NULL)" "${1:-}"; }

ours_landing() {
    land "TRUNCATE $LANDED; CHECKPOINT"
    [[ $ANSWER == "$USERS|$USERS|0|0" ]] || die "landing_first: $ANSWER"
}

# Straight into the partition, with ids and all: COPY's best case.
copy_landing() {
    sql "COPY $LANDED FROM '$CLUSTER/data/landing.txt'" "TRUNCATE $LANDED; CHECKPOINT"
}

# What COPY left is what had landed: nothing may be added to it, not a byte.
ours_again() {
    local before after
    [[ $(quiet_sql "SELECT count(*) FROM $LANDED") == "$USERS" ]] || copy_landing
    before=$(quiet_sql "SELECT $LANDING_STATE")
    land
    after=$(quiet_sql "SELECT $LANDING_STATE, pg_wal_lsn_diff(pg_current_wal_insert_lsn(),
        '${before##*|}') < 8192")
    [[ $ANSWER == "$USERS|0|0|0" && ${after%|*|*} == "${before%|*}" && ${after##*|} == t ]] ||
        die "landing_again wrote: $ANSWER, $before, $after"
}
LANDING_STATE="pg_relation_size('$LANDED'), pg_indexes_size('$LANDED'), (SELECT max(id) FROM $LANDED),
    pg_current_wal_insert_lsn()"

measure_landing_first() {
    once landing_site
    compare landing_first 1.0 ours_landing copy_landing
}

measure_landing_again() {
    once landing_site
    compare landing_again 0.35 ours_again copy_landing
    note "checked: landing_again wrote no row, no page, and less than 8 kB of WAL in all rounds"
}

# ---- staging ------------------------------------------------------------------------------------

synthetic() {
    quiet_sql "SELECT moodle_fdw.deploy()" >/dev/null
    psql -Xq -v ON_ERROR_STOP=1 -f "$ROOT/bench/synthetic.sql" || die "synthetic.sql"
}

NTH=0

# stage FUNCTION SITE BEFORE AFTER_ID: what is staged, of a range of the landing
stage() {
    sql "SELECT moodle_fdw.$1('$2', $4, (SELECT max(id) FROM moodle_raw.landing
        WHERE instance = '$2'))" "$3"
}

users_changed() {
    once landing_site
    once synthetic
    ours_landing
    quiet_sql "ANALYZE $LANDED"
}

all_users_staged() {
    stage load_users bench_land "TRUNCATE moodle_stg.users; CHECKPOINT" 0
    [[ $ANSWER == "$USERS" ]] || die "stg_changed: $ANSWER users staged"
}

ours_users_staged() {
    local seen
    seen=$(quiet_sql "SELECT max(id) FROM $LANDED")
    quiet_sql "INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key,
            data_json, hash_content, ts_extract, previous_id)
        SELECT 1 + $((++NTH)), instance, entity, moodle_id, record_key,
               data_json || jsonb_build_object('city', 'Town $NTH'), hash_content,
               clock_timestamp(), id
        FROM $LANDED WHERE run_id = 1 AND previous_id IS NULL AND moodle_id % 100 = $NTH % 100"
    stage load_users bench_land CHECKPOINT "$seen"
    ((ANSWER * 100 >= USERS * 95 / 100 && ANSWER * 100 <= USERS * 105 / 100)) ||
        die "stg_changed: $ANSWER users changed"
}

measure_stg_changed_users() {
    once users_changed
    compare stg_changed_users 0.05 ours_users_staged all_users_staged
}

# ---- from the landing to the mart -----------------------------------------------------------------

chain_site() {
    once synthetic
    quiet_sql "SELECT bench_fill('chain', 1000)" >>"$RESULTS/bench.log"
    quiet_sql "VACUUM ANALYZE moodle_raw.landing_chain"
}

ours_chain() { sql "SELECT bench_chain('chain', 0)" "SELECT bench_empty('chain'); CHECKPOINT"; }
plain_chain() { sql "SET work_mem = '32MB'; CALL bench_ctas('chain')" \
    "DROP SCHEMA IF EXISTS plain CASCADE; CHECKPOINT"; }

chain_checked() {
    once chain_site
    plain_chain
    ours_chain
    local sums="count(*), sum(graded_items), sum(avg_performance_pct), sum(moodle_user_id)"
    same "chain_750k: sums of course_performance" \
        "$(quiet_sql "SELECT $sums, count(*) FILTER (WHERE completed_course)
            FROM moodle_mart.course_performance WHERE instance = 'chain'")" \
        "$(quiet_sql "SELECT $sums, count(*) FILTER (WHERE completed) FROM plain.course_performance")"
    same "chain_750k: grades" "$(quiet_sql "SELECT count(*), sum(finalgrade) FROM moodle_stg.grades
        WHERE instance = 'chain'")" "$(quiet_sql "SELECT count(*), sum(finalgrade) FROM plain.grades")"
}

measure_chain_750k() {
    once chain_checked
    ROUNDS=$((ROUNDS < 3 ? ROUNDS : 3)) compare chain_750k 2.0 ours_chain plain_chain
}

all_grades_staged() {
    stage load_grades chain "TRUNCATE moodle_stg.grades; CHECKPOINT" 0
    [[ $ANSWER == 750000 ]] || die "stg_changed: $ANSWER grades staged"
}

ours_grades_staged() {
    local seen
    seen=$(quiet_sql "SELECT max(id) FROM moodle_raw.landing_chain")
    quiet_sql "SELECT bench_change('chain', $((++NTH)))" >>"$RESULTS/bench.log"
    stage load_grades chain CHECKPOINT "$seen"
    [[ $ANSWER == 7500 ]] || die "stg_changed: $ANSWER grades changed"
}

measure_stg_changed_grades() {
    once chain_site
    ROUNDS=$((ROUNDS < 3 ? ROUNDS : 3)) compare stg_changed_grades 0.05 ours_grades_staged all_grades_staged
}

# ---- a night ----------------------------------------------------------------------------------------

# The whole of refresh(), with staging, marts and checks, once: against what the calls alone take.
nightly_run() {
    once build_simulator
    local at
    for at in 1 2 3 4; do
        sim_start --seed "$at" --users "$NIGHTLY_USERS" --courses "$NIGHTLY_COURSES" --per-course 50 \
            --items 5 --latency-ms "$NIGHTLY_LATENCY" --workers 0
        quiet_sql "SELECT moodle_fdw.add_instance('night$at', '$SIM_URL', '$TOKEN',
            '{\"max_connections\": \"$NIGHTLY_CONNECTIONS\"}')"
    done
    sql "CALL moodle_fdw.refresh('{night1,night2,night3,night4}')"
    NIGHTLY_TOOK=$TOOK
    same "nightly_4 ended" "$(quiet_sql "SELECT status FROM moodle_fdw.runs ORDER BY run_id DESC LIMIT 1")" \
        completed
    same "nightly_4: enrolments" "$(quiet_sql "SELECT count(*) FROM moodle_stg.enrolments
        WHERE instance LIKE 'night_'")" "$(quiet_sql "SELECT count(*) FROM moodle_raw.current
        WHERE instance LIKE 'night_' AND entity = 'completion'")"
    NIGHTLY_CALLS=$(quiet_sql "SELECT sum(requests) FROM moodle_fdw.run_steps")
    NIGHTLY_SLOWEST=$(quiet_sql "SELECT max(calls) FROM (SELECT sum(requests) AS calls
        FROM moodle_fdw.run_steps GROUP BY instance) i")
    note "nightly_4: $NIGHTLY_CALLS calls, $NIGHTLY_SLOWEST of the slowest instance; per step: $(
        quiet_sql "SELECT name || ' ' || max(requests) || ' ' || round(max(seconds)::numeric, 1)
            FROM moodle_fdw.run_steps GROUP BY name, ordinal ORDER BY ordinal" | tr '\n' ';')"
}

measure_nightly_4() {
    once nightly_run
    ratio_row nightly_4 1.15 "$NIGHTLY_TOOK" \
        "$((NIGHTLY_SLOWEST * NIGHTLY_LATENCY / NIGHTLY_CONNECTIONS))"
}

# One connection, a second between two calls: computed, for nobody waits for it. A call's time is
# that of the plain loader on the first 100 courses.
measure_python_nightly() {
    once nightly_run
    if ! has_python_loader; then
        row python_nightly - - - "" 0 ""
        return
    fi
    sim_start --seed 1 --users 1000 --courses 100 --per-course 50 --items 5 \
        --latency-ms "$NIGHTLY_LATENCY" --workers 0
    wall "$PYTHON" "$ROOT/bench/ref_python.py" enrolments "$SIM_URL" "$TOKEN"
    note "python_nightly: 101 calls in $TOOK ms; computed: (that / 101 + 1 s) x $NIGHTLY_CALLS calls"
    ratio_row python_nightly "" \
        "$(awk -v t="$TOOK" -v n="$NIGHTLY_CALLS" 'BEGIN {print (t / 101 + 1000) * n}')" "$NIGHTLY_TOOK"
}

# ---- memory -----------------------------------------------------------------------------------------

# Two workers land the large answer side by side, and stage it.
memory_sites() {
    once users_body
    local at
    for at in 1 2; do
        quiet_sql "SELECT moodle_fdw.add_instance('memory$at', 'http://127.0.0.1:$USERS_PORT', '$TOKEN')"
    done
}

measure_worker_memory() {
    once memory_sites
    local taken
    taken=$("$PYTHON" "$ROOT/bench/worker_memory.py" "$PGDATABASE" \
        "CALL moodle_fdw.refresh('{memory1,memory2}', '{user}')") || die "$taken"
    note "worker_memory: $taken (bytes of the greater worker, workers)"
    same "worker_memory: workers, users" "${taken#* } $(quiet_sql "SELECT count(*)
        FROM moodle_stg.users WHERE instance LIKE 'memory_'")" "2 $((USERS * 2))"
    taken=$(awk -v b="${taken% *}" 'BEGIN {printf "%.1f", b / 1048576}')
    row worker_memory "$taken MiB" - - "<= 64 MiB" "$taken" 64
}

# ---- growth -----------------------------------------------------------------------------------------

# From what has landed to course_performance: all of it, and after a hundredth of it changed. A
# course has about 871 records of all kinds.
growth_step() {
    local rows=$1 courses=$((($1 + 435) / 871)) landed full changed seen
    landed=$(quiet_sql "SELECT bench_fill('growth', $courses)" | tail -n 1)
    quiet_sql "VACUUM ANALYZE moodle_raw.landing_growth"
    sql "SELECT bench_chain('growth', 0)"
    full=$TOOK
    seen=$(quiet_sql "SELECT max(id) FROM moodle_raw.landing_growth")
    changed=$(quiet_sql "SELECT bench_change('growth', 7)")
    sql "SELECT bench_chain('growth', $seen)"
    printf '%s,%s,%s,%s\n' "$landed" "$full" "$changed" "$TOOK" >>"$RESULTS/growth.csv"
    note "growth: $landed rows rebuilt in $full ms, $changed changed ones brought in in $TOOK ms"
    quiet_sql "DROP TABLE moodle_raw.landing_growth"
    quiet_sql "SELECT bench_empty('growth')" >/dev/null
}

# Linear is an exponent of 1: time ~ rows ^ exponent, between 100,000 rows and the most.
measure_growth() {
    once synthetic
    local rows
    echo "rows,full_ms,changed,refresh_ms" >"$RESULTS/growth.csv"
    for rows in $GROWTH_ROWS; do growth_step "$rows"; done
    local fit
    fit=$(awk -F, 'NR > 1 && $1 >= 90000 {if (!n) {r = $1; f = $2; c = $4} n = $1; F = $2; C = $4}
        END {if (n == r) exit 1
             printf "%.3f %.3f", log(F / f) / log(n / r), log(C / c) / log(n / r)}' "$RESULTS/growth.csv") ||
        die "growth: two sizes of 100,000 rows or more are needed"
    row growth_full "$(tail -n 1 "$RESULTS/growth.csv" | awk -F, '{printf "%.1f s", $2 / 1000}')" \
        "$(tail -n 1 "$RESULTS/growth.csv" | cut -d, -f1)" "${fit% *}" "<= 1.15" "${fit% *}" 1.15
    row growth_refresh "$(tail -n 1 "$RESULTS/growth.csv" | awk -F, '{printf "%.1f s", $4 / 1000}')" \
        "$(tail -n 1 "$RESULTS/growth.csv" | cut -d, -f3)" "${fit#* }" "<= 1.15" "${fit#* }" 1.15
}
