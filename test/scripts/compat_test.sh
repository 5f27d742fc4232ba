#!/usr/bin/env bash
# Tests that scripts/compat.sh rejects what it cannot do before it changes anything. compat_test.sh
# ROOT
set -euo pipefail

compat=$1/scripts/compat.sh
scratch=$(mktemp -d "${TMPDIR:-/tmp}/compat_test.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "compat_test: $*" >&2
    exit 1
}

# refuses WORDS ARGUMENT…: fails with status 2 and these words.
refuses() {
    local words=$1 status=0
    shift
    "$compat" "$@" --root "$scratch/chroots" >"$scratch/out" 2>&1 || status=$?
    ((status == 2)) || fail "status $status for: $*"
    grep -qF -e "$words" "$scratch/out" || fail "not told: $words"
    [[ ! -e $scratch/chroots ]] || fail "something was made for: $*"
}

refuses "invalid or missing suite"
refuses "invalid or missing suite" ../etc
refuses "expected one suite" trixie sid
refuses "unknown compiler" trixie --compiler cc
refuses "unknown compiler" trixie --compiler "g++; true"
refuses "invalid --boost" trixie --boost latest
refuses "invalid --tests" trixie --tests some
refuses "invalid --jobs" trixie --jobs 0
refuses "unknown option" trixie --fast
