#!/usr/bin/env bash
# Runs Fishjam's published JavaScript server SDK against the sandbox. This tests the sandbox
# independently of the C++ client, and records the requests that the SDK sends. Prints each step, and
# exits with 1 when one fails.
#
#   scripts/fishjam_js.sh [--record] [BUILD]   uses the sandbox in BUILD; by default, builds one in
#                                              build/release and installs the SDK
#   scripts/fishjam_js.sh --install            only installs the SDK
#
# With --record, writes the requests to test/data/fishjam_requests.jsonl; otherwise compares them with
# that file. npm installs the versions in test/fishjam_js/package-lock.json in build/fishjam_js, once.
# With BUILD, installs nothing, and exits with 77 if Node or the SDK is missing.
set -euo pipefail

if [[ ${1:-} == --help ]]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
files=$root/test/fishjam_js
made=$root/build/fishjam_js

say() { echo "fishjam_js: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

has_node() { node --version >/dev/null 2>&1; }
has_sdk() { cmp -s "$files/package-lock.json" "$made/installed"; }

install_sdk() {
    ! has_sdk || return 0
    npm --version >/dev/null 2>&1 || fail "npm is missing: run scripts/setup.sh all"
    mkdir -p "$made"
    cp "$files"/package{,-lock}.json "$made"
    (cd "$made" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null) ||
        fail "npm failed to install the packages of test/fishjam_js/package.json"
    cp "$files/package-lock.json" "$made/installed"
}

build_sandbox() {
    (cd "$root" && cmake --preset release && cmake --build --preset release -j 2 \
        --target jellyfish-sandbox) >&2
}

skip_unless_installed() {
    local what=
    has_sdk || what="the SDK"
    has_node || what=Node
    [[ -z $what ]] && return
    say "skipped because $what is missing: run scripts/setup.sh all"
    exit 77
}

record=()
case ${1:-} in
    --install) install_sdk; exit ;;
    --record) record=(--record); shift ;;
    -*) fail "unknown option $1: see --help" ;;
esac
if [[ -n ${1:-} ]]; then
    build=$(cd "$1" && pwd -P)
    skip_unless_installed
else
    build=$root/build/release
    install_sdk
    build_sandbox
fi

export FISHJAM_MANAGEMENT_TOKEN=s3cret-management-token FISHJAM_WEBHOOK_SECRET=s3cret-webhook-secret

# With a time limit, so that it stops even if this script is killed.
start_sandbox() {
    touch "$scratch/sandbox.out"
    timeout -k 5 300 "$build/sandbox/jellyfish-sandbox" --api fishjam --port 0 --control 0 \
        --token "$FISHJAM_MANAGEMENT_TOKEN" --webhook-secret "$FISHJAM_WEBHOOK_SECRET" \
        >"$scratch/sandbox.out" 2>&1 </dev/null &
    sandbox=$!
    for ((tries = 0; tries < 600; ++tries)); do
        url=$(sed -n 's/^Listening on \(.*\)$/\1/p' "$scratch/sandbox.out")
        controls=$(sed -n 's/^Controls on \(.*\)$/\1/p' "$scratch/sandbox.out")
        [[ -z $url || -z $controls ]] || return 0
        kill -0 "$sandbox" 2>/dev/null || break
        sleep 0.05
    done
    return 1
}

# Fails if the sandbox failed, for example under a sanitizer.
stop_sandbox() {
    local status=0
    kill "$sandbox" 2>/dev/null || true
    wait "$sandbox" || status=$?
    sandbox=
    return "$status"
}

sandbox=
clean_up() {
    [[ -z $sandbox ]] || stop_sandbox || true
    [[ -z $failed ]] || sed 's/^/[sandbox] /' "$scratch/sandbox.out"
    rm -rf "$scratch"
}
failed=yes
scratch=$(mktemp -d "${TMPDIR:-/tmp}/fishjam_js.XXXXXX")
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Node looks for packages beside a script.
cp "$files"/*.mjs "$scratch"
ln -s "$made/node_modules" "$scratch/node_modules"

start_sandbox || fail "the sandbox did not start"
FISHJAM_ID=$url SANDBOX_CONTROLS=$controls \
    timeout --foreground -k 5 240 node "$scratch/scenario.mjs" \
    "$root/test/data/fishjam_requests.jsonl" "${record[@]}" </dev/null || fail "the scenario failed"
stop_sandbox || fail "the sandbox failed"
failed=
