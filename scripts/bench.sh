#!/usr/bin/env bash
# Benchmarks the library against its alternatives. Prints tables with the bar beside each figure,
# and exits with 1 when a bar is missed. Requires an otherwise idle machine.
#
#   scripts/bench.sh [--peers] [PART…]
#
# PART is notifications, latency, crowd, instructions, agent, rest, webhooks or size; by default, all
# parts run. --peers adds the comparisons that require Node and Go: see test/bench/peers. A missing
# program is reported and counts as missed.
#
#   scripts/bench.sh --counts
#
# Only the figures that are reproducible on a busy machine: allocations, system calls, instructions,
# sizes, and the speed against the naive loop, at half of its bar.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
build=$root/build/release
benches=$build/test

peers=false
counts=false
parts=()
for argument; do
    case $argument in
        --peers) peers=true ;;
        --counts) counts=true ;;
        notifications | latency | crowd | instructions | agent | rest | webhooks | size)
            parts+=("$argument")
            ;;
        *)
            sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2
            exit 2
            ;;
    esac
done
if ((${#parts[@]} == 0)); then
    parts=(notifications latency crowd instructions agent rest webhooks size)
    ! $counts || parts=(notifications instructions agent size)
fi

missed=()
# run NAME COMMAND…: records the name when the command fails.
run() {
    local name=$1
    shift
    "$@" || missed+=("$name")
}

# line WHAT VALUE UNIT BAR: prints one figure; fails when it exceeds its bar.
line() {
    local note=""
    awk "BEGIN {exit !($2 > $4)}" && note="  missed"
    printf '%-58s %10s %-8s bar %s%s\n' "$1" "$2" "$3" "$4" "$note"
    [[ -z $note ]]
}

# Compares two runs of different length, to exclude one-time costs.
instructions() {
    local short=10 long=30 each
    local -A total
    type -P valgrind >/dev/null || { echo "instructions: valgrind is missing"; return 1; }
    for each in $short $long; do
        total[$each]=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null \
            "$benches/bench_notifications" load=small contender='try_next() ' rounds=1 \
            turns=$each 2>&1 >/dev/null | sed -n 's/.*Collected : \([0-9]*\).*/\1/p')
    done
    line "instructions for each message, try_next(), 78 bytes" \
        $(((total[$long] - total[$short]) / ((long - short) * 10000))) "" 1300
}

size() {
    "$root/test/bench/size.sh" "$root" $counts
}

cmake --preset release >/dev/null
targets=(bench_notifications bench_latency bench_crowd bench_agent bench_rest bench_webhooks)
! $peers || targets+=(bench_peers)
cmake --build --preset release --target "${targets[@]}" >/dev/null

for part in "${parts[@]}"; do
    echo "== $part"
    case $part in
        notifications)
            if $counts; then
                run "$part" "$benches/bench_notifications" rounds=1 turns=50 slack=0.5
            else
                run "$part" "$benches/bench_notifications"
            fi
            ;;
        latency) run "$part" "$benches/bench_latency" ;;
        crowd) run "$part" "$benches/bench_crowd" ;;
        agent) run "$part" "$benches/bench_agent" ;;
        rest) run "$part" "$benches/bench_rest" ;;
        webhooks) run "$part" scripts/bench_webhooks.sh ;;
        instructions | size) run "$part" "$part" ;;
    esac
done
if $peers; then
    echo "== peers"
    run peers test/bench/peers/run.sh "$build"
fi

if ((${#missed[@]})); then
    echo "bench: missed: ${missed[*]}"
    exit 1
fi
