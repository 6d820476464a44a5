# The four simulated Moodles of scripts/demo, and what is read of them.
# shellcheck shell=bash
# shellcheck disable=SC2153 # names that the other files set

# name:users:courses:latency in ms. Three in a cloud, one in the house.
DEMO_SITES=(health:300:24:80 education:300:24:80 administration:300:24:80 university:2000:90:0)
DEMO_SITES_SMALL=(health:40:12:80 education:40:12:80 administration:40:12:80 university:120:30:0)

# site_field SITE N
site_field() { cut -d: -f"$2" <<<"$1"; }
site_name() { site_field "$1" 1; }
site_pid_file() { echo "$DEMO/run-sites/$(site_name "$1").pid"; }

site_port() {
    local number=1 one
    for one in "${DEMO_SITES[@]}"; do
        [[ $(site_name "$one") != "$(site_name "$1")" ]] || break
        number=$((number + 1))
    done
    echo $((DEMO_PORT + number))
}

site_chosen() {
    local one
    [[ $DEMO_SIZE == small ]] || { echo "$1"; return; }
    for one in "${DEMO_SITES_SMALL[@]}"; do
        [[ $(site_name "$one") != "$(site_name "$1")" ]] || echo "$one"
    done
}

# A number may have been given to another process since.
site_is_up() {
    local file pid
    file=$(site_pid_file "$1")
    [[ -f $file ]] && read -r pid <"$file" &&
        [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == "$DEMO/moodle_sim"* ]]
}

site_options() {
    local site
    site=$(site_chosen "$1")
    echo --seed 1 --story "$(site_name "$1")" --today "$DEMO_TODAY" \
        --users "$(site_field "$site" 2)" --courses "$(site_field "$site" 3)"
}

# A port that nobody listens on may be the near end of a connection, for a while.
site_start() {
    for _ in {1..10}; do
        ! site_try "$1" || return 0
        sleep 1
    done
    cat "$DEMO/log/$(site_name "$1").log"
    return 1
}

site_try() {
    local options pid command=("$DEMO/moodle_sim")
    ! site_is_up "$1" || return 0
    ((EUID != 0)) || command=(setpriv --reuid="${CLUSTER_USER:-postgres}" --regid="${CLUSTER_USER:-postgres}" --clear-groups "${command[@]}")
    read -ra options <<<"$(site_options "$1")"
    setsid "${command[@]}" --port "$(site_port "$1")" --latency-ms "$(site_field "$1" 4)" "${options[@]}" \
        --wwwroot "https://$(site_name "$1").example.edu" \
        </dev/null >"$DEMO/log/$(site_name "$1").log" 2>&1 &
    pid=$!
    echo "$pid" >"$(site_pid_file "$1")"
    wait_for 20 eval "answers_on $(site_port "$1") || ! kill -0 $pid"
    kill -0 "$pid" 2>/dev/null
}

demo_start_sites() {
    local site
    mkdir -p "$DEMO/run-sites"
    # A copy: the one that was built may be built anew while this runs.
    if ! cmp -s "$DEMO/moodle_sim.new" "$DEMO/moodle_sim"; then
        sites_stop
        mv -f "$DEMO/moodle_sim.new" "$DEMO/moodle_sim"
        chmod 755 "$DEMO/moodle_sim"
    fi
    for site in "${DEMO_SITES[@]}"; do site_start "$site"; done
}

sites_stop() {
    local site pid
    for site in "${DEMO_SITES[@]}"; do
        if site_is_up "$site"; then
            read -r pid <"$(site_pid_file "$site")"
            kill "$pid" 2>/dev/null || true
            wait_for 10 eval "! kill -0 $pid" || kill -9 "$pid" 2>/dev/null || true
        fi
        rm -f "$(site_pid_file "$site")"
    done
}

# A site's own database, as far as moodle_fdw reads it, in a schema of ours: what a restored dump or a
# replica would be.
demo_attach_databases() {
    local site
    for site in "${DEMO_SITES[@]}"; do
        site_attach "$site" &
        # Two at a time.
        (($(jobs -rp | wc -l) < 2)) || wait -n
    done
    wait_all
}

# Fails if one of them did.
wait_all() {
    local one status=0
    for one in $(jobs -p); do wait "$one" || status=1; done
    return "$status"
}

site_attach() {
    local name options
    name=$(site_name "$1")
    [[ $(psql -qXAt -c "SELECT count(*) FROM moodle_fdw.databases WHERE instance = '$name'") == 0 ]] || return 0
    if [[ $(psql -qXAt -c "SELECT to_regnamespace('${name}_db')") == '' ]]; then
        read -ra options <<<"$(site_options "$1")"
        "$DEMO/moodle_sim" "${options[@]}" --write-database "${name}_db" | psql -qX -v ON_ERROR_STOP=1
    fi
    psql -qX -v ON_ERROR_STOP=1 -c "SELECT moodle_fdw.attach_schema('$name', '${name}_db')"
}

# What learners do: the event logs are read, the term under way is counted day by day (of the small
# demo four weeks), learners are judged. pg_cron does it every night from then on.
demo_read_activity() {
    # The first one alone: the months of all events are made as they come up.
    site_read_activity health
    site_read_activity university &
    for_sites site_read_activity education administration &
    wait_all
    psql -qX -v ON_ERROR_STOP=1 <<'SQL'
SELECT cron.schedule('moodle_fdw activity', '30 2 * * *', 'CALL moodle_fdw.run_activity()')
WHERE NOT EXISTS (SELECT FROM cron.job WHERE jobname = 'moodle_fdw activity');
SQL
}

for_sites() {
    local site
    for site in "${@:2}"; do "$1" "$site" || return; done
}

site_read_activity() {
    local days=98
    [[ $DEMO_SIZE != small ]] || days=28
    psql -qX -v ON_ERROR_STOP=1 -v site="$1" -v today="$DEMO_TODAY" -v days="$days" <<'SQL'
SET client_min_messages = warning;
CALL moodle_fdw.backfill_activity(:'today'::date - :days, :'today'::date - 1, instances => ARRAY[:'site']);
SQL
}

demo_add_instances() {
    local site
    for site in "${DEMO_SITES[@]}"; do
        psql -qX -v ON_ERROR_STOP=1 -v name="$(site_name "$site")" \
            -v url="http://127.0.0.1:$(site_port "$site")" <<'SQL'
SET client_min_messages = warning;
SELECT NOT EXISTS (SELECT FROM pg_foreign_server WHERE srvname = :'name') AS new \gset
\if :new
SELECT moodle_fdw.add_instance(:'name', :'url', token => 'simadmin',
                               options => '{"max_connections": "16", "cache_ttl": "5min"}');
\endif
SQL
    done
    demo_schedule
}

demo_schedule() {
    psql -qX -v ON_ERROR_STOP=1 -c "SELECT moodle_fdw.schedule('0 2 * * *') WHERE NOT EXISTS (SELECT FROM moodle_fdw.schedules)"
}

# Reads everything, with a bar for each instance while it does.
demo_refresh() {
    local reader status=0 log=$RESULTS/refresh.log
    if [[ $(psql -qXAt -c "SELECT EXISTS (SELECT FROM moodle_fdw.runs WHERE status LIKE 'completed%')") == t ]]; then
        say "the warehouse is filled already: CALL moodle_fdw.refresh() reads what has changed"
        return
    fi
    say "first refresh of the warehouse: CALL moodle_fdw.refresh()"
    psql -X -v ON_ERROR_STOP=1 -c 'CALL moodle_fdw.refresh()' >"$log" 2>&1 9>&- </dev/null &
    reader=$!
    trap 'kill -INT $reader 2>/dev/null' INT TERM
    demo_bars "$reader"
    wait "$reader" || status=$?
    trap - INT TERM
    ((status == 0)) || {
        tail -n 15 "$log"
        die "the refresh failed ($log); scripts/demo goes on where it stopped"
    }
}

# demo_bars PROCESS: until it ends. On a terminal in place; elsewhere now and then.
demo_bars() {
    local lines=0 shown next=0
    while :; do
        kill -0 "$1" 2>/dev/null || next=0
        if [[ -t 1 ]] || ((SECONDS >= next)); then
            shown=$(psql -qXAt -F '  ' -c "SELECT rpad(instance, 16), bar, lpad(percent || ' %', 5),
                lpad(to_char(coalesce(rows_read, 0), 'FM999G999G999'), 9) || ' rows',
                lpad(coalesce(requests, 0)::text, 6) || ' requests',
                coalesce(elapsed, '0s'), rpad(coalesce(step, state), 22)
                FROM moodle_fdw.progress ORDER BY instance" 2>/dev/null) || shown=
            if [[ -n $shown ]]; then
                if [[ -t 1 ]] && ((lines)); then printf '\e[%dA' "$lines"; fi
                printf '%s\n' "$shown"
                lines=$(wc -l <<<"$shown")
            fi
            next=$((SECONDS + 10))
        fi
        kill -0 "$1" 2>/dev/null || break
        sleep 0.5
    done
}
