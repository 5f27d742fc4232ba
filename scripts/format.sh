#!/usr/bin/env bash
# Formats the C++ sources in place.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/sources.sh

formatter=$(clang_format)
source_files '*.hpp' '*.cpp' | xargs -0 -r "$formatter" -i -style=file
