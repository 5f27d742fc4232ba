#!/usr/bin/env bash
# Fuzzes the code that parses untrusted bytes, with libFuzzer under AddressSanitizer and
# UndefinedBehaviorSanitizer. Fails when it finds an error, and prints how to reproduce it.
#
#   scripts/fuzz.sh [--seconds N] [TARGET…]    default: 60 s for each of all targets, two at a time
#
# TARGET is the name of a file test/fuzz/TARGET.cpp. build/fuzz-corpus keeps the corpus for the next
# run. After fixing an error, add its input to test/fuzz/corpus/TARGET as a regression test.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
programs=build/fuzz/test/fuzz
corpora=build/fuzz-corpus
findings=build/fuzz-findings
at_a_time=2
seconds=60

say() { echo "fuzz: $*" >&2; }
usage() {
    say "$1; usage: scripts/fuzz.sh [--seconds N] [TARGET…]"
    exit 2
}

targets=()
while (($#)); do
    case "$1" in
        --seconds)
            [[ ${2:-} =~ ^[1-9][0-9]{0,6}$ ]] || usage "invalid --seconds: expected a number"
            seconds=$2
            shift 2
            ;;
        -*) usage "unknown option $1" ;;
        *)
            [[ $1 =~ ^[a-z0-9_]+$ && -f test/fuzz/$1.cpp ]] || usage "unknown target $1"
            targets+=("$1")
            shift
            ;;
    esac
done
if ((${#targets[@]} == 0)); then
    for source in test/fuzz/*.cpp; do targets+=("$(basename "$source" .cpp)"); done
fi

export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-true}
fixed_layout=()
if setarch -R true 2>/dev/null; then fixed_layout=(setarch -R); fi

scripts/setup.sh fuzz
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz
mkdir -p "$corpora" "$findings"

# Prints the last value of a statistic, such as `stat::number_of_executed_units: 12`.
stat_of() { sed -n "s/^stat::$2: *\([0-9]\+\).*/\1/p" "$1" | tail -n 1; }
features_of() { sed -n 's/.* ft: \([0-9]\+\).*/\1/p' "$1" | tail -n 1; }

# Runs one target and prints its result.
fuzz() {
    local name=$1 log=$corpora/$1.log result=passed status=0 found
    mkdir -p "$corpora/$name"
    # Leaks are detected on exit; the time limit stops a hanging target.
    ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 \
        UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
        timeout -k 5 $((seconds + 60)) "${fixed_layout[@]}" "$programs/fuzz_$name" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$findings/$name-" "$corpora/$name" "test/fuzz/corpus/$name" \
        >"$log" 2>&1 </dev/null || status=$?
    ((status == 0)) || result="FAILED with status $status"
    printf '%-16s %9s executions, %5s features, %4s new inputs: %s\n' "$name" \
        "$(stat_of "$log" number_of_executed_units)" "$(features_of "$log")" \
        "$(stat_of "$log" new_units_added)" "$result"
    ((status != 0)) || return 0
    found=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    {
        grep -m 3 -E 'does not hold|ERROR:|runtime error:|terminate called' "$log" || tail -n 5 "$log"
        if [[ -n $found ]]; then
            say "run it again: $programs/fuzz_$name $found"
            # On a temporary machine, only the log survives.
            say "the $(stat -c %s "$found") bytes in base64: $(head -c 3000 "$found" | base64 -w 0)"
        fi
        say "the log is $log"
    } >&2
    return 1
}

failed=0
wait_for_one() { wait -n || failed=1; }
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
running=0
for name in "${targets[@]}"; do
    if ((running == at_a_time)); then
        wait_for_one
        running=$((running - 1))
    fi
    fuzz "$name" &
    running=$((running + 1))
done
for ((; running > 0; --running)); do wait_for_one; done
if ((failed)); then
    say "errors found"
    exit 1
fi
say "no errors in ${#targets[@]} targets after $seconds s each"
