#!/bin/bash
# TLS, HTTP/2 and gzip through a real nginx in front of the simulated Moodle.
# shellcheck disable=SC2016,SC2317,SC2001,SC2034 # functions are called by name
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib/common.sh"
. "$ROOT/scripts/lib/sim.sh"

count=0
bad=0
ok() { # ok WHAT CONDITION…
    local what=$1
    shift
    count=$((count + 1))
    if "$@"; then echo "ok $count - $what"; else
        echo "not ok $count - $what"
        bad=1
    fi
}
sql() { psql -qXAt -v ON_ERROR_STOP=1 "$@"; }
fails_with() { # fails_with SQLSTATE TEXT SQL
    local said
    said=$(psql -qXAt -v VERBOSITY=verbose -c "$3" 2>&1) && return 1
    if grep -q "ERROR:  $1" <<<"$said" && grep -q "$2" <<<"$said"; then return 0; fi
    sed 's/^/# /' <<<"$said"
    return 1
}

work=$(mktemp -d)
chmod 755 "$work"
nginx_pid=
finish() {
    [[ -z $nginx_pid ]] || kill "$nginx_pid" 2>/dev/null || true
    sim_stop
    rm -rf "$work"
}
trap finish EXIT

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=test ca" \
    -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout "$work/site.key" \
    -out "$work/site.csr" 2>/dev/null
printf 'subjectAltName=DNS:localhost\n' >"$work/san"
openssl x509 -req -in "$work/site.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial \
    -days 2 -extfile "$work/san" -out "$work/site.pem" 2>/dev/null
chmod 644 "$work"/*.pem

sim_start --users 3000 --courses 30
site=$SIM_PORT
tls=$(free_port)
old=$(free_port)
cat >"$work/nginx.conf" <<CONF
worker_processes 1;
daemon off;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 256; }
http {
    log_format how '\$server_port \$server_protocol \$status \$gzip_ratio \$connection';
    access_log $work/access.log how;
    client_body_temp_path $work/body;
    proxy_temp_path $work/proxy;
    fastcgi_temp_path $work/fastcgi;
    uwsgi_temp_path $work/uwsgi;
    scgi_temp_path $work/scgi;
    gzip on;
    gzip_types application/json;
    gzip_proxied any;
    ssl_certificate $work/site.pem;
    ssl_certificate_key $work/site.key;
    proxy_http_version 1.1;
    server { listen 127.0.0.1:$tls ssl http2; location / { proxy_pass http://127.0.0.1:$site; } }
    server { listen 127.0.0.1:$old ssl; return 303 https://localhost:$tls\$request_uri; }
}
CONF
nginx -c "$work/nginx.conf" 2>/dev/null &
nginx_pid=$!
for _ in $(seq 50); do (exec 3<>"/dev/tcp/127.0.0.1/$tls") 2>/dev/null || { sleep 0.1; continue; }; break; done

add() { sql -c "SELECT moodle_fdw.add_instance('$1', '$2', 'simadmin', '$3')" >/dev/null; }
add plain "http://127.0.0.1:$site" '{}'
add trusted "https://localhost:$tls" "{\"ca_file\": \"$work/ca.pem\", \"max_connections\": 6}"
add stranger "https://localhost:$tls" '{"retries": 0}'
add unchecked "https://localhost:$tls" '{"verify_tls": "false"}'
add misnamed "https://127.0.0.1:$tls" "{\"ca_file\": \"$work/ca.pem\", \"retries\": 0}"
add bare "https://localhost:$tls" "{\"ca_file\": \"$work/ca.pem\", \"compression\": \"false\", \"http_version\": \"1.1\"}"
add moved "https://localhost:$old" "{\"ca_file\": \"$work/ca.pem\", \"retries\": 0}"

wanted=$(sql -c "SELECT count(*), md5(string_agg(raw::text, ',' ORDER BY user_id)) FROM plain.users")
ok "over TLS with ca_file the same rows come" \
    test "$(sql -c "SELECT count(*), md5(string_agg(raw::text, ',' ORDER BY user_id)) FROM trusted.users")" = "$wanted"
ok "HTTP/2 was spoken" grep -q "^$tls HTTP/2.0 200" "$work/access.log"
ok "and compressed" awk -v port="$tls" '$1 == port && $4 > 2 { found = 1 } END { exit !found }' "$work/access.log"
bytes() { sql -c "EXPLAIN (ANALYZE, FORMAT JSON) SELECT raw FROM $1.users" | sed -n "s/.*\"$2\": \([0-9]*\).*/\1/p"; }
ok "EXPLAIN tells the bytes received from those unpacked" \
    test "$(bytes trusted 'Moodle Bytes')" -gt $((4 * $(bytes trusted 'Moodle Bytes Received')))
: >"$work/access.log"
ok "30 courses over HTTP/2" test "$(sql -c 'SELECT count(*) FROM trusted.enrolments')" = \
    "$(sql -c 'SELECT count(*) FROM plain.enrolments')"
ok "share one connection" test "$(awk '{print $5}' "$work/access.log" | sort -u | wc -l)" -eq 1
ok "an unknown authority is refused" \
    fails_with 08001 certificate "SELECT count(*) FROM stranger.courses"
ok "a certificate of another name is refused" \
    fails_with 08001 certificate "SELECT count(*) FROM misnamed.courses"
ok "a superuser may leave certificates unchecked" \
    test "$(sql -c 'SELECT count(*) FROM unchecked.courses')" = 31
: >"$work/access.log"
ok "without compression, by HTTP/1.1" test "$(sql -c 'SELECT count(*) FROM bare.courses')" = 31
ok "as nginx saw it" grep -q "^$tls HTTP/1.1 200 -" "$work/access.log"
: >"$work/access.log"
ok "a redirect is not followed" fails_with HV00N "localhost:$tls" "SELECT count(*) FROM moved.courses"
ok "so the token went nowhere" test "$(grep -c "^$tls" "$work/access.log")" = 0
sql -c "CREATE ROLE plain_user LOGIN; GRANT USAGE ON FOREIGN DATA WRAPPER moodle_fdw TO plain_user"
for option in "verify_tls 'false'" "ca_file '/etc/passwd'" "proxy 'http://127.0.0.1:1'"; do
    ok "refused to others: ${option%% *}" fails_with 42501 "${option%% *}" \
        "SET ROLE plain_user; CREATE SERVER s FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'https://x.example', $option)"
done
sql -c "DROP OWNED BY plain_user; DROP ROLE plain_user"
echo "1..$count"
exit "$bad"
