#!/usr/bin/env bash
# Prints how many lines and branches of include/ and src/ the unit and integration tests execute,
# and writes a report: build/coverage/report/index.html.
#
#   scripts/coverage.sh [SUITES]    a regular expression for the names of the suites: all by default
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
build=build/coverage
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-true}

command -v gcovr >/dev/null ||
    { echo "coverage: gcovr is missing: scripts/setup.sh all" >&2; exit 1; }
cmake --preset coverage -D JELLYFISH_TEST_SUITES="${1:-}"
cmake --build --preset coverage
find "$build" -name '*.gcda' -delete  # The counts of earlier runs.
# A restricted program may have no suite at all.
ctest --preset coverage --no-tests=error -E every_suite_has_a_test

mkdir -p "$build/report"
# Branches that the compiler adds for exceptions are not the project's.
gcovr --root . --filter include/ --filter src/ --exclude-throw-branches \
    --exclude-unreachable-branches --print-summary \
    --html-details "$build/report/index.html" "$build"
echo "coverage: the report is $build/report/index.html"
