# shellcheck shell=bash
# To be sourced by scripts that measure servers beside each other: how these are started, pinned to
# processors and ended. The caller sets `scratch`, a folder, and defines `fail`.

declare -A pid address input

# Servers and those who load them do not share a processor where there are two.
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

# Runs a server, for an hour at most. The inputs of the other ones would not end while it had them.
in_child() {
    local each
    for each in "${input[@]}"; do exec {each}>&-; done
    exec "${on_first[@]}" timeout -k 5 3600 "$@"
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
        address[$name]=$(sed -n 's/^Listening on \(127\.0\.0\.1:[0-9]\+\)$/\1/p' \
            "$scratch/$name.out")
        [[ -z ${address[$name]} ]] || return 0
        kill -0 "${pid[$name]}" 2>/dev/null || break
        sleep 0.05
    done
    fail "$name did not start: $(cat "$scratch/$name.err")"
}

clean_up() {
    local each
    for each in "${pid[@]}"; do kill "$each" 2>/dev/null || true; done
    wait
    rm -rf "$scratch"
}

# Has the caller clean up at its end, however it ends.
clean_up_at_the_end() {
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}
