#!/usr/bin/env bash
# Runs an example with its own sandbox server, and compares its output.
#
#   run_example.sh SANDBOX PROGRAM [OPTION…] -- LINE…
#
# Each LINE is an extended regular expression; the output must consist of exactly these lines, in
# this order. A LINE that begins with `+ ` stands for one or more matching lines.
#
#   --sandbox OPTION     an option for the sandbox
#   --argument ARGUMENT  an argument for the example
#   --signal NAME        send the example a signal once it has printed a line
#   --after PATTERN      the line to wait for before --signal; by default any
#   --get                before the signal, send a request to the port at the end of this line
#   --idle               before that, connect there and send nothing until the example exits;
#                        neither the response to --get nor the exit may wait for it
#   --set NAME=VALUE     set a variable for the example
#   --fails PATTERN      the example must exit with status 1, after an error that matches
#   --killed             the example does not handle the signal; its output is line-buffered
#   --default-server     the example only knows the address localhost:5002: run both in their own
#                        network; exits with status 77 where that is not permitted
set -euo pipefail
command_line=("$@")

sandbox=$1
program=$2
shift 2
sandbox_options=()
arguments=()
signal=
after=.
get=false
idle=false
killed=false
fails=
server_port=0
variables=()
while [[ ${1:-} != -- ]]; do
    case "$1" in
        --sandbox) sandbox_options+=("$2"); shift 2 ;;
        --argument) arguments+=("$2"); shift 2 ;;
        --signal) signal=$2; shift 2 ;;
        --after) after=$2; shift 2 ;;
        --get) get=true; shift ;;
        --idle) idle=true; shift ;;
        --set) variables+=("$2"); shift 2 ;;
        --fails) fails=$2; shift 2 ;;
        --killed) killed=true; shift ;;
        --default-server) server_port=5002; shift ;;
        *) echo "run_example: unknown option $1" >&2; exit 2 ;;
    esac
done
shift

if ((server_port != 0)) && [[ -z ${RUN_EXAMPLE_APART:-} ]]; then
    PATH=$PATH:/usr/sbin:/sbin
    # Root can also do so in a chroot, where nobody may create a user namespace.
    options=-n
    unshare -n ip link set lo up 2>/dev/null || options=-rn
    unshare "$options" ip link set lo up || exit 77
    RUN_EXAMPLE_APART=1 exec unshare "$options" "$BASH" -c 'ip link set lo up; exec "$@"' - \
        "$BASH" "${BASH_SOURCE[0]}" "${command_line[@]}"
fi

scratch=$(mktemp -d "${TMPDIR:-/tmp}/run_example.XXXXXX")
server=
example=
end() {
    [[ -z $example ]] || kill "$example" 2>/dev/null || true
    [[ -z $server ]] || kill "$server" 2>/dev/null || true
    rm -rf "$scratch"
}
trap end EXIT

fail() {
    echo "run_example: $*" >&2
    sed 's/^/[output] /' "$scratch/out" "$scratch/err" >&2 || true
    exit 1
}

# Waits until a file has a matching line; stores the last number in it in $port.
await_line() {
    local tries
    for ((tries = 0; tries < 400; ++tries)); do
        if grep -qE "$2" "$1"; then
            port=$(sed -nE "s/^.*$2.*[^0-9]([0-9]+)\$/\1/p" "$1" | head -n 1)
            return 0
        fi
        kill -0 "$3" 2>/dev/null || return 1
        sleep 0.02
    done
    return 1
}

touch "$scratch/server.out" "$scratch/out" "$scratch/err"
timeout -k 5 120 "$sandbox" --port "$server_port" ${sandbox_options[@]+"${sandbox_options[@]}"} \
    >"$scratch/server.out" 2>&1 </dev/null &
server=$!
await_line "$scratch/server.out" 'Listening on' "$server" || fail "the sandbox did not start"

# The address of a Fishjam is a URL.
address=$(sed -nE 's/^.*Listening on (.*)$/\1/p' "$scratch/server.out" | head -n 1)
case $address in
    http://*) variables+=("FISHJAM_ID=$address") ;;
    *) variables+=("JELLYFISH_SERVER_ADDRESS=127.0.0.1:$port") ;;
esac
command=("$program")
! $killed || command=(stdbuf -oL "$program")
env -u JELLYFISH_SERVER_ADDRESS -u FISHJAM_ID "${variables[@]}" \
    timeout --foreground -k 5 60 "${command[@]}" \
    ${arguments[@]+"${arguments[@]}"} >"$scratch/out" 2>"$scratch/err" </dev/null &
example=$!
if [[ -n $signal ]]; then
    await_line "$scratch/out" "$after" "$example" || fail "it prints no line like: $after"
    begun=$SECONDS
    ! $idle || exec 4<>"/dev/tcp/127.0.0.1/$port"
    if $get; then
        exec 3<>"/dev/tcp/127.0.0.1/$port"
        printf 'GET / HTTP/1.0\r\n\r\n' >&3
        cat <&3 >"$scratch/response"
        exec 3>&-
        grep -q '200 OK' "$scratch/response" || fail "it does not respond"
    fi
    kill -"$signal" $(<"/proc/$example/task/$example/children") || fail "it exited too early"
fi
status=0
wait "$example" || status=$?
example=
! $idle || ((SECONDS - begun < 15)) || fail "it waits for an idle connection"
expected_status=0
! $killed || expected_status=$((128 + $(kill -l "$signal")))
[[ -z $fails ]] || expected_status=1
((status == expected_status)) || fail "it exited with status $status"
[[ -z $fails ]] || grep -qE "^$fails\$" "$scratch/err" || fail "it does not fail with: $fails"

mapfile -t lines <"$scratch/out"
at=0
for pattern in "$@"; do
    many=false
    if [[ $pattern == '+ '* ]]; then
        many=true
        pattern=${pattern#+ }
    fi
    [[ ${lines[at]:-} =~ ^$pattern$ ]] || fail "line $((at + 1)) is not like: $pattern"
    at=$((at + 1))
    if $many; then
        while [[ ${lines[at]:-} =~ ^$pattern$ ]]; do at=$((at + 1)); done
    fi
done
((at == ${#lines[@]})) || fail "it printed more than $at lines"
