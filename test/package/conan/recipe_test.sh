#!/usr/bin/env bash
# Tests the Conan recipe in an archive of the project's sources.
#   recipe_test.sh ARCHIVE FOLDER PYTHON VERSION [CMAKE_ARGUMENT…]
set -euo pipefail

archive=$1 folder=$2 python=$3
shift 3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
rm -rf "$folder"
mkdir -p "$folder/clone"
tar -xzf "$archive" -C "$folder/clone" --strip-components 1
"$python" "$here/recipe_test.py" "$folder/clone" "$folder/work" "$@"
