#!/usr/bin/env bash
# Tests when scripts/bench.sh succeeds and fails, with stubs for what it runs. Argument: the
# project's root.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/bench_test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/bin" "$folder/scripts" "$folder/test/bench/peers" "$folder/build/release/test"
cp "$1/scripts/bench.sh" "$folder/scripts/"

program() {
    printf '#!/bin/bash\n%s\n' "$2" >"$folder/$1"
    chmod +x "$folder/$1"
}
# Each records its arguments, and fails when it is in FAILING.
note='echo "$(basename "$0") $*" >>"$CALLS"; [[ " ${FAILING:-} " != *" $(basename "$0") "* ]]'
program bin/cmake ':'
for each in notifications latency crowd agent rest; do
    program "build/release/test/bench_$each" "$note"
done
program scripts/bench_webhooks.sh "$note"
program test/bench/size.sh "$note"
program test/bench/peers/run.sh "$note"
# This many instructions for each of the 10 000 messages of a turn, plus some for the start.
program bin/valgrind '
    for each; do [[ $each == turns=* ]] && turns=${each#turns=}; done
    echo "==1== Collected : $((777 + turns * 10000 * ${PER_MESSAGE:-1200}))" >&2'

run() {
    : >"$folder/calls"
    status=0
    output=$(env PATH="$folder/bin:$PATH" CALLS="$folder/calls" "$@" 2>&1) || status=$?
    calls=$(<"$folder/calls")
}

failed=0
expect() {
    local what=$1
    shift
    "$@" && return
    failed=1
    printf 'FAILED: %s\nstatus %s, output: %s\ncalls: %s\n' "$what" "$status" "$output" "$calls"
}
has() { [[ $1 == *"$2"* ]]; }
lacks() { [[ $1 != *"$2"* ]]; }

bench=$folder/scripts/bench.sh
run "$bench"
expect "succeeds when all bars are met" [ "$status" = 0 ]
for each in notifications latency crowd agent rest webhooks.sh; do
    expect "runs $each" has "$calls" "bench_$each"
done
expect "measures sizes" has "$calls" "size.sh $folder false"
expect "prints instructions for each message" has "$output" '1200'
expect "leaves peers out" lacks "$calls" run.sh

run FAILING=bench_rest "$bench"
expect "fails when a part fails" [ "$status" = 1 ]
expect "reports which" has "$output" 'missed: rest'
expect "runs the others nevertheless" has "$calls" size.sh

run PER_MESSAGE=1301 "$bench" instructions
expect "fails with too many instructions" [ "$status" = 1 ]
expect "reports it" has "$output" 'missed: instructions'
expect "runs nothing else" [ -z "$calls" ]

run "$bench" --peers latency
expect "runs peers if requested" has "$calls" "run.sh $folder/build/release"
run FAILING=run.sh "$bench" --peers latency
expect "fails when a peer is too fast" [ "$status" = 1 ]

run "$bench" --counts
expect "counts" has "$calls" 'bench_notifications rounds=1 turns=50 slack=0.5'
expect "counts sizes" has "$calls" "size.sh $folder true"
expect "times nothing else" lacks "$calls" bench_latency

run "$bench" speed
expect "rejects unknown arguments" [ "$status" = 2 ]
expect "prints its usage" has "$output" 'scripts/bench.sh [--peers] [PART'
exit $failed
