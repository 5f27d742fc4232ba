#!/usr/bin/env bash
# Tests scripts/check_arrows.py in a small tree: permitted includes pass, and each forbidden one is
# reported with its file and line. Argument: the project's root.
set -euo pipefail

check=$1/scripts/check_arrows.py
folder=$(mktemp -d "${TMPDIR:-/tmp}/check_arrows.XXXXXX")
trap 'rm -rf "$folder"' EXIT

failed=0
fail() {
    failed=1
    printf 'FAILED: %s\n' "$*"
}

# includes FILE INCLUDE…: a tree of one file with these includes. Prints what the check reports.
includes() {
    local file=$folder/tree/$1
    shift
    rm -rf "$folder/tree"
    mkdir -p "$(dirname "$file")"
    { echo '#pragma once'; printf '#include %s\n' "$@"; } >"$file"
    python3 "$check" "$folder/tree" 2>&1
}

permits() {
    local output
    output=$(includes "$@") || fail "rejected $*: $output"
    [[ $output == *'1 files, 0 violations'* ]] || fail "not one good file: $output"
}

rejects() {
    local expected=$1 output
    shift
    if output=$(includes "$@"); then fail "permitted $*: $output"; fi
    [[ $output == *"$expected"* ]] || fail "not \"$expected\" but: $output"
}

permits src/notifier/a.cpp '"delivery/b.hpp"' '"notifier/c.hpp"' '<jellyfish/notifier.hpp>' '<map>'
permits src/websocket/a.hpp '"http/b.hpp"'
permits src/tracker/a.hpp '<jellyfish/notifier.hpp>' '<jellyfish/room_api.hpp>'
permits sandbox/rest/a.cpp '"sandbox/http/b.hpp"' '"wire/c.hpp"' '<jellyfish/testing/server.hpp>'

rejects 'src/model/a.cpp:3: model must not include json: #include "json/b.hpp"' \
    src/model/a.cpp '"text/b.hpp"' '"json/b.hpp"'
rejects 'rest must not include notifier' src/rest/a.hpp '"notifier/b.hpp"'
rejects 'delivery must not include notifier' src/delivery/a.hpp '<jellyfish/notifier.hpp>'
rejects 'tracker must not include notifier' src/tracker/a.cpp '"notifier/b.hpp"'
rejects 'sandbox must not include net' sandbox/rest/a.cpp '"net/b.hpp"'
rejects 'rest must not include sandbox' src/rest/a.cpp '<jellyfish/testing/server.hpp>'
rejects 'net must not include test' src/net/a.cpp '"test/b.hpp"'
rejects 'src/a.cpp: not in a folder' src/a.cpp '<map>'
rejects 'src/other/a.cpp: not in a folder' src/other/a.cpp '<map>'

rm -rf "$folder/tree"
if output=$(python3 "$check" "$folder" 2>&1); then fail "passed without sources: $output"; fi
python3 "$check" >/dev/null || fail "the project's own tree: see scripts/check_arrows.py"
exit $failed
