# Installs what lib/packages lists, or the list that PACKAGES names, and this machine lacks.
# shellcheck shell=bash

PACKAGES=${PACKAGES:-$ROOT/scripts/lib/packages}

packages_missing() {
    local package
    while read -r package; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            echo "$package"
    done < <(sed 's/#.*//; /^[[:space:]]*$/d' "$PACKAGES")
}

packages_install() {
    local missing as_root=()
    command -v dpkg-query >/dev/null || return 0 # not Debian: the build says what it lacks
    mapfile -t missing < <(packages_missing)
    ((${#missing[@]})) || return 0
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "not root and no sudo; missing: ${missing[*]}"
        as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    # The packages bring no cluster of their own: the tests start a private one.
    export DEBIAN_FRONTEND=noninteractive
    {
        "${as_root[@]}" apt-get update -q
        "${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
    } >"$RESULTS/apt.log" 2>&1 || {
        tail -n 20 "$RESULTS/apt.log"
        die "apt-get could not install what is missing"
    }
}
