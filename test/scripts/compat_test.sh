#!/usr/bin/env bash
# Tests that scripts/compat.sh rejects invalid arguments before it changes anything.
#   compat_test.sh ROOT
set -euo pipefail

compat=$1/scripts/compat.sh
scratch=$(mktemp -d "${TMPDIR:-/tmp}/compat_test.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "compat_test: $*" >&2
    exit 1
}

# rejects_with WORDS ARGUMENT…: fails with status 2 and these words.
rejects_with() {
    local words=$1 status=0
    shift
    "$compat" "$@" --root "$scratch/chroots" >"$scratch/out" 2>&1 || status=$?
    ((status == 2)) || fail "status $status for: $*"
    grep -qF -e "$words" "$scratch/out" || fail "not printed: $words"
    [[ ! -e $scratch/chroots ]] || fail "something was made for: $*"
}

rejects_with "invalid or missing suite"
rejects_with "invalid or missing suite" ../etc
rejects_with "expected one suite" trixie sid
rejects_with "unknown compiler" trixie --compiler cc
rejects_with "unknown compiler" trixie --compiler "g++; true"
rejects_with "invalid --boost" trixie --boost latest
rejects_with "invalid --tests" trixie --tests some
rejects_with "invalid --jobs" trixie --jobs 0
rejects_with "unknown option" trixie --fast
