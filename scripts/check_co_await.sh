#!/usr/bin/env bash
# Lists each co_await in the project that g++ 12 miscompiles: see check_co_await.py.
#
#   scripts/check_co_await.sh [FILE…]    default: all files of the project
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$scripts/sources.sh"

if (($#)); then
    files=("$@")
else
    cd "$scripts/.."
    mapfile -d '' -t files < <(source_files '*.hpp' '*.cpp' '*.md')
fi
((${#files[@]})) || { echo "check_co_await: no sources found" >&2; exit 1; }

python3 "$scripts/check_co_await.py" "${files[@]}" >&2
echo "check_co_await: nothing unsafe in ${#files[@]} files"
