#!/usr/bin/env bash
# Builds everything with warnings as errors and runs every test.
#
#   scripts/test.sh [--sanitizers] [CTest arguments]
#
# --sanitizers repeats this under AddressSanitizer with UndefinedBehaviorSanitizer, and under
# ThreadSanitizer. To run some tests only: scripts/test.sh -R unit.session
set -euo pipefail

if [[ ${1:-} == --help ]]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"

presets=(release)
if [[ ${1:-} == --sanitizers ]]; then
    presets+=(asan tsan)
    shift
fi

# The sanitizers of GCC 12 fail with the address space randomization of newer kernels.
fixed_layout=()
if setarch -R true 2>/dev/null; then fixed_layout=(setarch -R); fi

# Lets all clones on this machine share the ccache.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-true}

scripts/setup.sh test
for preset in "${presets[@]}"; do
    echo "== $preset: build"
    cmake --preset "$preset"
    "${fixed_layout[@]}" cmake --build --preset "$preset"
    echo "== $preset: test"
    "${fixed_layout[@]}" ctest --preset "$preset" --no-tests=error --no-label-summary "$@"
done
