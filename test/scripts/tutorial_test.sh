#!/usr/bin/env bash
# Tests that the tutorial's program does what docs/tutorial.md describes, with a sandbox server.
# Arguments: the project's root, the build folder.
set -euo pipefail

build=$2
folder=$(mktemp -d "${TMPDIR:-/tmp}/tutorial.XXXXXX")
started=()
finish() {
    ((${#started[@]} == 0)) || kill "${started[@]}" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT

# Waits until a file has a matching line, and prints the first.
line_of() {
    local tries
    for ((tries = 0; tries < 400; ++tries)); do
        grep -m 1 -E "$2" "$1" && return
        sleep 0.05
    done
    echo "no line $2 in:" >&2
    cat "$1" >&2
    return 1
}

touch "$folder/sandbox" "$folder/tutorial"
timeout 60 "$build/sandbox/jellyfish-sandbox" --port 0 >"$folder/sandbox" 2>&1 &
started+=($!)
listening=$(line_of "$folder/sandbox" '^Listening on ')

JELLYFISH_SERVER_ADDRESS=${listening#Listening on } timeout 60 "$build/docs/snippets/tutorial" \
    >"$folder/tutorial" 2>&1 &
program=$!
started+=("$program")
line_of "$folder/tutorial" '^peer .* was added$'
line_of "$folder/tutorial" '^room .* was deleted$'
kill -INT "$program"
wait "$program"
line_of "$folder/tutorial" '^Closed$'
