#!/usr/bin/env bash
# Benchmarks receiving webhook notifications against a textbook Beast server, nginx responding with
# 204, and Node: wrk posts to each in turn, on persistent connections. Prints a table, and exits
# with 1 when a bar is missed. With a release build, on an otherwise idle machine:
#
#   cmake --build --preset release --target bench_webhooks
#   scripts/bench_webhooks.sh [BUILD_FOLDER]    default: build/release
#
# ROUNDS=N (default: 15) rounds of ROUND_SECONDS=N (default: 1) each: short rounds spread noise
# evenly. Exits with 77 if nginx, wrk or node is not installed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
build=${1:-$root/build/release}
files=$root/test/bench/webhooks
rounds=${ROUNDS:-15}
seconds=${ROUND_SECONDS:-1}
connections=50  # The pool size of hackney, the server's HTTP client.
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
    say "$program is missing: run scripts/setup.sh all"
    exit 77
done
[[ -x $build/test/bench_webhooks ]] || fail "there is no test/bench_webhooks in $build: build it"

# nginx cannot choose a free port, and does not exit at the end of its input.
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

# Stops a server, which then prints what it received.
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

# Runs one round on one server: appends `NAME result requests N us N …` to the results.
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
# In turn, so that noise affects all servers.
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
