#!/usr/bin/env bash
# scripts/compat.sh refuses what it cannot do before it touches anything. compat_test.sh ROOT
set -euo pipefail

compat=$1/scripts/compat.sh
scratch=$(mktemp -d "${TMPDIR:-/tmp}/compat_test.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "compat_test: $*" >&2
    exit 1
}

# refuses WORDS ARGUMENT…: with status 2, and these words.
refuses() {
    local words=$1 status=0
    shift
    "$compat" "$@" --root "$scratch/chroots" >"$scratch/out" 2>&1 || status=$?
    ((status == 2)) || fail "status $status for: $*"
    grep -qF -e "$words" "$scratch/out" || fail "not told: $words"
    [[ ! -e $scratch/chroots ]] || fail "something was made for: $*"
}

refuses "which suite"
refuses "which suite" ../etc
refuses "one suite at a time" trixie sid
refuses "unknown compiler" trixie --compiler cc
refuses "unknown compiler" trixie --compiler "g++; true"
refuses "--boost needs a version" trixie --boost latest
refuses "--tests is" trixie --tests some
refuses "--jobs needs a number" trixie --jobs 0
refuses "unknown option" trixie --fast
