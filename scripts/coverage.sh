#!/usr/bin/env bash
# Prints the line and branch coverage of include/ and src/ by the unit and integration tests, and
# writes a report: build/coverage/report/index.html.
#
#   scripts/coverage.sh [SUITES]    a regular expression for the test suites (default: all)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
build=build/coverage
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-true}

command -v gcovr >/dev/null ||
    { echo "coverage: gcovr is missing: run scripts/setup.sh all" >&2; exit 1; }
cmake --preset coverage -D JELLYFISH_TEST_SUITES="${1:-}"
cmake --build --preset coverage
find "$build" -name '*.gcda' -delete  # Removes the counts of earlier runs.
# With SUITES, a program may have no suites.
ctest --preset coverage --no-tests=error -E every_suite_has_a_test

mkdir -p "$build/report"
# Excludes branches that the compiler adds for exceptions.
gcovr --root . --filter include/ --filter src/ --exclude-throw-branches \
    --exclude-unreachable-branches --print-summary \
    --html-details "$build/report/index.html" "$build"
echo "coverage: the report is $build/report/index.html"
