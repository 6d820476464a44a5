# test/fuzz/fuzz_*.cpp for FUZZ_SECONDS together, from their seeds in test/fuzz/corpus.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/build.sh"

attempt "build" build_fuzzers || exit 1
mapfile -t fuzzers < <(find "$BUILD_FUZZ" -maxdepth 1 -type f -name 'fuzz_*' -perm -u+x | sort)
((${#fuzzers[@]})) || exit 1
seconds=$(((${FUZZ_SECONDS:-60} + ${#fuzzers[@]} - 1) / ${#fuzzers[@]}))

for fuzzer in "${fuzzers[@]}"; do
    name=$(basename "$fuzzer")
    found=$RESULTS/fuzz/$name
    mkdir -p "$found"/{corpus,artifacts}
    seeds=$ROOT/test/fuzz/corpus/${name#fuzz_}
    # What it finds stays out of the tree; a crash is kept with the results.
    attempt "$name" "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -max_len=65536 -print_final_stats=1 -artifact_prefix="$found/artifacts/" \
        "$found/corpus" "$seeds" || true
    grep -h 'stat::number_of_executed_units' "$RESULTS/fuzz/$name.log" | sed 's/^/        /' || true
done
