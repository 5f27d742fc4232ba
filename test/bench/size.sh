#!/usr/bin/env bash
# The compile-time cost for a user: time and code size of a file that uses the library, compared
# with the same file with only Asio coroutines; and the size of the library. Prints a line for each
# figure with its bar, and exits with 1 when one is missed.
#
#   size.sh ROOT [COUNTS]
#
# If COUNTS is `true`, nothing is timed, and the library is not built. The compiler is $CXX, or g++.
set -euo pipefail

root=$1
counts=${2:-false}
compiler=${CXX:-g++}
rounds=5
scratch=$(mktemp -d "${TMPDIR:-/tmp}/bench_size.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
missed=false

# line WHAT VALUE UNIT BAR
line() {
    local note=""
    if awk "BEGIN {exit !($2 > $4)}"; then
        note="  missed"
        missed=true
    fi
    printf '%-58s %10s %-8s bar %s%s\n' "$1" "$2" "$3" "$4" "$note"
}

compile() {
    "$compiler" -std=c++20 -O2 -I"$root/include" -c "$root/test/bench/size/$1.cpp" \
        -o "$scratch/$1.o"
}

# The processor seconds of a compilation.
seconds() {
    local TIMEFORMAT='%U'
    { time compile "$1"; } 2>&1
}

median() { sort -n | sed -n "$(((rounds + 1) / 2))p"; }

text_of() { size "$scratch/$1.o" | awk 'NR == 2 {print $1}'; }

if $counts; then
    compile asio_only
    compile with_jellyfish
else
    # In turn, so that other load affects both.
    for ((round = 0; round < rounds; ++round)); do
        seconds asio_only >>"$scratch/asio_only"
        seconds with_jellyfish >>"$scratch/with_jellyfish"
    done
    line "compile time, of that with Asio alone" "$(awk "BEGIN {printf \"%.2f\", \
        $(median <"$scratch/with_jellyfish") / $(median <"$scratch/asio_only")}")" times 1.25
fi
line "code of a user's file, more than with Asio alone" \
    $((($(text_of with_jellyfish) - $(text_of asio_only)) / 1000)) kB 100

if ! $counts; then
    cmake -S "$root" -B "$root/build/shared" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DBUILD_SHARED_LIBS=ON -DJELLYFISH_BUILD_TESTS=OFF -DJELLYFISH_BUILD_TESTING_SERVER=OFF \
        -DJELLYFISH_BUILD_EXAMPLES=OFF >/dev/null
    cmake --build "$root/build/shared" >/dev/null
    library=$(find "$root/build/shared" -name 'libjellyfish_server_sdk.so.*' -type f | head -n 1)
    strip -o "$scratch/library" "$library"
    line "the library, a stripped shared object" \
        $(($(stat -c %s "$scratch/library") / 1000)) kB 1650
fi
! $missed
