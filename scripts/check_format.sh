#!/usr/bin/env bash
# Lists the C++ sources that scripts/format.sh would change, and fails if there are any.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/sources.sh

formatter=$(clang_format)
mapfile -d '' -t files < <(source_files '*.hpp' '*.cpp')
((${#files[@]})) || { echo "check_format: no sources found" >&2; exit 1; }

unformatted=()
for file in "${files[@]}"; do
    "$formatter" -style=file "$file" | cmp -s - "$file" || unformatted+=("$file")
done
if ((${#unformatted[@]})); then
    printf 'not formatted (run scripts/format.sh): %s\n' "${unformatted[@]}" >&2
    exit 1
fi
echo "check_format: ${#files[@]} files are formatted"
