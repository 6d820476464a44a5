# What a reader would otherwise have to notice: tests that nothing runs, rooms that leak into each
# other, versions that disagree, machine paths and secrets in the tree. No build needed.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/schedule.sh"
cd "$ROOT" || exit
set +o pipefail # most checks are a grep that should find nothing

# none WHAT: complains of each line of its input.
none() { if grep . ; then echo "^ $1"; return 1; fi; }

pieces() { sql/assemble "$RESULTS/house/assembled.sql"; }

sources_listed() {
    local listed
    # shellcheck disable=SC2046 # the patterns are meant to expand
    listed=$(printf '%s\n' $(cat sources.list) | sort)
    comm -13 <(echo "$listed") <(project_files 'src/*.cpp') | none "is under no pattern of sources.list"
}

pure_rooms() {
    {
        project_files 'src/net/*.cpp' 'src/moodle/*.cpp' | xargs grep -L '#include "net/pure.h"'
        project_files 'src/net/*' 'src/moodle/*' |
            xargs grep -nE '#include *["<](postgres|fmgr|utils/|nodes/|executor/|pg/|fdw/)'
    } | none "breaks the purity of its room, or lacks net/pure.h that guards it"
}

# src/net knows no Moodle; src/pg knows no plan.
directions() {
    {
        project_files 'src/net/*' | xargs grep -nE '#include "(moodle|pg|fdw)/'
        project_files 'src/pg/*' | xargs grep -nE '#include "fdw/'
    } | none "includes against the direction of docs/architecture.md"
}

version_macros() {
    project_files 'src/*' | grep -vE '^src/(pg/version|net/pure)\.h$' |
        xargs grep -n 'PG_VERSION_NUM' | none "belongs in src/pg/version.h"
}

versions() {
    local control meta
    control=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" moodle_fdw.control)
    # PGXN wants three numbers where the extension has two.
    meta=$(python3 -c '
import json
meta = json.load(open("META.json"))
print(meta["version"], meta["provides"]["moodle_fdw"]["version"], meta["provides"]["moodle_fdw"]["file"])')
    [[ $meta == "$control.0 $control.0 sql/moodle_fdw--$control.sql" ]] ||
        { echo "control says $control, META.json $meta"; return 1; }
    grep -q "^## \[$control\]\|^## \[Unreleased\]" CHANGELOG.md || { echo "CHANGELOG.md lacks $control"; return 1; }
}

# Built from parts, so that this file does not find itself.
machine_paths() {
    project_files '*' | xargs -d '\n' grep -InE "(^|[^A-Za-z0-9_.\$}/-])/(wo""rk|ro""ot|ho""me/[a-z]+)/" |
        none "is a path of one machine"
}

secrets() {
    local key="BEGIN [A-Z ]*PRIV""ATE KEY" token="(wstoken|token)['\"=: >]{1,6}[0-9a-f]{32}([^0-9a-f]|\$)"
    project_files '*' | xargs -d '\n' grep -InE "$key|$token|gh[pousr]_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16}" |
        none "looks like a secret"
}

generated() {
    project_files '*' | grep -E '\.(o|d|so|bc|gcda|pyc|rej|orig)$|^sql/moodle_fdw--|^results/|^build|regression\.(diffs|out)$' |
        none "is generated and must not be committed"
}

# What is compiled in of Moodle's catalogue is what the catalogue says.
catalogue() { scripts/generate_catalogue --check; }

short_files() {
    project_files 'src/*.cpp' 'src/*.h' 'test/*.cpp' 'test/*.h' 'bench/*.cpp' 'scripts/*' |
        xargs wc -l | awk '$2 != "total" && $1 > 700' | none "is too long for one file"
}

links() {
    local file target
    project_files '*.md' 'docs/*.md' | while read -r file; do
        { grep -oE '\]\([^)# ]+' "$file" || true; } | sed 's/^](//' | grep -v '^[a-z]*:' | while read -r target; do
            [[ -e $(dirname "$file")/$target ]] || echo "$file: $target"
        done
    done | none "is a link to nothing"
}

# A link to a heading, by the name that GitHub gives it.
# shellcheck disable=SC2016 # the backquotes are Markdown's
anchors() {
    project_files '*.md' | python3 -c '
import os
import re
import sys

def headings(name):
    text = re.sub(r"^```.*?^```", "", open(name, encoding="utf-8").read(), flags=re.M | re.S)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
            for title in re.findall(r"^#+ (.*)$", text, re.M)}

for page in sys.stdin.read().split():
    for name, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", open(page, encoding="utf-8").read()):
        target = os.path.join(os.path.dirname(page), name) if name else page
        if target.endswith(".md") and os.path.exists(target) and anchor not in headings(target):
            print(f"{page}: {name}#{anchor}")
' | none "is a link to no heading"
}

# Each table and column of staging and marts is in docs/warehouse.md, with its comment's words, and no
# others are.
warehouse_columns() {
    python3 - <<'PYTHON' | none "differs between docs/warehouse.md and the comments in sql/*/tables"
import glob
import re

told = set()
page = open("docs/warehouse.md", encoding="utf-8").read()
for table, body in re.findall(r"^### (moodle_(?:stg|mart)\.\w+)\n(.*?)(?=^##|\Z)", page, re.M | re.S):
    for name, words in re.findall(r"^\| (\w+) \| [\w\[\]]+ \| (.*) \|$", body, re.M):
        told.add((f"{table}.{name}", words))
made = set()
for path in glob.glob("sql/stg/tables/*.sql") + glob.glob("sql/mart/tables/*.sql"):
    text = open(path, encoding="utf-8").read()
    tables = re.findall(r"CREATE TABLE IF NOT EXISTS (\S+)", text)
    for name, words in re.findall(r"COMMENT ON COLUMN (\S+) IS\s+'((?:[^']|'')*)';", text):
        if name.rsplit(".", 1)[0] in tables:
            made.add((name, words.replace("''", "'")))
assert made, "no comments were found"
for name, words in sorted(told ^ made):
    print(f"{name}: {words}")
PYTHON
}

mkdir -p "$RESULTS/house"
for check in pieces sources_listed pure_rooms directions version_macros versions machine_paths \
    secrets generated catalogue short_files links anchors warehouse_columns scheduled_sql scheduled_rest; do
    attempt "$check" "$check" || true
done
