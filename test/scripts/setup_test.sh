#!/usr/bin/env bash
# Tests scripts/setup.sh with stubs for dpkg-query, apt-get and sudo: nothing is installed.
# Argument: the project's root.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/setup_test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin"
setup=$folder/setup.sh
cp "$1/scripts/setup.sh" "$setup"
chmod 755 "$folder"  # Some parts of it run as another user.

stand_in() {
    printf '#!/bin/bash\n%s\n' "$2" >"$folder/bin/$1"
    chmod +x "$folder/bin/$1"
}
stand_in sudo '[[ -z ${NO_SUDO:-} ]] || exit 1; while [[ ${1:-} == -* ]]; do shift; done; exec "$@"'
stand_in dpkg-query '
    for package; do
        [[ $package == -* || " ${MISSING:-} " == *" $package "* ]] || echo "installed $package"
    done'
stand_in apt-get '
    echo "$*" >>"$CALLS"
    if [[ $1 == update ]]; then touch "$CALLS.updated"; exit; fi
    [[ -z ${BROKEN:-} ]] || { echo "E: broken" >&2; exit 100; }
    [[ -z ${NO_LISTS:-} || -e $CALLS.updated ]] || { echo "E: Unable to locate" >&2; exit 100; }'

stand_in fishjam_js.sh 'echo "npm $*" >>"$CALLS"; exit "${NPM_STATUS:-0}"'
mv "$folder/bin/fishjam_js.sh" "$folder"
stand_in node '[[ -z ${NO_NODE:-} ]] || exit 127'
stand_in npm '[[ -z ${NO_NODE:-} ]] || exit 127'

stand_in update-rc.d 'echo "update-rc.d $*" >>"$CALLS"'
stand_in invoke-rc.d 'echo "invoke-rc.d $*" >>"$CALLS"; exit 101'

# Runs setup with the given variables and arguments; sets output, status and calls.
run() {
    rm -f "$folder"/calls*
    touch "$folder/calls"
    chmod 666 "$folder/calls"
    status=0
    output=$(env PATH="$folder/bin:$PATH" CALLS="$folder/calls" "$@" 2>&1) || status=$?
    calls=$(<"$folder/calls")
}

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

run "$setup"
expect "succeeds when nothing is missing" [ "$status" = 0 ]
expect "prints nothing when nothing is missing" [ -z "$output" ]
expect "does not call apt-get when nothing is missing" [ -z "$calls" ]

run MISSING='ninja-build openssl' "$setup" test
expect "succeeds when it has installed" [ "$status" = 0 ]
expect "installs only what is missing" has "$calls" '-o Dpkg::Use-Pty=0 ninja-build openssl'
expect "installs no recommended package" has "$calls" --no-install-recommends
expect "removes no package" has "$calls" --no-remove
expect "does not update current lists" lacks "$calls" update

run MISSING='openssl' "$setup" build
expect "leaves out what only tests need" [ -z "$calls" ]

run MISSING='wrk gcovr' "$setup" test
expect "leaves out packages that no test needs" [ -z "$calls" ]
run MISSING='wrk gcovr' "$setup" all
expect "installs everything requested" has "$calls" ' wrk gcovr'

run "$setup" all
expect "installs what comes from npm" [ "$calls" = 'npm --install' ]
run NPM_STATUS=1 "$setup" all
expect "fails when npm does" [ "$status" = 1 ]
run MISSING='nodejs npm' "$setup" all
expect "keeps a Node that Debian did not install" lacks "$calls" nodejs
run MISSING='nodejs npm' NO_NODE=1 "$setup" all
expect "installs Node and npm" has "$calls" ' nodejs npm'
expect "then installs what comes from npm" has "$calls" $'\nnpm --install'
run MISSING='nodejs npm' NO_NODE=1 "$setup" test
expect "leaves out Node, which only one test needs" [ -z "$calls" ]

run MISSING='nginx iproute2 nftables' "$setup" test
expect "succeeds when it has installed nginx, and the service cannot be stopped" [ "$status" = 0 ]
expect "installs what tests are skipped without" has "$calls" ' iproute2 nftables nginx'
expect "disables the nginx service" has "$calls" $'\nupdate-rc.d nginx disable\n'
expect "does not leave nginx running" has "$calls" $'\ninvoke-rc.d nginx stop'

run MISSING=wrk "$setup" all
expect "keeps the service of an existing nginx" lacks "$calls" rc.d
run MISSING='clang-14 libclang-rt-14-dev clang-format-14' "$setup" fuzz
expect "installs only what fuzzing needs" has "$calls" 'Pty=0 clang-14 libclang-rt-14-dev'
expect "leaves out what only checks need" lacks "$calls" clang-format
run MISSING='clang-14 libclang-rt-14-dev' "$setup" test
expect "leaves out what only fuzzing needs" [ -z "$calls" ]

run MISSING=ccache NO_LISTS=1 "$setup"
expect "succeeds without package lists" [ "$status" = 0 ]
expect "updates the lists when needed" has "$calls" update

run MISSING=ccache BROKEN=1 "$setup"
expect "fails when apt-get does" [ "$status" = 1 ]
expect "shows the output of apt-get" has "$output" 'E: broken'
expect "names the package it could not install" has "$output" 'could not install ccache'

user=()
if ((EUID == 0)); then user=(setpriv --reuid=65534 --regid=65534 --clear-groups); fi
run MISSING=ccache NO_SUDO=1 "${user[@]}" "$setup"
expect "fails when it may not install" [ "$status" = 1 ]
expect "prints what to do when it may not install" has "$output" 'apt-get install ccache'
expect "does so in one line" [ "$(wc -l <<<"$output")" = 1 ]
expect "does not call apt-get when it may not" [ -z "$calls" ]
run MISSING='nginx' NO_SUDO=1 "${user[@]}" "$setup" test
expect "succeeds without what tests are skipped without" [ "$status" = 0 ]
expect "names the packages" has "$output" 'skipped without nginx'
run MISSING='nginx' NO_SUDO=1 "${user[@]}" "$setup" all
expect "fails without them when everything is requested" [ "$status" = 1 ]
run MISSING=ccache "${user[@]}" "$setup"
expect "installs through sudo" has "$calls" ccache

run "$setup" everything
expect "rejects an unknown set of packages" [ "$status" = 2 ]

echo "$passed passed, $failed failed"
((failed == 0))
