#!/usr/bin/env bash
# Runs the example `webhooks` behind nginx as a reverse proxy, against a sandbox server: the sandbox
# posts to nginx, and nginx to the example. All programs listen on 127.0.0.1 only, run as the
# current user in a temporary folder, and exit on their own. Exits with 77 if nginx is not
# installed. NGINX=PROGRAM replaces `nginx`.
#
#   examples/webhooks_nginx/run.sh [BUILD_FOLDER]    default: build/release
set -euo pipefail

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
build=${1:-$folder/../../build/release}

say() { echo "webhooks_nginx: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

nginx=$(PATH=$PATH:/usr/sbin type -P "${NGINX:-nginx}") || {
    say "nginx is not installed: run scripts/setup.sh"
    exit 77
}
for program in sandbox/jellyfish-sandbox examples/webhooks; do
    [[ -x $build/$program ]] || fail "$build/$program is missing: build it first"
done

# Waits up to 10 s for a matching line while the program runs; prints the group of the pattern.
wait_for() { # PID FILE PATTERN
    local found tries
    for ((tries = 0; tries < 200; ++tries)); do
        found=$(sed -n "s/^$3\$/\1/p" "$2")
        [[ -z $found ]] || { echo "$found"; return 0; }
        kill -0 "$1" 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}

start_sandbox() {
    touch "$scratch/sandbox.out"
    timeout -k 5 300 "$build/sandbox/jellyfish-sandbox" --port 0 \
        >"$scratch/sandbox.out" 2>"$scratch/sandbox.err" </dev/null &
    sandbox=$!
    local line='Listening on 127\.0\.0\.1:\([0-9]\+\)'
    sandbox_port=$(wait_for "$sandbox" "$scratch/sandbox.out" "$line") ||
        fail "the sandbox did not start: $(cat "$scratch/sandbox.err")"
}

# Chooses two free ports. Another program may take them first: the caller then tries again.
choose_ports() {
    read -r nginx_port receiver_port < <(python3 -c '
import socket
held = [socket.create_server(("127.0.0.1", 0)) for each in range(2)]
print(*(each.getsockname()[1] for each in held))')
}

# Fails when the port is taken.
start_nginx() {
    sed -e "s/NGINX_PORT/$nginx_port/" -e "s/RECEIVER_PORT/$receiver_port/" \
        "$folder/nginx.conf" >"$scratch/nginx.conf"
    local own="daemon off;"
    # By default, root's nginx runs its workers as another user, who cannot access the folder.
    ((EUID != 0)) || own+=" user $(id -un) $(id -gn);"
    : | tee "$scratch"/{nginx.pid,error.log,posts.log,example.err}
    timeout -k 5 300 "$nginx" -p "$scratch" -c "$scratch/nginx.conf" -e "$scratch/error.log" \
        -g "$own" </dev/null >/dev/null 2>&1 &
    master=$!
    wait_for "$master" "$scratch/nginx.pid" '\([0-9]\+\)' >/dev/null
}

run_example() {
    env -u JELLYFISH_SERVER_API_TOKEN -u JELLYFISH_SECURE -u JELLYFISH_CA_FILE \
        JELLYFISH_SERVER_ADDRESS="127.0.0.1:$sandbox_port" WEBHOOK_PORT="$receiver_port" \
        WEBHOOK_URL="http://127.0.0.1:$nginx_port/webhook" \
        timeout --foreground -k 5 60 "$build/examples/webhooks" </dev/null \
        2>"$scratch/example.err"
}

sandbox=
master=
stop() { # PID [SIGNAL]
    [[ -z $1 ]] || kill -"${2:-TERM}" "$1" 2>/dev/null || true
    [[ -z $1 ]] || wait "$1" 2>/dev/null || true
}
clean_up() {
    stop "$master"
    stop "$sandbox"
    rm -rf "$scratch"
}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/webhooks_nginx.XXXXXX")
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# The messages of nginx and of the example.
port_was_taken() {
    grep -q 'already in use' "$scratch/error.log" ||
        grep -q 'address is already in use' "$scratch/example.err"
}

start_sandbox
for ((attempt = 1;; ++attempt)); do
    choose_ports
    if start_nginx && run_example; then break; fi
    sed 's/^/[nginx] /' "$scratch/error.log" >&2
    cat "$scratch/example.err" >&2
    { port_was_taken && ((attempt < 3)); } || fail "nginx or the example failed: see above"
    say "retrying with other ports"
    stop "$master"
done
# nginx logs a request after forwarding the response: SIGQUIT completes pending requests first.
stop "$master" QUIT
sed 's/^/[nginx] /' "$scratch/posts.log"
