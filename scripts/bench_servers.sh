# shellcheck shell=bash
# Sourced by scripts that compare servers: starts them, pins them to processors, and stops them. The
# caller sets `scratch`, a folder, and defines `fail`.

declare -A pid address input

# Runs servers and load generators on different processors, if there are two.
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

# Runs a server for up to an hour. Closes the inputs of the other servers, which must see their end.
in_child() {
    local each
    for each in "${input[@]}"; do exec {each}>&-; done
    exec "${on_first[@]}" timeout -k 5 3600 "$@"
}

# start NAME COMMAND…: starts a program that prints its address and exits at the end of its input.
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

# Makes the caller clean up on exit, also after a signal.
clean_up_at_the_end() {
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}
