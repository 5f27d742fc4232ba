#!/usr/bin/env bash
# Measures how fast webhook notifications are received, beside a textbook Beast server, nginx that
# answers 204, and Node: wrk posts to one after the other, on kept connections. Prints a table, and
# exits with 1 when a bar is missed. In a release build, on a machine that does nothing else:
#
#   cmake --build --preset release --target bench_webhooks
#   scripts/bench_webhooks.sh [BUILD_FOLDER]    default: build/release
#
# ROUNDS=N (5) rounds of ROUND_SECONDS=N (2) each. Exits with 77 where nginx, wrk or node is not
# installed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
build=${1:-$root/build/release}
files=$root/test/bench/webhooks
rounds=${ROUNDS:-5}
seconds=${ROUND_SECONDS:-2}
connections=16
servers=(receiver textbook nginx node)

say() { echo "bench_webhooks: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

PATH=$PATH:/usr/sbin
for program in nginx wrk node; do
    type -P "$program" >/dev/null && continue
    say "$program is missing: scripts/setup.sh all installs nginx and wrk, and nodejs has node"
    exit 77
done
[[ -x $build/test/bench_webhooks ]] || fail "there is no test/bench_webhooks in $build: build it"

# Servers and wrk do not share a processor where there are two.
choose_processors() {
    local list part
    local -a allowed=()
    list=$(taskset -cp $$)
    for part in $(tr ',' ' ' <<<"${list##*: }"); do
        mapfile -t -O "${#allowed[@]}" allowed < <(seq "${part%-*}" "${part#*-}")
    done
    on_first=() on_second=()
    ((${#allowed[@]} >= 2)) || return 0
    on_first=(taskset -c "${allowed[0]}") on_second=(taskset -c "${allowed[1]}")
}

declare -A pid port input

# Runs a server, for 10 min at most. The inputs of the other ones would not end while it had them.
in_child() {
    local each
    for each in "${input[@]}"; do exec {each}>&-; done
    exec "${on_first[@]}" timeout -k 5 600 "$@"
}

# start NAME COMMAND…: a program that prints where it listens, and ends with its input.
start() {
    local name=$1 tries
    shift
    mkfifo "$scratch/$name.in"
    : >"$scratch/$name.out"
    in_child "$@" <"$scratch/$name.in" >"$scratch/$name.out" 2>"$scratch/$name.err" &
    pid[$name]=$!
    exec {input[$name]}>"$scratch/$name.in"
    for ((tries = 0; tries < 200; ++tries)); do
        port[$name]=$(sed -n 's/^Listening on 127\.0\.0\.1:\([0-9]\+\)$/\1/p' "$scratch/$name.out")
        [[ -z ${port[$name]} ]] || return 0
        kill -0 "${pid[$name]}" 2>/dev/null || break
        sleep 0.05
    done
    fail "$name did not start: $(cat "$scratch/$name.err")"
}

# nginx takes no free port by itself, and no end of its input as one.
start_nginx() {
    local folder=$scratch/nginx own="daemon off;" tries
    ((EUID != 0)) || own+=" user $(id -un) $(id -gn);"
    mkdir "$folder"
    port[nginx]=$(perl -MIO::Socket::INET -e \
        'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')
    sed "s/NGINX_PORT/${port[nginx]}/" "$files/nginx.conf" >"$folder/nginx.conf"
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

clean_up() {
    local each
    for each in "${pid[@]}"; do kill "$each" 2>/dev/null || true; done
    wait
    rm -rf "$scratch"
}

# One round of one server: appends `NAME result requests N us N …` to the results.
measure() {
    local result
    result=$("${on_second[@]}" wrk -t 1 -c "$connections" -d "${seconds}s" --latency \
        -s "$files/post.lua" "http://127.0.0.1:${port[$1]}/webhook" | grep '^result ') ||
        fail "wrk failed with $1"
    echo "$1 $result" >>"$scratch/results"
}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/bench_webhooks.XXXXXX")
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

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
