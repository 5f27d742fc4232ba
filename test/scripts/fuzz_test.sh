#!/usr/bin/env bash
# Tests what scripts/fuzz.sh runs, prints and keeps, with stubs for the build and for the fuzz
# targets. Argument: the project's root.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/fuzz_test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
project="$folder/a project"
mkdir -p "$project/scripts" "$project/test/fuzz" "$folder/bin"
cp "$1/scripts/fuzz.sh" "$project/scripts/"
touch "$project/test/fuzz/good.cpp" "$project/test/fuzz/bad.cpp" "$project/test/fuzz/other.cpp"

program() {
    mkdir -p "$(dirname "$1")"
    printf '#!/bin/bash\n%s\n' "$2" >"$1"
    chmod +x "$1"
}
program "$project/scripts/setup.sh" '[[ $1 == fuzz ]]'
program "$folder/bin/cmake" '[[ -z ${BROKEN:-} ]]'
finished='
    echo "$0 $*" >>"$CALLS"
    echo "#12 DONE cov: 3 ft: 45 corp: 6/7b"
    echo "stat::number_of_executed_units: 1234"
    echo "stat::new_units_added: 8"'
program "$project/build/fuzz/test/fuzz/fuzz_good" "$finished"
program "$project/build/fuzz/test/fuzz/fuzz_other" "$finished"
program "$project/build/fuzz/test/fuzz/fuzz_bad" "$finished"'
    for each; do [[ $each != -artifact_prefix=* ]] || prefix=${each#*=}; done
    echo "does not hold: a promise"
    echo x >"${prefix}crash-1"
    echo "Test unit written to ${prefix}crash-1"
    exit 77'

# Runs it with the given variables and arguments; sets output, status and calls.
run() {
    rm -f "$folder/calls"
    touch "$folder/calls"
    status=0
    output=$(cd "$folder" && env PATH="$folder/bin:$PATH" CALLS="$folder/calls" "$@" 2>&1) ||
        status=$?
    calls=$(<"$folder/calls")
}
fuzz="$project/scripts/fuzz.sh"

passed=0
failed=0
expect() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\nstatus %s, output: %s\ncalls: %s\n' "$what" "$status" "$output" "$calls"
    fi
}
has() { [[ $1 == *"$2"* ]]; }
lacks() { [[ $1 != *"$2"* ]]; }

run "$fuzz" good
expect "succeeds when nothing is found" [ "$status" = 0 ]
expect "prints how much was run" has "$output" '1234 executions,    45 features,    8 new inputs'
expect "prints that nothing was found" has "$output" 'no errors in 1 targets after 60 s each'
expect "runs a minute by default" has "$calls" -max_total_time=60
expect "keeps new inputs out of the sources" has "$calls" 'build/fuzz-corpus/good test/fuzz/corpus/good'
expect "runs no other target" lacks "$calls" fuzz_other

run "$fuzz" --seconds 7 good other
expect "runs as long as requested" has "$calls" -max_total_time=7
expect "runs all targets that are named" has "$calls" fuzz_other

run "$fuzz"
expect "fails when one of all targets finds something" [ "$status" = 1 ]
expect "runs the others too" has "$calls" fuzz_good
expect "prints which target found something" has "$output" 'FAILED with status 77'
expect "prints what it found" has "$output" 'does not hold: a promise'
expect "prints how to run it again" has "$output" \
    'run it again: build/fuzz/test/fuzz/fuzz_bad build/fuzz-findings/bad-crash-1'
expect "keeps the input" [ -f "$project/build/fuzz-findings/bad-crash-1" ]

run BROKEN=1 "$fuzz" good
expect "fails when the build does" [ "$status" != 0 ]
expect "runs nothing when the build fails" [ -z "$calls" ]

run "$fuzz" nothing
expect "rejects an unknown target" [ "$status" = 2 ]
run "$fuzz" --seconds soon
expect "rejects an invalid number" [ "$status" = 2 ]
run "$fuzz" --hours 1
expect "rejects an unknown option" [ "$status" = 2 ]

echo "$passed passed, $failed failed"
((failed == 0))
