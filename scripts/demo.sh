#!/usr/bin/env bash
# Builds the sandbox server and the example `notifications`, and runs one against the other. Ends by
# itself: with status 0 when notifications and metrics have arrived, otherwise with another.
# DEMO_TIMEOUT=SECONDS is how long the example may take.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
build=build/demo
limit=${DEMO_TIMEOUT:-60}

say() { echo "demo: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

build_programs() {
    # A build folder that was copied here with the tree belongs to another place.
    if [[ ! -f $build/build.ninja ]] ||
        ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$build/CMakeCache.txt"; then
        rm -rf "$build"
        cmake --preset release -B "$build" -D JELLYFISH_BUILD_TESTS=OFF -D JELLYFISH_WERROR=OFF
    fi
    cmake --build "$build" -j 2 --target jellyfish-sandbox example_notifications
}

# Under a limit, so that it ends even when this script is killed.
start_sandbox() {
    touch "$scratch/sandbox.out" "$scratch/sandbox.err"
    timeout -k 5 300 "$build/src/jellyfish-sandbox" --port 0 \
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

run_example() {
    env -u JELLYFISH_SERVER_API_TOKEN -u JELLYFISH_SECURE -u JELLYFISH_CA_FILE \
        JELLYFISH_SERVER_ADDRESS="127.0.0.1:$port" \
        timeout --foreground -k 5 "$limit" "$build/examples/notifications" </dev/null |
        tee "$scratch/example.out"
}

sandbox=
clean_up() {
    if [[ -n $sandbox ]]; then
        kill "$sandbox" 2>/dev/null || true
        wait "$sandbox" 2>/dev/null || true
        sandbox=
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

if ! start_sandbox; then
    show_sandbox_log >&2
    fail "the sandbox did not say within 10 s where it listens"
fi

status=0
run_example || status=$?
show_sandbox_log

((status != 124)) || fail "the example did not end within $limit s"
((status == 0)) || fail "the example failed with status $status"
notifications=$(grep -c '^Received a notification: ' "$scratch/example.out" || true)
reports=$(grep -c '^Received WebRTC metrics: ' "$scratch/example.out" || true)
((notifications >= 1)) || fail "the example received no notification"
((reports >= 2)) || fail "the example received $reports metrics reports instead of 2"
kill -0 "$sandbox" 2>/dev/null || fail "the sandbox ended before the example"
say "$notifications notifications and $reports metrics reports received"
