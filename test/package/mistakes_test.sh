#!/usr/bin/env bash
# Tests that mistakes.cpp compiles without a mistake, and that the first error about each mistake
# names its line and what is wrong.
#   mistakes_test.sh COMPILER INCLUDE_FOLDER BOOST_FOLDER
set -euo pipefail

compiler=$1 folder=$2 boost=$3
source=$(dirname "${BASH_SOURCE[0]}")/mistakes.cpp

# The first error about a mistake, without its column.
first_error() {
    LC_ALL=C "$compiler" -std=c++20 -I "$folder" -I "$boost" -fsyntax-only -Wall \
        -Wno-unused -Werror=unused-result -fdiagnostics-color=never -D MISTAKE="$1" "$source" \
        2>&1 | grep -m 1 ' error: ' | sed -E 's/^.*\/(mistakes.cpp:[0-9]+):[0-9]+/\1/'
}

[[ -z $(first_error 0 || true) ]] || { echo "not a mistake: $(first_error 0)" >&2; exit 1; }
failed=0
mistakes=0
while IFS=: read -r line text; do
    expected=$(sed 's/.*\/\/ error: //' <<<"$text")
    mistakes=$((mistakes + 1))
    shown=$(first_error "$mistakes" || true)
    if ! grep -qE "^mistakes.cpp:$line: error: .*$expected" <<<"$shown"; then
        echo "mistake $mistakes: not \"$expected\" in line $line, but: $shown" >&2
        failed=1
    fi
done < <(grep -n '// error: ' "$source")
((mistakes == 12)) || { echo "only $mistakes mistakes" >&2; exit 1; }
exit $failed
