#!/usr/bin/env bash
# Tests when scripts/fishjam_js.sh succeeds, fails and skips, and that it leaves nothing behind,
# with stubs for Node, npm, the build and the sandbox. Argument: the project's root.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/fishjam_js_test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
project="$folder/a project"
mkdir -p "$project"/{scripts,test} "$folder"/{bin,tmp,other/sandbox}
cp "$1/scripts/fishjam_js.sh" "$project/scripts/"
cp -r "$1/test/fishjam_js" "$project/test/"

program() {
    mkdir -p "$(dirname "$1")"
    printf '#!/bin/bash\n%s\n' "$2" >"$1"
    chmod +x "$1"
}
program "$folder/bin/node" '
    [[ -z ${NO_NODE:-} ]] || exit 127
    [[ $1 != --version ]] || exit 0
    [[ -e ${1%/*}/node_modules/here ]] || exit 9
    echo "scenario ${*:2} of $FISHJAM_ID and $SANDBOX_CONTROLS"
    eval "${NODE:-}"'
program "$folder/bin/npm" '
    [[ $1 != --version ]] || exit 0
    echo "npm $*" >>"$FOLDER/calls"
    mkdir -p node_modules; touch node_modules/here; exit "${NPM_STATUS:-0}"'
program "$folder/other/sandbox/jellyfish-sandbox" '
    echo $$ >"$FOLDER/sandbox"
    eval "${SANDBOX:-}"
    trap "exit ${SANDBOX_STATUS:-0}" TERM
    echo "Listening on http://127.0.0.1:4321/api/v1/connect/sandbox"
    echo "Controls on http://127.0.0.1:4322/control"
    for ((i = 0; i < 600; ++i)); do sleep 0.1; done'
program "$folder/bin/cmake" '
    echo "cmake $1" >>"$FOLDER/calls"
    [[ $1 != --build ]] || { mkdir -p build/release; cp -r "$FOLDER/other/." build/release; }'

# Runs the script with the given variables and arguments; sets output, status and calls.
run() {
    rm -f "$folder/sandbox"
    : >"$folder/calls"
    status=0
    output=$(env PATH="$folder/bin:$PATH" TMPDIR="$folder/tmp" FOLDER="$folder" "$@" 2>&1) ||
        status=$?
    calls=$(<"$folder/calls")
}
script=$project/scripts/fishjam_js.sh

passed=0
failed=0
expect() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\nstatus %s, output: %s\ncalls: %s\n' "$what" "$status" "$output" "$calls"
    fi
}
has() { [[ $1 == *"$2"* ]]; }
lacks() { [[ $1 != *"$2"* ]]; }
sandbox_is_gone() { [[ -s $folder/sandbox ]] && ! kill -0 "$(<"$folder/sandbox")" 2>/dev/null; }
nothing_is_left() { [[ -z $(find "$folder/tmp" -mindepth 1) ]]; }

run "$script" "$folder/other"
expect "skips without the SDK" [ "$status" = 77 ]
expect "says why" has "$output" 'skipped because the SDK is missing: run scripts/setup.sh all'
expect "installs nothing then" [ -z "$calls" ]

run NPM_STATUS=1 "$script" --install
expect "fails when npm does" [ "$status" = 1 ]
expect "says what npm could not install" has "$output" 'test/fishjam_js/package.json'
run "$script" --install
expect "installs the locked versions" has "$calls" 'npm ci --ignore-scripts'
expect "only installs" [ ! -e "$folder/sandbox" ]
run "$script" --install
expect "installs once" [ -z "$calls" ]

run "$script" "$folder/other"
expect "succeeds when the scenario does" [ "$status" = 0 ]
expect "passes the sandbox's URL and that of its controls" has "$output" \
    'of http://127.0.0.1:4321/api/v1/connect/sandbox and http://127.0.0.1:4322/control'
expect "takes the sandbox of the build" [ -z "$calls" ]
expect "stops the sandbox" sandbox_is_gone
expect "leaves no file" nothing_is_left
expect "prints no log of the sandbox" lacks "$output" '[sandbox]'

run NO_NODE=1 "$script" "$folder/other"
expect "skips without Node" [ "$status" = 77 ]
expect "says that Node is missing" has "$output" 'Node is missing'

run NODE='exit 3' "$script" "$folder/other"
expect "fails when a step does" [ "$status" = 1 ]
expect "shows the sandbox's log then" has "$output" '[sandbox] Listening'
expect "stops the sandbox then" sandbox_is_gone
expect "leaves no file then" nothing_is_left

run SANDBOX_STATUS=23 "$script" "$folder/other"
expect "fails when the sandbox does" [ "$status" = 1 ]
run SANDBOX='echo "cannot listen"; exit 1' "$script" "$folder/other"
expect "fails when the sandbox does not start" [ "$status" = 1 ]
expect "shows why it does not start" has "$output" '[sandbox] cannot listen'

run "$script" --record "$folder/other"
expect "records when asked to" has "$output" 'fishjam_requests.jsonl --record of'

run "$script"
expect "builds the sandbox" [ "$calls" = $'cmake --preset\ncmake --build' ]
expect "runs the scenario against it" has "$output" 'scenario '

echo '{}' >"$project/test/fishjam_js/package-lock.json"
run "$script"
expect "installs again when the versions have changed" has "$calls" 'npm ci'

run "$script" --all
expect "rejects an unknown option" [ "$status" = 1 ]

echo "$passed passed, $failed failed"
((failed == 0))
