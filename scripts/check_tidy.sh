#!/usr/bin/env bash
# Prints the warnings of clang-tidy in src, sandbox and tools, and fails if there are any: see
# .clang-tidy. Skips files that have not changed since they passed, unless a header has changed.
#
#   scripts/check_tidy.sh [FILE…]    default: all files
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=build/tidy
passed=$build/passed
command -v clang-tidy-14 >/dev/null ||
    { echo "check_tidy: clang-tidy 14 is missing: run scripts/setup.sh all" >&2; exit 1; }

# Creates the compilation database and the generated headers.
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

# Ignores options of g++ that clang does not know. Several files report the same warning in a
# header.
status=0
: >"$build/report"
((${#files[@]} == 0)) || printf '%s\0' "${files[@]}" |
    xargs -0 -P "${JOBS:-2}" -n 1 clang-tidy-14 -p "$build" --quiet \
        --extra-arg=-Wno-unknown-warning-option >"$build/report" 2>/dev/null || status=1
grep -E ': (warning|error): ' "$build/report" | sed "s,^$PWD/,," | sort -u >&2 || true
((status == 0)) || exit 1
(($#)) || mv "$build/begun" "$passed"
echo "check_tidy: no warnings in ${#files[@]} files"
