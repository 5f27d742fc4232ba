#!/usr/bin/env bash
# Fails, with the list, when a source is longer than can be read at one go: an example on one screen,
# or on two when it brings an HTTP server or is a part of other examples.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/sources.sh

limit_of() {
    case "$1" in
        ./examples/webhooks_beast.cpp | ./examples/composition/service.cpp) echo 120 ;;
        ./examples/*.cpp) if [[ -e ${1%.cpp}.hpp ]]; then echo 120; else echo 60; fi ;;
        *) echo 500 ;;
    esac
}

mapfile -d '' -t files < <(source_files '*.hpp' '*.cpp' '*.sh' '*.pl' '*.cmake' CMakeLists.txt)
((${#files[@]})) || { echo "check_file_length: found no source" >&2; exit 1; }

long=0
for file in "${files[@]}"; do
    lines=$(wc -l <"$file")
    limit=$(limit_of "$file")
    ((lines <= limit)) || { echo "$file has $lines lines, the limit is $limit" >&2; long=1; }
done
((long == 0)) || exit 1
echo "check_file_length: none of ${#files[@]} files is too long"
