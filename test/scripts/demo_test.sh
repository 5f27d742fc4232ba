#!/usr/bin/env bash
# Tests when scripts/demo.sh succeeds and fails, and that it leaves nothing behind, with stubs for
# the build and for the programs. Argument: the project's root.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/demo_test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
project="$folder/a project"
mkdir -p "$project/scripts" "$folder/bin" "$folder/tmp" "$folder/elsewhere"
cp "$1/scripts/demo.sh" "$project/scripts/"

program() {
    mkdir -p "$(dirname "$1")"
    printf '#!/bin/bash\n%s\n' "$2" >"$1"
    chmod +x "$1"
}
program "$project/scripts/setup.sh" '[[ $1 == build ]]'
program "$folder/bin/cmake" '
    echo "$1" >>"$FOLDER/calls"
    mkdir -p build/demo
    if [[ $1 == --build ]]; then
        while [[ $1 != --target ]]; do shift; done
        echo "${*:2}" >"$FOLDER/targets"
        cp -r "$FOLDER/programs/." build/demo
        exit
    fi
    touch build/demo/build.ninja
    echo "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" >build/demo/CMakeCache.txt'
program "$folder/programs/examples/notifications" '
    echo "address $JELLYFISH_SERVER_ADDRESS, token ${JELLYFISH_SERVER_API_TOKEN:-unset}"
    eval "$EXAMPLE"'
for name in webhooks webhooks_beast; do
    program "$folder/programs/examples/$name" '
        echo "webhook ${WEBHOOK_PORT:-unset} ${WEBHOOK_URL:-unset} of $JELLYFISH_SERVER_ADDRESS"
        for event in room_created peer_added peer_deleted room_deleted; do
            [[ " ${LOST:-} " == *" ${0##*/}:$event "* ]] ||
                echo "Received a notification: $event{}"
        done
        [[ " ${BROKEN:-} " != *" ${0##*/} "* ]]'
done
program "$folder/programs/sandbox/jellyfish-sandbox" '
    echo $$ >"$FOLDER/sandbox"
    eval "${SANDBOX:-}"
    echo "Listening on 127.0.0.1:4321"
    echo "a line of the log" >&2
    for ((i = 0; i < 600; ++i)); do sleep 0.1; done'

notification='echo "Received a notification: room_created{}";'
metrics='echo "Received WebRTC metrics: metrics_report{}";'
good="$notification $metrics $metrics"

# Runs the demo with the given variables; sets output, status and calls.
run() {
    rm -f "$folder/sandbox" "$folder/calls"
    status=0
    output=$(cd "$folder/elsewhere" && env PATH="$folder/bin:$PATH" TMPDIR="$folder/tmp" \
        FOLDER="$folder" "$@" "$project/scripts/demo.sh" 2>&1) || status=$?
    calls=$(<"$folder/calls")
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
sandbox_is_gone() { [[ -s $folder/sandbox ]] && ! kill -0 "$(<"$folder/sandbox")" 2>/dev/null; }
nothing_is_left() { [[ -z $(find "$folder/tmp" "$folder/elsewhere" -mindepth 1) ]]; }

run EXAMPLE="$good" JELLYFISH_SERVER_API_TOKEN=mine WEBHOOK_PORT=1 WEBHOOK_URL=http://mine/
expect "succeeds with a notification and two metrics reports" [ "$status" = 0 ]
expect "configures and builds the first time" [ "$calls" = $'--preset\n--build' ]
expect "passes the sandbox's address to the example" has "$output" 'address 127.0.0.1:4321'
expect "ignores the caller's token" has "$output" 'token unset'
expect "passes it to the webhook examples too, and nothing of the caller's" \
    has "$output" 'webhook unset unset of 127.0.0.1:4321'
expect "builds what it runs" [ "$(<"$folder/targets")" = \
    'jellyfish-sandbox example_notifications example_webhooks example_webhooks_beast' ]
expect "shows what the example prints" has "$output" $'\nReceived a notification: room_created{}'
expect "shows the sandbox's log" has "$output" '[sandbox] a line of the log'
expect "stops the sandbox" sandbox_is_gone
expect "leaves no file" nothing_is_left

run EXAMPLE="$good"
expect "succeeds again" [ "$status" = 0 ]
expect "does not configure again" [ "$calls" = '--build' ]

mv "$project" "$folder/another project"
project="$folder/another project"
run EXAMPLE="$good"
expect "succeeds where it was moved to" [ "$status" = 0 ]
expect "configures again in its new place" [ "$calls" = $'--preset\n--build' ]

run EXAMPLE="$good exit 3"
expect "fails when the example fails" [ "$status" != 0 ]
expect "prints the example's status" has "$output" 'notifications failed with status 3'
expect "stops the sandbox when the example fails" sandbox_is_gone
expect "leaves no file when the example fails" nothing_is_left

run EXAMPLE="$metrics $metrics"
expect "fails without a notification" [ "$status" != 0 ]

run EXAMPLE="$notification $metrics echo no Received WebRTC metrics:"
expect "fails with one metrics report" [ "$status" != 0 ]

run EXAMPLE="$good exec sleep 60" DEMO_TIMEOUT=0.5
expect "fails when the example hangs" [ "$status" != 0 ]
expect "prints that the example hangs" has "$output" 'did not exit within 0.5 s'
expect "stops the sandbox when the example hangs" sandbox_is_gone

run EXAMPLE="$good" SANDBOX='echo "cannot listen" >&2; exit 1'
expect "fails when the sandbox does not start" [ "$status" != 0 ]
expect "shows why the sandbox does not start" has "$output" '[sandbox] cannot listen'
expect "leaves no file when the sandbox does not start" nothing_is_left

run EXAMPLE="kill \$(<\"\$FOLDER/sandbox\"); $good sleep 0.5"
expect "fails when the sandbox dies" [ "$status" != 0 ]

for name in webhooks webhooks_beast; do
    run EXAMPLE="$good" LOST="$name:peer_deleted"
    expect "fails when $name lost a notification" [ "$status" != 0 ]
    expect "prints that $name lost one" has "$output" "$name printed 'Received a notification: ' 3"

    run EXAMPLE="$good" BROKEN="$name"
    expect "fails when $name fails" [ "$status" != 0 ]
    expect "names $name when it fails" has "$output" "$name failed with status 1"
    expect "leaves no file when $name fails" nothing_is_left
done

echo "$passed passed, $failed failed"
((failed == 0))
