#!/usr/bin/env bash
# Tests test/no_secret.sh with logs with and without secrets. Argument: the project's root.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/no_secret_test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"/{build/Testing/Temporary,tests/{integration,fakes,fixtures,soak}}
log=$folder/build/Testing/Temporary/LastTest.log

failed=0
# Whether the check succeeds, as `yes` or `no`, with this log and this line of a test.
expect() {
    local expected=$1 what=$2 status=yes
    printf '%s\n' "$3" >"$log"
    printf '%s\n' "${4:-}" >"$folder/tests/integration/a_test.cpp"
    bash "$root/test/no_secret.sh" "$folder/build" "$folder/tests" >"$folder/output" || status=no
    [[ $status == "$expected" ]] && return
    failed=1
    echo "FAILED: $what: $(<"$folder/output")"
}

root=$1
expect yes "nothing secret passes" 'log: [info] notifier: 127.0.0.1:1 is ready'
expect no "a test's token is found" 'log: rejected: s3cret-wrong'
expect no "the default token is found" 'log: with development'
expect no "a peer's token is found" 'log: {"token":"SFMyNTY.g2gD"}'
expect no "a header is found" 'log: Authorization: Bearer abcdef'
expect no "encoded credentials are found" 'log: Basic dTpzM2NyZXQ='
expect yes "a command is not what a test prints" 'Command: "run" "s3cret"'
expect no "a run that prints no log fails" '1/1 Test: integration.notifier_reconnect
integration.notifier_reconnect'
expect no "a secret that does not look like one is found" 'x' 'options.server_api_token("abc")'
expect no "a password that does not look like one is found" 'x' 'o.credentials("user", "abc")'
expect no "a webhook secret that does not look like one is found" 'x' 'o.signature_secret("abc")'
expect no "a test server's webhook secret is found as well" 'x' 'o.webhook_secret("abc")'
expect no "a pass phrase that does not look like one is found" 'x' 'o.key_passphrase("abc")'
expect yes "a secret of the right form passes" 'x' 'o.secret("s3cret").credentials("u", "s3cret b")'
exit $failed
