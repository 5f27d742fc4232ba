#!/usr/bin/env bash
# Tests scripts/check_docs.pl in a small project: a good page passes, and each thing that it is to
# find makes it fail and say so. Argument: the project's root.
set -euo pipefail

check=$1/scripts/check_docs.pl
folder=$(mktemp -d "${TMPDIR:-/tmp}/check_docs.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p docs/snippets examples include scripts test/unit
touch scripts/there.sh
printf '# Wire\n\n## REST\n' >docs/protocol.md
printf '/// A call (protocol:\n/// "REST").\nint f();\n' >include/a.hpp
printf 'void g() {\n    int a = 1;\n    if (a)\n        f();\n}\n' >docs/snippets/a.cpp
printf 'BOOST_AUTO_TEST_CASE(it_works) {}\n' >test/unit/thing_test.cpp

failed=0
expect() {
    local want=$1 page=$2 output
    printf '%b' "$page" >page.md
    output=$(perl "$check" 2>&1) || true
    [[ $output == *"$want"* ]] && return
    failed=$((failed + 1))
    printf 'FAILED: not "%s" but: %s\n' "$want" "$output"
}

expect '1 C++ blocks' '```cpp\nif (a)\n    f();\n```\n'
expect 'this block is in no file' '```cpp\nif (a)\n    h();\n```\n'
expect 'this block is in no file' '```cpp\nif (a)\nf();\n```\n'
expect '1 links' '[wire](docs/protocol.md#rest)\n'
expect 'leads nowhere' '[wire](docs/gone.md)\n'
expect 'no heading for #soap' '[wire](docs/protocol.md#soap)\n'
expect '1 commands' '```sh\nscripts/there.sh\n```\n'
expect 'there is no scripts/gone.sh' '```sh\nscripts/gone.sh\n```\n'
expect '1 named tests' '`unit.thing/it_works`\n'
expect 'there is no test' '`unit.thing/it_fails`\n'
printf '/// A call (protocol: "SOAP").\nint f();\n' >include/a.hpp
expect 'no section "SOAP"' ''

((failed == 0)) || exit 1
echo "check_docs finds all that it is to find"
