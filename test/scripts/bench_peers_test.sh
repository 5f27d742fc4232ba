#!/usr/bin/env bash
# Tests when test/bench/peers/run.sh succeeds and fails, and that it leaves nothing behind, with
# stubs for the servers, the peers, and what builds them. Argument: the project's root.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/bench_peers_test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"/{bin,tmp,build/test} \
    "$folder"/gocode/src/{github.com/gorilla/websocket,google.golang.org/protobuf}

program() {
    printf '#!/bin/bash\n%s\n' "$2" >"$1"
    chmod +x "$1"
}
# report NAME: prints the result of a peer that takes SECONDS_NAME, or the default.
program "$folder/bin/report" '
    declare -A known=([receive]=1 [receive_try]=1 [go]=3 [ws]=7 [sdk]=18 [call_rest]=1 [undici]=4
        [axios]=12)
    echo "$1" >>"$FOLDER/order"
    each=${1//-/_} messages=1000000 length=72
    case $1 in call-rest | undici | axios) messages=10000 length=108 ;; esac
    declare -n seconds=SECONDS_$each lost=LOST_$each wrong=WRONG_$each
    messages=$((messages - ${lost:-0}))
    echo "$1 messages $messages seconds ${seconds:-${known[$each]}}" \
        "checksum $((messages * length + ${wrong:-0})) cpu 0.5"'
program "$folder/build/test/bench_peers" '
    [[ $1 == serve* ]] || exec report "$1"
    echo $$ >>"$FOLDER/servers"
    eval "${START:-}"
    echo "Listening on 127.0.0.1:1"
    cat >/dev/null'
program "$folder/build/test/bench_agent" '
    [[ $1 == serve* ]] || exit 0
    echo $$ >>"$FOLDER/servers"
    echo "Listening on 127.0.0.1:1"
    cat >/dev/null'
program "$folder/bin/node" '
    eval "${NODE:-}"
    case $1 in
        */receive_ws.js) report ws ;;
        */receive_sdk.js) report sdk ;;
        */call_rest.js) report "$2" ;;
    esac'
program "$folder/bin/npm" 'echo "$*" >>"$FOLDER/npm"; exit "${NPM_STATUS:-0}"'
program "$folder/bin/go" '
    while [[ $1 != -o ]]; do shift; done
    printf "#!/bin/bash\nexec report go\n" >"$2"; chmod +x "$2"'
program "$folder/bin/protoc" ''
program "$folder/bin/protoc-gen-go" ''
program "$folder/bin/taskset" '
    if [[ $1 == -cp ]]; then echo "pid $2'"'"'s current affinity list: ${PROCESSORS:-4-5}"; exit; fi
    echo "$2 ${*:3}" >>"$FOLDER/pinned"
    exec "${@:3}"'

# Runs the script with the given variables; sets output and status.
script=$1/test/bench/peers/run.sh
run() {
    rm -f "$folder"/{order,pinned}
    : >"$folder/servers"
    status=0
    output=$(env PATH="$folder/bin:$PATH" TMPDIR="$folder/tmp" FOLDER="$folder" ROUNDS=1 \
        GOCODE="$folder/gocode" "$@" timeout 60 "$script" "$folder/build" 2>&1) || status=$?
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

run NPM_STATUS=1
expect "fails when npm does" [ "$status" = 1 ]

run
expect "succeeds when every bar is met" [ "$status" = 0 ]
expect "meets every bar" lacks "$output" missed
expect "runs ours before each peer" [ "$(paste -sd ' ' "$folder/order")" = "$(echo \
    receive receive-try go receive receive-try ws receive receive-try sdk \
    call-rest undici call-rest axios)" ]
expect "pins the servers to the first processor" grep -q '^4 .*bench_peers serve 1' "$folder/pinned"
expect "pins receivers to the second processor" grep -q '^5 .*receive_go' "$folder/pinned"
expect "pins callers to their server's processor" grep -q '^4 .*call_rest' "$folder/pinned"
expect "prints speed, cost and ratios" grep -Eq \
    '^Go, gorilla and protobuf +0.333 +0.50 +3.00 +3.00 +3$' <<<"$output"
expect "leaves nothing" nothing_is_left

: >"$folder/npm"
run PROCESSORS=3
expect "installs packages once" [ ! -s "$folder/npm" ]
expect "pins nothing where there is one processor" [ ! -e "$folder/pinned" ]

run SECONDS_receive=1.1
expect "succeeds when the faster one of ours reaches the bar" [ "$status" = 0 ]
for each in go=2.9 ws=6.9 sdk=17.9 undici=3.9 axios=11.9; do
    run SECONDS_$each
    expect "fails below the bar of $each" [ "$status" = 1 ]
    expect "marks the bar of $each" [ "$(grep -c '  missed$' <<<"$output")" = 1 ]
done

for each in receive receive_try go ws sdk call_rest undici axios; do
    run LOST_$each=1
    expect "fails when $each loses a message" [ "$status" = 1 ]
    expect "prints that ${each//_/-} lost a message" has "$output" "missed: ${each//_/-} got"
done
run WRONG_ws=1
expect "fails when a peer read something else" [ "$status" = 1 ]

run NODE='echo "no such host" >&2; exit 1'
expect "fails when a peer fails" [ "$status" = 1 ]
expect "prints why it failed" has "$output" 'no such host'
expect "leaves nothing when a peer fails" nothing_is_left
run START='[[ $1 != serve-rest ]] || { echo "no port" >&2; exit 1; }'
expect "fails when a server does not start" [ "$status" = 1 ]
expect "prints why it did not" has "$output" 'serve-rest did not start: no port'
expect "leaves nothing when a server does not start" nothing_is_left

rmdir "$folder/gocode/src/github.com/gorilla/websocket"
run
expect "is skipped where a package is missing" [ "$status" = 77 ]
expect "prints which one" grep -q 'missing.*: golang-github-gorilla-websocket-dev$' <<<"$output"

rm "$folder/build/test/bench_peers"
run
expect "fails where nothing is built" [ "$status" = 1 ]
expect "prints what is not built" has "$output" 'missing test/bench_peers'

echo "$passed passed, $failed failed"
((failed == 0))
