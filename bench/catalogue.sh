# Measures of planning and importing: no site is asked, so any address serves.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # read and set across the files

MEASURES+=(import_all plan_union_50)

# within NAME LIMIT_MS OURS: the median of OURS' times against a bound in milliseconds.
within() {
    local name=$1 limit=$2 ours=$3 round times=()
    "$ours"
    for ((round = 0; round < ROUNDS; ++round)); do
        "$ours"
        times+=("$TOOK")
    done
    note "$name: ours ${times[*]} (ms)"
    row "$name" "$(seconds "$(median "${times[@]}")")" - - "<= $(seconds "$limit")" \
        "$(median "${times[@]}")" "$limit"
}

nowhere() {
    quiet_sql "CREATE SERVER nowhere FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9')"
}

ours_import_all() {
    sql "IMPORT FOREIGN SCHEMA moodle FROM SERVER nowhere INTO imported OPTIONS (functions 'all')" \
        "DROP SCHEMA IF EXISTS imported CASCADE; CREATE SCHEMA imported"
}

measure_import_all() {
    once nowhere
    ours_import_all
    same "import_all is complete" "$(quiet_sql "SELECT count(*) FROM pg_foreign_table t,
        pg_options_to_table(t.ftoptions) o JOIN moodle_fdw.catalogue c ON c.function = o.option_value
        WHERE o.option_name = 'wsfunction' AND t.ftrelid IN (SELECT oid FROM pg_class
            WHERE relnamespace = 'imported'::regnamespace)")" 385
    within import_all 5000 ours_import_all
}

fifty_instances() {
    quiet_sql "SELECT moodle_fdw.add_instance('fifty_' || n, 'http://127.0.0.1:9', '$TOKEN')
        FROM generate_series(1, 50) n" >/dev/null
}

# In a new session: loading the library and the tables' definitions are in it.
ours_plan_union() {
    local told
    told=$(psql -XqAt -v ON_ERROR_STOP=1 -c "EXPLAIN (SUMMARY) SELECT instance, count(email)
        FROM moodle_fdw.users WHERE lastaccess > now() - interval '1 month' GROUP BY 1") || die "plan_union_50"
    ANSWER=$(grep -c 'Foreign Scan on' <<<"$told")
    TOOK=$(sed -n 's/^Planning Time: \([0-9.]*\) ms.*/\1/p' <<<"$told")
}

measure_plan_union_50() {
    once fifty_instances
    ours_plan_union
    same "scans of plan_union_50" "$ANSWER" 50
    within plan_union_50 20 ours_plan_union
}
