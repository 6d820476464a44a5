# The builds the stages share. Each is incremental, so that asking twice costs little.
# shellcheck shell=bash

BUILD=${BUILD:-$ROOT/build/check}
BUILD_SANITIZE=${BUILD_SANITIZE:-$ROOT/build/sanitize}
BUILD_FUZZ=${BUILD_FUZZ:-$ROOT/build/fuzz}
MODULE=${MODULE:-$BUILD/module} # where the module is built
export BUILD MODULE

# One build at a time in a directory, whoever asks.
alone_in() {
    local directory=$1
    shift
    mkdir -p "$directory"
    (
        flock 8
        "$@" 8>&-
    ) 8>"$directory.lock"
}

# In a copy of what it is made of, so that a make in the tree at the same time, or what an earlier
# one left there, makes no difference.
build_module() { alone_in "$MODULE" make_module; }

make_module() {
    local wanted
    mkdir -p "$MODULE"/{src,sql}
    wanted=$(project_files 'src/*' 'sql/*' 'cmake/exports.map' Makefile sources.list '*.control')
    (cd "$MODULE" && find src sql -type f \( -name '*.cpp' -o -name '*.h' -o -name '*.sql' \) \
        | sort | comm -23 - <(sort <<<"$wanted") | xargs -r rm -f)
    tar -C "$ROOT" -cf - -T - <<<"$wanted" | tar -C "$MODULE" -xf - || return
    make -C "$MODULE" -j"$JOBS" PG_CONFIG="$PG_CONFIG"
}

# cmake_build DIRECTORY OPTION…
cmake_build() { alone_in "$1" cmake_make "$@"; }

cmake_make() {
    local directory=$1
    shift
    cmake -S "$ROOT" -B "$directory" -G Ninja "$@" && cmake --build "$directory" -j "$JOBS"
}

# Unit tests and the simulated Moodle, as released: optimised, with assertions.
build_tests() {
    cmake_build "$BUILD" -DMOODLE_FDW_MODULE=OFF
}

build_sanitized() {
    cmake_build "$BUILD_SANITIZE" -DMOODLE_FDW_SANITIZE=address,undefined
}

build_fuzzers() {
    cmake_build "$BUILD_FUZZ" -DCMAKE_CXX_COMPILER="${CLANGXX:-clang++-14}" \
        -DMOODLE_FDW_FUZZ=ON -DMOODLE_FDW_MODULE=OFF -DMOODLE_FDW_TESTS=OFF
}
