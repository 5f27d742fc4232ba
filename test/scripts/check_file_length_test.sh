#!/usr/bin/env bash
# Tests scripts/check_file_length.sh in a small project: a file of each kind may have so many lines,
# and not one more. Argument: the project's root.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/check_file_length.XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"/{scripts,src,examples/composition}
cp "$1"/scripts/{check_file_length.sh,sources.sh} "$folder/scripts"
cd "$folder"

failed=0
fail() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n%s\n' "$1" "$output"
}
passes() { output=$(scripts/check_file_length.sh 2>&1); }

# limit FILE LINES
limit() {
    yes '' | head -n "$2" >"$1" || true
    passes || fail "$1 may not have $2 lines"
    echo >>"$1"
    ! passes || fail "$1 may have more than $2 lines"
    [[ $output == "./$1 has $(($2 + 1)) lines, the limit is $2" ]] || fail "does not say so of $1"
    rm "$1"
}

limit src/a.cpp 500
limit src/a.hpp 500
limit scripts/a.sh 500
limit CMakeLists.txt 500
limit examples/rooms.cpp 60
limit examples/composition/callbacks.cpp 60
limit examples/composition/service.cpp 120
limit examples/webhooks_beast.cpp 120
touch examples/part.hpp
limit examples/part.cpp 120

((failed == 0)) || exit 1
echo "check_file_length knows all its limits"
