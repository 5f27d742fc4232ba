#!/usr/bin/env bash
# Fails, with the list, when a source is longer than can be read at one go.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/sources.sh
limit=500

mapfile -d '' -t files < <(source_files '*.hpp' '*.cpp' '*.sh' '*.pl' '*.cmake' CMakeLists.txt)
((${#files[@]})) || { echo "check_file_length: found no source" >&2; exit 1; }

long=0
for file in "${files[@]}"; do
    lines=$(wc -l <"$file")
    ((lines <= limit)) || { echo "$file has $lines lines, the limit is $limit" >&2; long=1; }
done
((long == 0)) || exit 1
echo "check_file_length: no file of ${#files[@]} has more than $limit lines"
