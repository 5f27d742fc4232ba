#!/usr/bin/env bash
# Measures how fast webhook notifications are received, beside a textbook Beast server, nginx that
# answers 204, and Node: wrk posts to one after the other, on kept connections. Prints a table, and
# exits with 1 when a bar is missed. In a release build, on a machine that does nothing else:
#
#   cmake --build --preset release --target bench_webhooks
#   scripts/bench_webhooks.sh [BUILD_FOLDER]    default: build/release
#
# ROUNDS=N (15) rounds of ROUND_SECONDS=N (1) each: short ones, so that noise meets all alike. Exits
# with 77 where nginx, wrk or node is not installed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
build=${1:-$root/build/release}
files=$root/test/bench/webhooks
rounds=${ROUNDS:-15}
seconds=${ROUND_SECONDS:-1}
connections=50  # As many as the server's HTTP client keeps, hackney.
servers=(receiver textbook nginx node)

say() { echo "bench_webhooks: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

source "$root/scripts/bench_servers.sh"

PATH=$PATH:/usr/sbin
for program in nginx wrk node; do
    type -P "$program" >/dev/null && continue
    say "$program is missing: scripts/setup.sh all installs nginx and wrk, and nodejs has node"
    exit 77
done
[[ -x $build/test/bench_webhooks ]] || fail "there is no test/bench_webhooks in $build: build it"

# nginx takes no free port by itself, and no end of its input as one.
start_nginx() {
    local folder=$scratch/nginx own="daemon off;" port tries
    ((EUID != 0)) || own+=" user $(id -un) $(id -gn);"
    mkdir "$folder"
    port=$(python3 -c \
        'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
    address[nginx]=127.0.0.1:$port
    sed "s/NGINX_PORT/$port/" "$files/nginx.conf" >"$folder/nginx.conf"
    in_child nginx -p "$folder" -c "$folder/nginx.conf" -e "$folder/error.log" -g "$own" \
        </dev/null >/dev/null 2>"$scratch/nginx.err" &
    pid[nginx]=$!
    for ((tries = 0; tries < 200; ++tries)); do
        [[ ! -s $folder/nginx.pid ]] || return 0
        kill -0 "${pid[nginx]}" 2>/dev/null || break
        sleep 0.05
    done
    fail "nginx did not start: $(cat "$scratch/nginx.err")"
}

# Ends a server, which then says what it has received.
finish() {
    local status=0
    if [[ $1 == nginx ]]; then
        kill "${pid[nginx]}"
    else
        local descriptor=${input[$1]}
        exec {descriptor}>&-
    fi
    wait "${pid[$1]}" || status=$?
    [[ $status == 0 || $1 == nginx ]] || fail "$1 failed: $(cat "$scratch/$1.err")"
    unset 'pid[$1]'
}

# One round of one server: appends `NAME result requests N us N …` to the results.
measure() {
    local result
    result=$("${on_second[@]}" wrk -t 1 -c "$connections" -d "${seconds}s" --latency \
        -s "$files/post.lua" "http://${address[$1]}/webhook" | grep '^result ') ||
        fail "wrk failed with $1"
    echo "$1 $result" >>"$scratch/results"
}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/bench_webhooks.XXXXXX")
clean_up_at_the_end

choose_processors
start receiver "$build/test/bench_webhooks" receiver
start textbook "$build/test/bench_webhooks" textbook
start node node "$files/server.js"
start_nginx
# In turn, so that a noisy neighbour meets all.
for ((round = 1; round <= rounds; ++round)); do
    for server in "${servers[@]}"; do measure "$server"; done
done
for server in "${servers[@]}"; do
    finish "$server"
    if [[ $server != nginx ]]; then
        sed -n "s/^received /$server received /p" "$scratch/$server.out" >>"$scratch/results"
    fi
done
awk -v connections="$connections" -v rounds="$rounds" -f "$files/table.awk" "$scratch/results"
