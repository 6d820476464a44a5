# The measures; bench/README.md says what each compares. A function measure_NAME is a measure.
# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2317 # read and set across the files

MEASURES=(users_count users_columns users_typed users_raw_md5 users_raw_scan first_row enrolments_8
    enrolments_64 union_4 grades cached memory_1gib python_count python_columns python_load python_grades python_enrolments)

# ---- users: one large answer ------------------------------------------------------------------

users_body() {
    once make_generator
    USERS_PORT=$(free_port)
    SLOW_PORT=$(free_port)
    nginx_start users "$USERS_PORT" "$(static_server "$USERS_PORT" "$WORK/users/body" users.json)
        $(static_server "$SLOW_PORT" "$WORK/users/body" users.json 'limit_rate 60m;')"
    "$WORK/generate_users" --users "$USERS" --body "$WORK/users/body/users.json" \
        --lines "$WORK/users.lines" >>"$RESULTS/bench.log"
}

users_server() {
    once users_body
    server bench_users "$USERS_PORT" 8 users
    quiet_sql "
        CREATE FOREIGN TABLE users_as_served (
            raw jsonb OPTIONS (path ''), hash bytea OPTIONS (path '', type 'md5'))
        SERVER bench_users OPTIONS (wsfunction 'core_user_get_users', rows '/users/*',
            params '{\"criteria\":[{\"key\":\"everyone\",\"value\":\"%\"}]}')"
}

# The same records by PostgreSQL's own means, as the reference and as the proof of ours.
users_prebuilt() {
    once users_server
    quiet_sql "
        CREATE TABLE lines (line text);
        COPY lines FROM '$WORK/users.lines' WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02');
        CREATE TABLE prebuilt AS SELECT line::jsonb AS raw, decode(md5(line), 'hex') AS hash FROM lines;
        DROP TABLE lines"
    quiet_sql "VACUUM ANALYZE prebuilt"
    same "users_raw_md5 is complete" "$(differences prebuilt users_as_served '*')" 0
}

differences() { # differences TABLE TABLE COLUMNS: rows that only one of them has
    quiet_sql "SELECT count(*) FROM ((SELECT $3 FROM $1 EXCEPT ALL SELECT $3 FROM $2) UNION ALL
        (SELECT $3 FROM $2 EXCEPT ALL SELECT $3 FROM $1)) d"
}

users_typed_rows() {
    once users_prebuilt
    quiet_sql "
        CREATE FUNCTION epoch(jsonb) RETURNS timestamptz LANGUAGE sql IMMUTABLE
            RETURN to_timestamp(nullif(\$1::bigint, 0));
        CREATE TABLE typed AS SELECT 'bench_users'::text AS instance,
            (raw->'id')::bigint AS user_id, raw->>'username' AS username, raw->>'email' AS email,
            raw->>'firstname' AS firstname, raw->>'lastname' AS lastname,
            raw->>'fullname' AS fullname, raw->>'auth' AS auth,
            (raw->'confirmed')::boolean AS confirmed, (raw->'suspended')::boolean AS suspended,
            raw->>'idnumber' AS idnumber, raw->>'department' AS department,
            raw->>'institution' AS institution, raw->>'address' AS address,
            raw->>'phone1' AS phone1, raw->>'phone2' AS phone2, raw->>'city' AS city,
            raw->>'country' AS country, raw->>'interests' AS interests, raw->>'lang' AS lang,
            raw->>'calendartype' AS calendartype, raw->>'theme' AS theme,
            raw->>'timezone' AS timezone, (raw->'mailformat')::bigint AS mailformat,
            (raw->'trackforums')::int <> 0 AS trackforums, raw->>'description' AS description,
            (raw->'descriptionformat')::bigint AS descriptionformat,
            epoch(raw->'firstaccess') AS firstaccess, epoch(raw->'lastaccess') AS lastaccess,
            raw->>'profileimageurlsmall' AS profileimageurlsmall,
            raw->>'profileimageurl' AS profileimageurl, raw->'customfields' AS customfields,
            raw->'preferences' AS preferences
        FROM prebuilt"
    TYPED=$(quiet_sql "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
        FROM information_schema.columns WHERE table_schema = 'bench_users'
        AND table_name = 'users' AND column_name <> 'raw'")
    same "columns of users" "$TYPED" "$(quiet_sql "SELECT string_agg(quote_ident(column_name), ', '
        ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = 'typed'")"
    same "users_typed is complete" "$(differences typed bench_users.users "$TYPED")" 0
    quiet_sql "COPY (SELECT $TYPED FROM typed) TO '$CLUSTER/data/users.txt'"
}

curl_users() {
    wall curl -sS --fail -o /dev/null -d "wstoken=$TOKEN&wsfunction=core_user_get_users" \
        "http://127.0.0.1:${1:-$USERS_PORT}/webservice/rest/server.php"
}

ours_count() {
    sql "SELECT count(*) FROM bench_users.users"
    [[ $ANSWER == "$USERS" ]] || die "count(*) says $ANSWER"
}

ours_columns() { sql "SELECT count(user_id), count(email) FROM (SELECT user_id, email
    FROM bench_users.users OFFSET 0) u"; }
ours_typed() { sql "CREATE TABLE made AS SELECT $TYPED FROM bench_users.users" "$CLEAN"; }
copy_typed() {
    sql "COPY made FROM '$CLUSTER/data/users.txt'" \
        "$CLEAN; CREATE TABLE made AS SELECT $TYPED FROM typed WITH NO DATA"
}
ours_raw() { sql "CREATE TABLE made AS SELECT raw, hash FROM users_as_served" "$CLEAN"; }
prebuilt_raw() { sql "CREATE TABLE made AS SELECT raw, hash FROM prebuilt" "$CLEAN"; }
CLEAN="DROP TABLE IF EXISTS made; CHECKPOINT"

measure_users_count() {
    once users_server
    compare users_count 3.5 ours_count curl_users
}

measure_users_columns() {
    once users_server
    compare users_columns 4.0 ours_columns curl_users
}

measure_users_typed() {
    once users_typed_rows
    compare users_typed 1.2 ours_typed copy_typed
}

measure_users_raw_md5() {
    once users_prebuilt
    compare users_raw_md5 2.2 ours_raw prebuilt_raw
}

# The same without writing what was read.
measure_users_raw_scan() {
    once users_prebuilt
    ours_raw_scan() { sql "SELECT count(raw), count(hash) FROM (SELECT raw, hash
        FROM users_as_served OFFSET 0) u"; }
    compare users_raw_scan "" ours_raw_scan prebuilt_raw
}

measure_first_row() {
    once users_server
    server bench_slow "$SLOW_PORT" 8 users
    ours_first_row() { sql "SELECT user_id, email FROM bench_slow.users LIMIT 1"; }
    curl_slowly() { curl_users "$SLOW_PORT"; }
    compare first_row 0.1 ours_first_row curl_slowly
}

# ---- memory -----------------------------------------------------------------------------------

big_server() {
    once make_generator
    BIG_PORT=$(free_port)
    nginx_start big "$BIG_PORT" "$(static_server "$BIG_PORT" "$WORK/big/body" big.json)"
    BIG_USERS=$("$WORK/generate_users" --bytes "$BIG_BYTES" --body "$WORK/big/body/big.json")
    BIG_USERS=${BIG_USERS%% *}
    server bench_big "$BIG_PORT" 8 users
}

measure_memory_1gib() {
    once big_server
    local round taken peaks=() query
    query="SELECT count(*) + 0 * (count(email) + count(customfields)) FROM bench_big.users"
    for ((round = 0; round < ROUNDS; ++round)); do
        taken=$("$PYTHON" "$ROOT/bench/memory.py" "$PGDATABASE" "$query") || die "$taken"
        [[ ${taken#* } == "$BIG_USERS" ]] || die "memory_1gib: ${taken#* } of $BIG_USERS users"
        peaks+=("${taken% *}")
    done
    note "memory_1gib: ${peaks[*]} (bytes)"
    taken=$(awk -v b="$(median "${peaks[@]}")" 'BEGIN {printf "%.1f", b / 1048576}')
    row memory_1gib "$taken MiB" "$((BIG_BYTES / 1048576)) MiB" - "<= 16 MiB" "$taken" 16
}

# ---- courses: many answers ----------------------------------------------------------------------

LATENCY=100

sim_enrolments() {
    once build_simulator
    sim_start --seed 1 --users 5000 --courses "$COURSES" --per-course 30 --items 5 \
        --latency-ms "$LATENCY" --workers 0
    ENROLMENTS_PORT=$SIM_PORT
    server bench_8 "$ENROLMENTS_PORT" 8 enrolments
    server bench_64 "$ENROLMENTS_PORT" 64 enrolments
    once make_ref_grades
    # How fast the simulator itself answers as many callers: what no client can beat.
    local connections
    for connections in 8 64; do
        wall "$WORK/ref_grades" --url "http://127.0.0.1:$ENROLMENTS_PORT" --token "$TOKEN" \
            --function core_enrol_get_enrolled_users --connections "$connections" \
            --arguments '&options[0][name]=userfields&options[0][value]=id,roles'
        note "the simulator over $connections connections: $TOOK ms, $ANSWER"
    done
    ENROLMENTS=$(quiet_sql "SELECT count(*) FROM bench_64.enrolments")
    if has_python_loader; then
        sim_start --seed 1 --users 5000 --courses "$COURSES" --per-course 30 --items 5 --workers 0
        wall "$PYTHON" "$ROOT/bench/ref_python.py" enrolments "$SIM_URL" "$TOKEN"
        same "rows of enrolments" "$ENROLMENTS" "${ANSWER#* }"
    fi
}

ours_enrolments_8() { ours_enrolments bench_8; }
ours_enrolments_64() { ours_enrolments bench_64; }
ours_enrolments() {
    sql "SELECT count(*) FROM $1.enrolments"
    [[ $ANSWER == "$ENROLMENTS" ]] || die "enrolments: $ANSWER rows, not $ENROLMENTS"
}

measure_enrolments_8() {
    once sim_enrolments
    against enrolments_8 1.03 ours_enrolments_8 "$((COURSES * LATENCY / 8))"
}

measure_enrolments_64() {
    once sim_enrolments
    against enrolments_64 1.12 ours_enrolments_64 "$(awk -v ms="$((COURSES * LATENCY))" \
        'BEGIN {print ms / 64}')"
}

# Four sites, the last one twice as slow as the others.
UNION_COURSES=(100 150 200 400)

sim_union() {
    once build_simulator
    local at
    quiet_sql "CREATE SCHEMA union_4"
    for at in 0 1 2 3; do
        sim_start --seed "$((at + 1))" --users 1000 --courses "${UNION_COURSES[at]}" \
            --per-course 30 --items 5 --latency-ms "$LATENCY" --workers 0
        UNION_PORTS[at]=$SIM_PORT
        server "union_$at" "$SIM_PORT" 8 enrolments
        ((at)) || quiet_sql "CREATE TABLE union_4.enrolments (LIKE union_0.enrolments)
            PARTITION BY LIST (instance)"
        quiet_sql "ALTER TABLE union_4.enrolments ATTACH PARTITION union_$at.enrolments
            FOR VALUES IN ('union_$at')"
    done
}
UNION_PORTS=()

ours_union() { sql "SELECT count(*) FROM union_4.enrolments"; }
ours_slowest() { sql "SELECT count(*) FROM union_3.enrolments"; }

measure_union_4() {
    once sim_union
    compare union_4 1.10 ours_union ours_slowest
}

# ---- grades: many rows --------------------------------------------------------------------------

grades_server() {
    once build_simulator
    # About 50 of a course's people have a graded role; its total is an item too.
    sim_start --seed 1 --users 5000 --courses "$COURSES" --per-course 66 --items 14 --workers 0
    CACHE_PORT=$(free_port)
    nginx_start grades "$CACHE_PORT" "$(caching_server "$CACHE_PORT" "$SIM_PORT")"
    once make_ref_grades
    server bench_grades "$CACHE_PORT" 8 grades
    # Fills the cache, each side's own requests; and both must have read the same.
    ref_grades
    GRADES=$ANSWER
    ours_grades
    note "checked: sums of grades ($GRADES)"
}

ref_grades() {
    wall "$WORK/ref_grades" --url "http://127.0.0.1:$CACHE_PORT" --token "$TOKEN" --connections 8
}

ours_grades() {
    sql "SELECT count(*), sum(user_id), sum(item_id), count(grade), round(max(grade), 5),
        extract(epoch FROM max(gradedategraded))::bigint FROM bench_grades.grades"
    [[ $ANSWER == "$GRADES" ]] || die "grades: ours is $ANSWER, the reference's is $GRADES"
}

measure_grades() {
    once grades_server
    compare grades 1.5 ours_grades ref_grades
}

# ---- the cache: answers that another session has asked for ---------------------------------------

CHART="SELECT role_id, count(*) FROM bench_cached.enrolments GROUP BY 1 ORDER BY 1"

cached_server() {
    once build_simulator
    sim_start --seed 1 --users 2000 --courses 100 --per-course 30 --items 5 --workers 0
    # One connection, so that it is answer against answer.
    server bench_cached "$SIM_PORT" 1 enrolments
    quiet_sql "ALTER SERVER bench_cached OPTIONS (ADD cache_ttl '1h')"
}

# Both in a session that has its library, its catalogs and, where it needs one, a connection.
ours_cached() {
    sql "$CHART" "$WARM_UP"
    [[ $ANSWER == "$CHART_ROWS" ]] || die "cached: $ANSWER, not $CHART_ROWS"
}
asked_for() { sql "$CHART" "SET moodle_fdw.use_cache = off; $WARM_UP"; }
WARM_UP="SELECT count(*) FROM bench_cached.enrolments WHERE course_id = 2"

# In shared memory, so the library is preloaded for this one.
measure_cached() {
    cluster_ctl restart -m fast -o "-c shared_preload_libraries=moodle_fdw"
    once cached_server
    asked_for
    CHART_ROWS=$ANSWER
    compare cached 0.3 ours_cached asked_for
    same "answers kept" "$(quiet_sql "SELECT count(*) FROM moodle_fdw.cache")" 101
    cluster_ctl restart -m fast -o ""
}

# ---- the loader as people write it today: no target ---------------------------------------------

# python_row NAME OURS WORK URL
python_row() {
    local name=$1 ours=$2 work=$3 url=$4 ROUNDS=$((ROUNDS < 3 ? ROUNDS : 3))
    if ! has_python_loader; then
        row "$name" - - - "" 0 ""
        return
    fi
    python_side() {
        ANSWER=$("$PYTHON" "$ROOT/bench/ref_python.py" "$work" "$url" "$TOKEN") || die "$name"
        TOOK=$(awk -v s="${ANSWER% *}" 'BEGIN {print s * 1000}')
    }
    compare "$name" "" python_side "$ours"
}

measure_python_count() {
    once users_server
    python_row python_count curl_users count "http://127.0.0.1:$USERS_PORT"
}

measure_python_columns() {
    once users_server
    python_row python_columns curl_users columns "http://127.0.0.1:$USERS_PORT"
}

measure_python_load() {
    once users_typed_rows
    python_row python_load copy_typed load "http://127.0.0.1:$USERS_PORT"
}

measure_python_grades() {
    once grades_server
    python_row python_grades ref_grades grades "http://127.0.0.1:$CACHE_PORT"
}

# One call after the other: 100 courses are enough to see it, and to wait for.
measure_python_enrolments() {
    once sim_union
    eight_at_once() { TOOK=$((UNION_COURSES[0] * LATENCY / 8)); }
    ROUNDS=1 python_row python_enrolments eight_at_once enrolments \
        "http://127.0.0.1:${UNION_PORTS[0]}"
}
