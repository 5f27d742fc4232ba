#!/usr/bin/env bash
# Builds the sandbox server and the examples that receive notifications, and runs the examples
# against it. Exits with status 0 when every example has received all expected notifications.
# DEMO_TIMEOUT=SECONDS limits the time of each example (default: 60).
set -euo pipefail

if [[ ${1:-} == --help ]]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
build=build/demo
limit=${DEMO_TIMEOUT:-60}
examples=(notifications webhooks webhooks_beast)

say() { echo "demo: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

build_programs() {
    # A build folder that was copied with the tree refers to another path.
    if [[ ! -f $build/build.ninja ]] ||
        ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$build/CMakeCache.txt"; then
        rm -rf "$build"
        cmake --preset release -B "$build" -D JELLYFISH_BUILD_TESTS=OFF -D JELLYFISH_WERROR=OFF
    fi
    cmake --build "$build" -j 2 --target jellyfish-sandbox "${examples[@]/#/example_}"
}

# With a time limit, so that it stops even if this script is killed.
start_sandbox() {
    touch "$scratch/sandbox.out" "$scratch/sandbox.err"
    timeout -k 5 300 "$build/sandbox/jellyfish-sandbox" --port 0 \
        >"$scratch/sandbox.out" 2>"$scratch/sandbox.err" </dev/null &
    sandbox=$!
    for ((tries = 0; tries < 200; ++tries)); do
        port=$(sed -n 's/^Listening on 127\.0\.0\.1:\([0-9]\+\)$/\1/p' "$scratch/sandbox.out")
        [[ -z $port ]] || return 0
        kill -0 "$sandbox" 2>/dev/null || break
        sleep 0.05
    done
    return 1
}

show_sandbox_log() {
    sed -s 's/^/[sandbox] /' "$scratch/sandbox.out" "$scratch/sandbox.err"
}

# Also writes the output of the example to the scratch folder.
run_example() {
    local status=0
    say "$1"
    env -u JELLYFISH_SERVER_API_TOKEN -u JELLYFISH_SECURE -u JELLYFISH_CA_FILE \
        -u FISHJAM_ID -u FISHJAM_MANAGEMENT_TOKEN \
        -u WEBHOOK_PORT -u WEBHOOK_URL JELLYFISH_SERVER_ADDRESS="127.0.0.1:$port" \
        timeout --foreground -k 5 "$limit" "$build/examples/$1" </dev/null |
        tee "$scratch/$1.out" || status=$?
    ((status != 124)) || fail "$1 did not exit within $limit s"
    ((status == 0)) || fail "$1 failed with status $status"
    kill -0 "$sandbox" 2>/dev/null || fail "the sandbox stopped before $1"
}

# expect EXAMPLE COUNT TEXT: fails unless at least COUNT lines start with TEXT.
expect() {
    local count
    count=$(grep -c "^$3" "$scratch/$1.out" || true)
    ((count >= $2)) || fail "$1 printed '$3' $count times instead of $2"
}

sandbox=
clean_up() {
    if [[ -n $sandbox ]]; then
        kill "$sandbox" 2>/dev/null || true
        wait "$sandbox" 2>/dev/null || true
        sandbox=
        show_sandbox_log
    fi
    rm -rf "$scratch"
}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/jellyfish-demo.XXXXXX")
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

scripts/setup.sh build
build_programs

start_sandbox || fail "the sandbox did not start within 10 s"
for example in "${examples[@]}"; do run_example "$example"; done
# The webhooks: room_created, peer_added, peer_deleted and room_deleted.
expect notifications 1 'Received a notification: '
expect notifications 2 'Received WebRTC metrics: '
expect webhooks 4 'Received a notification: '
expect webhooks_beast 4 'Received a notification: '
say "received everything expected"
