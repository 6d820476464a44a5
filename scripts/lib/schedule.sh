# A test that nothing runs is worse than none. These say which file no runner would take.
# shellcheck shell=bash

schedule_names() { sed -n 's/#.*//; s/^test: *//p' "$1" | tr -s ' \t' '\n' | sed '/^$/d'; }

# pg_regress: test/sql and expected against test/schedule, both ways.
scheduled_sql() {
    local named files answers bad=0
    [[ -s test/schedule ]] || { echo "no test/schedule"; return 1; }
    named=$(schedule_names test/schedule | sort)
    files=$(project_files 'test/sql/*.sql' | sed 's|.*/||; s|\.sql$||' | sort)
    # NAME_1.out is a second answer to NAME.
    answers=$(project_files 'expected/*.out' | sed 's|.*/||; s|\.out$||' | sort)
    complain() { if grep .; then echo "^ $1"; bad=1; fi; }
    complain "is in test/schedule twice" < <(uniq -d <<<"$named")
    complain "is in test/sql, but not in test/schedule" < <(comm -13 <(uniq <<<"$named") <(echo "$files"))
    complain "is in test/schedule, but not in test/sql" < <(comm -23 <(uniq <<<"$named") <(echo "$files"))
    complain "has no answer in expected/" < <(comm -23 <(echo "$files") <(echo "$answers"))
    complain "is an answer in expected/ to no test" < <(
        comm -13 <(echo "$files") <(echo "$answers") | while read -r answer; do
            grep -qxF "${answer%_[0-9]}" <<<"$files" || echo "$answer"
        done
    )
    # PostgreSQL 15's pg_regress would take these for tests of that name.
    complain "in the top-level sql/ shadows a test" < <(find sql -maxdepth 1 -name '*.sql' -not -name 'moodle_fdw--*')
    return "$bad"
}

# The rest is found by pattern: every file must be under one.
scheduled_rest() {
    local bad=0
    complain() { if grep .; then echo "^ $1"; bad=1; fi; }
    complain "is not NAME_test.cpp: CMake would not build it" < <(
        project_files 'test/unit/*.cpp' | grep -v '^test/unit/[^/]*_test\.cpp$')
    complain "is not fuzz_NAME.cpp: CMake would not build it" < <(
        project_files 'test/fuzz/*.cpp' | grep -v '^test/fuzz/fuzz_[^/]*\.cpp$')
    complain "is the corpus of no fuzzer" < <(
        project_files 'test/fuzz/corpus/*' | cut -d/ -f4 | sort -u | while read -r name; do
            [[ -f test/fuzz/fuzz_$name.cpp ]] || echo "$name"
        done)
    complain "has no seeds in test/fuzz/corpus" < <(
        project_files 'test/fuzz/fuzz_*.cpp' | sed 's|.*/fuzz_||; s|\.cpp$||' | while read -r name; do
            [[ -d test/fuzz/corpus/$name ]] || echo "fuzz_$name"
        done)
    complain "is not a .sql file: pg_prove is not given it" < <(
        project_files 'test/pgtap/*' | grep -v '^test/pgtap/\([^/]*\.sql\|lib/.*\)$')
    complain "is not an executable .sh or .py: the process stage does not run it" < <(
        project_files 'test/t/*' | while read -r file; do
            [[ $file == test/t/lib/* || ($file =~ ^test/t/[^/]*\.(sh|py)$ && -x $file) ]] || echo "$file"
        done)
    complain "is a module without a Makefile" < <(
        find test/modules -mindepth 1 -maxdepth 1 -type d 2>/dev/null | while read -r module; do
            [[ -f $module/Makefile ]] || echo "$module"
        done)
    return "$bad"
}
