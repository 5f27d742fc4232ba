#!/usr/bin/env bash
# Tests when scripts/bench_webhooks.sh succeeds and fails, and that it leaves nothing behind, with
# stubs for the servers and for wrk. Argument: the project's root.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/bench_webhooks_test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/bin" "$folder/tmp" "$folder/build/test"

program() {
    printf '#!/bin/bash\n%s\n' "$2" >"$1"
    chmod +x "$1"
}
# A server that claims to have received RECEIVED_NAME notifications, and exits at the end of its
# input.
server='
    echo $$ >>"$FOLDER/servers"
    declare -n received=RECEIVED_$name
    eval "${START:-}"
    echo "Listening on 127.0.0.1:$port"
    cat >/dev/null
    echo "received ${received:-2005} wrong ${WRONG:-0} cpu_us 4010 allocations 8020"'
program "$folder/build/test/bench_webhooks" '
    name=$1 port=1; [[ $1 == receiver ]] || port=2'"$server"
program "$folder/bin/node" 'name=node port=3'"$server"
program "$folder/bin/nginx" '
    echo $$ >>"$FOLDER/servers"
    while [[ $1 != -p ]]; do shift; done
    sed -n "s/^ *listen 127.0.0.1:\([0-9]*\);/\1/p" "$2/nginx.conf" >"$FOLDER/nginx_port"
    echo $$ >"$2/nginx.pid"
    for ((i = 0; i < 600; ++i)); do sleep 0.1; done'
program "$folder/bin/taskset" '
    if [[ $1 == -cp ]]; then echo "pid $2'"'"'s current affinity list: ${PROCESSORS:-4-5}"; exit; fi
    echo "$2 $3" >>"$FOLDER/pinned"
    exec "${@:3}"'
# Prints RESULT_NAME, or that each server is as fast as required.
program "$folder/bin/wrk" '
    nginx=$(<"$FOLDER/nginx_port")
    case "${*: -1}" in
        */127.0.0.1:1/webhook) name=receiver ;;
        */127.0.0.1:2/webhook) name=textbook ;;
        */127.0.0.1:3/webhook) name=node ;;
        */127.0.0.1:$nginx/webhook) name=nginx ;;
    esac
    echo "$name" >>"$FOLDER/order"
    declare -n result=RESULT_$name
    echo "Running a test"
    echo "result requests 1000 us ${result:-${DEFAULTS[$name]}}"'
sed -i '2i declare -A DEFAULTS=([receiver]="1000000 errors 0 refused 0 p50 10 p99 15" \
    [textbook]="1101000 errors 0 refused 0 p50 10 p99 10" \
    [nginx]="850000 errors 0 refused 0 p50 10 p99 10" \
    [node]="1500000 errors 0 refused 0 p50 10 p99 10")' "$folder/bin/wrk"

# Runs the script with the given variables; sets output and status.
script=$1/scripts/bench_webhooks.sh
run() {
    rm -f "$folder"/{order,pinned,nginx_port}
    : >"$folder/servers"
    status=0
    output=$(env PATH="$folder/bin:$PATH" TMPDIR="$folder/tmp" FOLDER="$folder" ROUNDS=2 "$@" \
        timeout 60 "$script" "$folder/build" 2>&1) || status=$?
}

passed=0
failed=0
expect() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\nstatus %s, output: %s\n' "$what" "$status" "$output"
    fi
}
has() { [[ $1 == *"$2"* ]]; }
lacks() { [[ $1 != *"$2"* ]]; }
nothing_is_left() {
    local each
    for each in $(<"$folder/servers"); do ! kill -0 "$each" 2>/dev/null || return 1; done
    [[ -z $(find "$folder/tmp" -mindepth 1) ]]
}

run
expect "succeeds when every bar is met" [ "$status" = 0 ]
expect "measures everything in turn" [ "$(tr '\n' ' ' <"$folder/order")" = \
    'receiver textbook nginx node receiver textbook nginx node ' ]
expect "pins servers to the first processor" grep -q '^4 timeout' "$folder/pinned"
expect "pins wrk to the second processor" grep -q '^5 wrk' "$folder/pinned"
expect "meets every bar" lacks "$output" missed
expect "prints what a request costs" grep -Eq '^receiver +1000 +10 +15 +2.00 +4.00$' <<<"$output"
expect "leaves nothing" nothing_is_left

run PROCESSORS=3
expect "pins nothing where there is one processor" [ ! -e "$folder/pinned" ]

run RESULT_receiver='1010000 errors 0 refused 0 p50 10 p99 15'
expect "fails below 1.1 times the textbook" [ "$status" = 1 ]
run RESULT_nginx='840000 errors 0 refused 0 p50 10 p99 10'
expect "fails below 0.85 times nginx" [ "$status" = 1 ]
run RESULT_node='1490000 errors 0 refused 0 p50 10 p99 10'
expect "fails below 1.5 times Node" [ "$status" = 1 ]
run RESULT_receiver='1000000 errors 0 refused 0 p50 10 p99 16'
expect "fails above 1.5 times the p99 of nginx" [ "$status" = 1 ]
expect "marks the bar that was missed" grep -q "nginx's p99 .* missed" <<<"$output"
run RESULT_node='2000000 errors 1 refused 0 p50 10 p99 10'
expect "fails after an error" [ "$status" = 1 ]
run RESULT_nginx='900000 errors 0 refused 1 p50 10 p99 10'
expect "fails after a refused connection" [ "$status" = 1 ]

run RECEIVED_receiver=1999
expect "fails when the receiver received less than was acknowledged" [ "$status" = 1 ]
run RECEIVED_receiver=2101
expect "fails when the receiver received more than can be in flight" [ "$status" = 1 ]
expect "reports how many" has "$output" 'receiver received 2101 of 2000'
run WRONG=1
expect "fails when something else was received" [ "$status" = 1 ]

run START='[[ $name != textbook ]] || { echo "no port" >&2; exit 1; }'
expect "fails when a server does not start" [ "$status" = 1 ]
expect "reports why" has "$output" 'textbook did not start: no port'
expect "leaves nothing when a server does not start" nothing_is_left

rm "$folder/build/test/bench_webhooks"
run
expect "fails where nothing is built" [ "$status" = 1 ]
expect "reports what is not built" has "$output" 'no test/bench_webhooks'

echo "$passed passed, $failed failed"
((failed == 0))
