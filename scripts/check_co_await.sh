#!/usr/bin/env bash
# Fails, with the list, where a co_await stands in a place that g++ 12 miscompiles: in a condition
# (unless `auto name = co_await …` is all of it), beside `!`, `&&`, `||` or `?:`, in the initializer
# of a structured binding, in a macro's argument. Reads C++ files and the C++ blocks of Markdown
# pages; comments and literals are passed over.
#
#   scripts/check_co_await.sh [FILE…]    without arguments: all of the project
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$scripts/sources.sh"

if (($#)); then
    files=("$@")
else
    cd "$scripts/.."
    mapfile -d '' -t files < <(source_files '*.hpp' '*.cpp' '*.md')
fi
((${#files[@]})) || { echo "check_co_await: found no source" >&2; exit 1; }

python3 "$scripts/check_co_await.py" "${files[@]}" >&2
echo "check_co_await: nothing unsafe in ${#files[@]} files"
