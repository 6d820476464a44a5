# No token in any log of the server. lib/tokens lists what the tests use as tokens.
# shellcheck shell=bash

check_leaks() {
    local tokens=$RESULTS/tokens found=$RESULTS/$STAGE/leaks.log canary="canary-$RANDOM-$RANDOM"
    mkdir -p "$RESULTS/$STAGE"
    { sed 's/#.*//; /^[[:space:]]*$/d' "$ROOT/scripts/lib/tokens"; echo "$canary"; } >"$tokens"
    # Proof that this looks where the server writes.
    psql -qX -d postgres -c "DO \$\$ BEGIN RAISE LOG '%', '$canary'; END \$\$" >/dev/null 2>&1 || true
    if ! grep -qF "$canary" "$CLUSTER_LOG"; then
        fail "token grep (the log is not where it is looked for)"
    elif grep -F -f "$tokens" "$CLUSTER_LOG" | grep -vF "$canary" >"$found"; then
        fail "no token in the server's log" "$found"
    else
        pass "no token in the server's log"
    fi
}
