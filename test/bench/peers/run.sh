#!/usr/bin/env bash
# Measures the rates of receiving notifications and of reading rooms, compared with other clients:
# Go with gorilla/websocket and protobuf, Node with ws and protobufjs, Fishjam's JavaScript SDK for
# servers, undici and axios. Each runs in turn, in its own process, with the same servers. Prints a
# table, and exits with 1 when a bar is missed. Use a release build, on an otherwise idle machine;
# scripts/bench.sh --peers runs it this way:
#
#   cmake --build --preset release --target bench_peers bench_agent
#   test/bench/peers/run.sh [BUILD_FOLDER]    default: build/release
#
# ROUNDS=N (3) rounds. The peers' dependencies are put into BUILD_FOLDER/peers; npm gets the exact
# versions of package-lock.json, once. Exits with 77 if a tool is not installed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd -P)
build=$(realpath -m "${1:-$root/build/release}")
files=$root/test/bench/peers
made=$build/peers
own=$build/test/bench_peers
gocode=${GOCODE:-/usr/share/gocode}
rounds=${ROUNDS:-3}
messages=1000000
calls=10000

say() { echo "bench_peers: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

source "$root/scripts/bench_servers.sh"

check_installed() {
    local program missing=()
    local -A package=([node]=nodejs [npm]=npm [go]=golang-go [protoc]=protobuf-compiler
        [protoc-gen-go]=protoc-gen-go)
    for program in node npm go protoc protoc-gen-go; do
        type -P "$program" >/dev/null || missing+=("${package[$program]}")
    done
    [[ -d $gocode/src/github.com/gorilla/websocket ]] ||
        missing+=(golang-github-gorilla-websocket-dev)
    [[ -d $gocode/src/google.golang.org/protobuf ]] || missing+=(golang-google-protobuf-dev)
    ((${#missing[@]})) || return 0
    say "missing, by their names in Debian: ${missing[*]}"
    exit 77
}

# Uses only what Debian's packages contain: Go downloads nothing.
make_go_peer() {
    mkdir -p "$made/go/src"
    protoc -I "$root/proto" --go_out="$made/go/src" \
        --go_opt=Mjellyfish/server_notifications.proto=jellyfish/notifications \
        jellyfish/server_notifications.proto
    GOPATH=$made/go:$gocode GO111MODULE=off GOFLAGS='' GOCACHE=$made/go/cache CGO_ENABLED=0 \
        go build -o "$made/receive_go" "$files/receive.go"
}

# A script finds the packages beside it.
make_node_peers() {
    mkdir -p "$made/node"
    cp "$files"/*.js "$made/node"
    cmp -s "$files/package-lock.json" "$made/node/installed" && return
    cp "$files"/package{,-lock}.json "$made/node"
    (cd "$made/node" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null) ||
        fail "npm could not install what test/bench/peers/package.json names"
    cp "$files/package-lock.json" "$made/node/installed"
}

# One run: prints `NAME messages N seconds S checksum C cpu S`.
measure() {
    timeout -k 5 600 "$@" >>"$scratch/results" 2>"$scratch/peer.err" ||
        fail "failed: $* $(cat "$scratch/peer.err")"
}

# A receiver does not share its server's processor. A caller does: they take turns, and otherwise
# the figures would be dominated by the time to resume a sleeping process.

# Ours run before each peer: they finish so soon that other load would affect a whole run.
receive() {
    measure "${on_second[@]}" "$own" receive "$notifications" $messages
    measure "${on_second[@]}" "$own" receive-try "$notifications" $messages
    measure "${on_second[@]}" "$@"
}
call() {
    measure "${on_first[@]}" "$own" call-rest "$rooms" $calls
    measure "${on_first[@]}" "$@"
}

[[ -x $own ]] || fail "missing test/bench_peers in $build: build it"
check_installed
scratch=$(mktemp -d "${TMPDIR:-/tmp}/bench_peers.XXXXXX")
clean_up_at_the_end
make_go_peer
make_node_peers

choose_processors
start serve "$own" serve $messages
start serve-rest "$own" serve-rest
notifications=${address[serve]} rooms=${address[serve-rest]}
proto=$root/proto/jellyfish/server_notifications.proto
for ((round = 1; round <= rounds; ++round)); do
    receive "$made/receive_go" "$notifications" $messages
    receive node "$made/node/receive_ws.js" "$notifications" $messages "$proto"
    receive node "$made/node/receive_sdk.js" "$notifications" $messages
    call node "$made/node/call_rest.js" undici "$rooms" $calls
    call node "$made/node/call_rest.js" axios "$rooms" $calls
done
# Compares the cost of an agent's audio, which is less than the capacity of any of them.
agents() {
    local agent=$build/test/bench_agent seconds=5 tracks=100
    start serve-agent "$agent" serve=1
    "${on_second[@]}" "$agent" seconds=$seconds tracks=$tracks
    "${on_second[@]}" node "$made/node/agent_ws.js" "${address[serve-agent]}" \
        "$root/proto/fishjam/agent_notifications.proto" $seconds $tracks
}
agents
awk -v messages=$messages -v calls=$calls -v rounds="$rounds" -f "$files/table.awk" \
    "$scratch/results"
