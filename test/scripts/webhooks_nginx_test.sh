#!/usr/bin/env bash
# Tests examples/webhooks_nginx: that notifications arrive through nginx over kept connections, and
# the responses of nginx itself. Exits with 77 where nginx is not installed. Arguments: the
# project's root, the build folder.
set -euo pipefail

run_script=$1/examples/webhooks_nginx/run.sh
build=$2
folder=$(mktemp -d "${TMPDIR:-/tmp}/webhooks_nginx_test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/tmp" "$folder/build/sandbox" "$folder/build/examples"

# Runs the script with the given variables and arguments; sets output and status.
run() {
    status=0
    output=$(env TMPDIR="$folder/tmp" FOLDER="$folder" "$@" 2>&1) || status=$?
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
has_lines() { [[ $(grep -c "$3" <<<"$1") == "$2" ]]; }
nothing_is_left() { [[ -z $(find "$folder/tmp" -mindepth 1) ]]; }

run NGINX=no-such-nginx "$run_script" "$build"
expect "exits with 77 without nginx" [ "$status" = 77 ]
expect "reports how to get nginx" has "$output" 'scripts/setup.sh'

PATH=$PATH:/usr/sbin type -P nginx >/dev/null || exit 77

run "$run_script" "$folder/build"
expect "fails where nothing is built" [ "$status" = 1 ]
expect "reports what is not built" has "$output" 'sandbox/jellyfish-sandbox is missing'

run WEBHOOK_PORT=mine WEBHOOK_URL=mine "$run_script" "$build"
expect "succeeds" [ "$status" = 0 ]
expect "prints the notifications" has_lines "$output" 4 '^Received a notification: '
expect "posts them to nginx" has_lines "$output" 4 '^\[nginx\] POST 200, '
expect "keeps the connection to the receiver" has "$output" '4 notifications, connections: 1'
expect "leaves no file" nothing_is_left

# Another program in place of the example, which sends requests to nginx; nothing receives.
ln -s "$(realpath "$build")/sandbox/jellyfish-sandbox" "$folder/build/sandbox/jellyfish-sandbox"
printf '#!/bin/bash\nset -e\neval "$EXAMPLE"\n' >"$folder/build/examples/webhooks"
chmod +x "$folder/build/examples/webhooks"
talk='
    at=${WEBHOOK_URL#http://} at=${at%%/*}
    ask() {
        exec 3<>"/dev/tcp/${at%:*}/${at#*:}"
        printf "POST $1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: $2\r\n\r\n" >&3
        head -c "$3" /dev/zero >&3
        read -r reply <&3
        echo "$1 $2: ${reply%$'"'\r'"'}"
    };'

run EXAMPLE="$talk ask /other 0 0; ask /webhook 1048577 0; ask /webhook 1048576 1048576" \
    "$run_script" "$folder/build"
expect "responds with 404 to other paths" has "$output" '/other 0: HTTP/1.1 404'
expect "responds with 413 to a body over 1 MiB" has "$output" '/webhook 1048577: HTTP/1.1 413'
expect "responds with 502 when nothing receives" has "$output" '/webhook 1048576: HTTP/1.1 502'

# On the first attempt, the example is to listen where nginx does.
run REAL="$build/examples/webhooks" EXAMPLE='
    if [[ -e $FOLDER/tried ]]; then echo "second try"; exit; fi
    touch "$FOLDER/tried"
    at=${WEBHOOK_URL%/*}
    WEBHOOK_PORT=${at##*:} exec "$REAL"' "$run_script" "$folder/build"
expect "chooses other ports when one is in use" [ "$status" = 0 ]
expect "reports it" has "$output" 'retrying with other ports'
expect "runs the example again" has "$output" 'second try'

run EXAMPLE='echo "run $((++runs))"; echo broken >&2; exit 1' "$run_script" "$folder/build"
expect "fails when the example fails" [ "$status" = 1 ]
expect "shows why" has "$output" broken
expect "does not retry that" has_lines "$output" 1 '^run '
expect "leaves no file when it fails" nothing_is_left

echo "$passed passed, $failed failed"
((failed == 0))
