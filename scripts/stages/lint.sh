# Format, cppcheck and clang-tidy on the C++; shellcheck and syntax on the scripts.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
cd "$ROOT" || exit

LINT=${BUILD_LINT:-$ROOT/build/lint}

format() {
    project_files 'src/*' 'test/*' 'bench/*' | grep -E '\.(cpp|h|inc)$' |
        xargs "${CLANG_FORMAT:-clang-format-14}" --dry-run -Werror
}

# Flags that cppcheck knows nothing of are not handed over; PostgreSQL's macros are beyond it, so
# it reads the pure rooms, where its checks mean something.
static_check() {
    cppcheck --std=c++20 --language=c++ --enable=warning,performance,portability --inline-suppr \
        --error-exitcode=1 --quiet -j "$JOBS" -I src --suppress=missingIncludeSystem \
        --suppress=unknownMacro src/net src/moodle
}

# Compiling flags for every file, module included; nothing is built.
tidy() {
    cmake -S . -B "$LINT" -G Ninja -DCMAKE_CXX_COMPILER="${CLANGXX:-clang++-14}" >/dev/null || return
    "${RUN_CLANG_TIDY:-run-clang-tidy-14}" -p "$LINT" -quiet -j "$JOBS" "^$ROOT/src/.*\.cpp$"
}

shell_scripts() {
    {
        project_files 'scripts/*' 'test/*.sh' 'bench/*.sh'
        echo sql/assemble
        echo .ci/run
        project_files 'test/t/*' 'bench/*' 'test/sim/*' 'containers/*'
    } | sort -u | while read -r file; do
        if head -n 1 "$file" | grep -qa '^#!.*sh$' ||
            head -n 3 "$file" | grep -qa 'shellcheck shell=bash'; then
            echo "$file"
        fi
    done | xargs shellcheck -x -S style -e SC1090,SC1091
}

python_scripts() {
    project_files '*.py' | xargs -r python3 -c '
import ast, sys
for name in sys.argv[1:]:
    ast.parse(open(name).read(), name)'
}

# What can be told of it where no engine is; hadolint is in no Debian package.
containers() {
    python3 scripts/lib/lint_containers.py &&
        { ! command -v hadolint >/dev/null || hadolint containers/Dockerfile; }
}

for check in format static_check tidy shell_scripts python_scripts containers; do
    attempt "$check" "$check" || true
done
