#!/usr/bin/env bash
# Fails, with the list, when clang-tidy finds something in src, sandbox or tools: see .clang-tidy.
# What has not changed since it passed is not checked again, unless a header has changed.
#
#   scripts/check_tidy.sh [FILE…]    without arguments: all of them
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=build/tidy
passed=$build/passed
command -v clang-tidy-14 >/dev/null ||
    { echo "check_tidy: clang-tidy 14 is missing: scripts/setup.sh all" >&2; exit 1; }

# For the commands that compile the sources, and the headers that are generated.
cmake --preset release -B "$build" -D JELLYFISH_BUILD_TESTS=OFF -D JELLYFISH_BUILD_EXAMPLES=OFF \
    -D JELLYFISH_WERROR=OFF -D CMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
ninja -C "$build" -t targets all | sed -n 's/^\(.*\.pb\.h\): .*/\1/p' |
    xargs ninja -C "$build" >/dev/null

folders=()
for folder in include src sandbox tools; do [[ ! -d $folder ]] || folders+=("$folder"); done
files=("$@")
if ((${#files[@]} == 0)); then
    newer=()
    if [[ -e $passed && -z $(find "${folders[@]}" .clang-tidy -name '*.cpp' -prune -o \
        -type f -newer "$passed" -print -quit) ]]; then
        newer=(-newer "$passed")
    fi
    touch "$build/begun"
    mapfile -t files < <(find "${folders[@]}" -name '*.cpp' "${newer[@]}" | sort)
fi

# The options of g++ that clang does not know are no fault. A fault in a header is found many times.
status=0
: >"$build/report"
((${#files[@]} == 0)) || printf '%s\0' "${files[@]}" |
    xargs -0 -P "${JOBS:-2}" -n 1 clang-tidy-14 -p "$build" --quiet \
        --extra-arg=-Wno-unknown-warning-option >"$build/report" 2>/dev/null || status=1
grep -E ': (warning|error): ' "$build/report" | sed "s,^$PWD/,," | sort -u >&2 || true
((status == 0)) || exit 1
(($#)) || mv "$build/begun" "$passed"
echo "check_tidy: nothing found in ${#files[@]} files"
