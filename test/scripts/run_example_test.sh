#!/usr/bin/env bash
# Tests that run_example.sh distinguishes an example with the expected output from others.
# run_example_test.sh ROOT
set -euo pipefail

run_example=$1/test/scripts/run_example.sh
scratch=$(mktemp -d "${TMPDIR:-/tmp}/run_example_test.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "run_example_test: $*" >&2
    exit 1
}

# A stub for a server and for an example.
cat >"$scratch/server" <<'EOF'
#!/usr/bin/env bash
url=http://127.0.0.1:1234/fishjam
[[ $* == *fishjam ]] && echo "Listening on $url" || echo "Listening on 127.0.0.1:1234"
exec sleep 60
EOF
cat >"$scratch/example" <<'EOF'
#!/usr/bin/env bash
echo "at ${FISHJAM_ID:-$JELLYFISH_SERVER_ADDRESS}"
[[ ${1:-} != twice ]] || echo "at $JELLYFISH_SERVER_ADDRESS"
[[ ${1:-} != fail ]] || exit 3
[[ -z ${REASON:-} ]] || { echo "$REASON" >&2; exit 1; }
if [[ ${1:-} == wait ]]; then
    sleep 60 &
    trap 'kill $!; echo ended; exit' TERM
    trap 'kill $!; trap - USR1; kill -USR1 $$' USR1
    echo ready
    wait
fi
EOF
chmod +x "$scratch/server" "$scratch/example"

runs() { "$run_example" "$scratch/server" "$scratch/example" "$@" >"$scratch/out" 2>&1; }

runs -- 'at 127\.0\.0\.1:1234' || fail "the expected output is rejected: $(<"$scratch/out")"
runs --sandbox fishjam -- 'at http://127\.0\.0\.1:1234/fishjam' ||
    fail "the example does not get the URL of a Fishjam: $(<"$scratch/out")"
runs --argument twice -- '+ at .*' || fail "repeated lines are rejected"
! runs -- 'at 127\.0\.0\.1:1' || fail "an unexpected line is accepted"
! runs -- 'at .*' 'at .*' || fail "a line that is missing is not missed"
! runs --argument twice -- 'at .*' || fail "an additional line is accepted"
! runs --argument fail -- 'at .*' || fail "a failure is accepted"
runs --argument wait --signal TERM --after ready -- 'at .*' ready ended ||
    fail "the signal does not come: $(<"$scratch/out")"
! runs --signal TERM --after never -- 'at .*' || fail "the line before the signal is not missed"
runs --argument wait --killed --signal USR1 --after ready -- 'at .*' ready ||
    fail "termination by the signal is rejected: $(<"$scratch/out")"
! runs --argument wait --killed --signal TERM --after ready -- 'at .*' ready ended ||
    fail "an exit without the signal is accepted"
runs --set REASON=because --fails because -- 'at .*' ||
    fail "the expected failure is rejected: $(<"$scratch/out")"
! runs --set REASON=because --fails why -- 'at .*' || fail "another failure is accepted"
! runs --fails because -- 'at .*' || fail "a failure that is missing is not missed"
