#!/usr/bin/env bash
# Tests scripts/check_docs.py in a small project: a valid page passes, and each fault is reported.
# Argument: the project's root.
set -euo pipefail

check=$1/scripts/check_docs.py
folder=$(mktemp -d "${TMPDIR:-/tmp}/check_docs.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p docs/snippets examples include scripts test/unit/model
touch scripts/there.sh
printf '# Wire\n\n## REST\n' >docs/protocol.md
printf '/// A call (protocol:\n/// "REST").\nint f();\n' >include/a.hpp
printf 'void g() {\n    int a = 1;\n    if (a)\n        f();\n}\n' >docs/snippets/a.cpp
printf 'BOOST_AUTO_TEST_CASE(it_works) {}\n' >test/unit/model/thing_test.cpp

failed=0
expect() {
    local expected=$1 page=$2 output
    printf '%b' "$page" >page.md
    output=$(python3 "$check" 2>&1) || true
    [[ $output == *"$expected"* ]] && return
    failed=1
    printf 'FAILED: not "%s" but: %s\n' "$expected" "$output"
}

expect '2 pages, 0 faults' '[wire](docs/protocol.md#rest) [here](#a-b)\n# A `b`!\n`unit.thing/it_works`
```cpp\nif (a)\n    f();\n```\n```sh\nscripts/there.sh\n```\n'
expect 'this block is in no file' '```cpp\nif (a)\n    h();\n```\n'
expect 'this block is in no file' '```cpp\nif (a)\nf();\n```\n'
expect 'docs/gone.md# leads nowhere' '[wire](docs/gone.md)\n'
expect '#soap leads nowhere' '[wire](docs/protocol.md#soap)\n'
expect 'there is no scripts/gone.sh' '```sh\nscripts/gone.sh\n```\n'
expect 'there is no test unit.thing/it_fails' '`unit.thing/it_fails`\n'
printf '/// A call (protocol: "SOAP").\nint f();\n' >include/a.hpp
expect 'no section SOAP' ''
exit $failed
