#!/usr/bin/env bash
# Fails when the output of the tests, including the logs of the library and of the test server and
# the texts of errors, contains one of their tokens or passwords.
#
#   no_secret.sh BUILD TESTS
#
# BUILD holds CTest's log, TESTS the tests' sources. Secrets of tests contain `s3cret`, so that they
# are found in any context; the server's default token is `development`, and the tokens that the
# test server creates for peers begin with SFMyNTY.
set -euo pipefail

build=$1
tests=$2
log=$build/Testing/Temporary/LastTest.log.tmp  # Its name while CTest runs.
[[ -e $log ]] || log=$build/Testing/Temporary/LastTest.log

fail() {
    echo "no_secret: $*"
    exit 1
}

# Secrets that this test would miss, because they do not look like secrets.
hidden=$(grep -rnE --include='*.cpp' --include='*.hpp' \
    '(server_api_token|secret|secret_access_key|key_passphrase)\("[^"]|credentials\("[^"]*", "[^"]|vapi_peer_options\("[^"]|options_sip\("[^"]*", "[^"]*", "[^"]' \
    "$tests/integration" "$tests/fakes" "$tests/fixtures" "$tests/soak" | grep -vE 's3cret|a\\nb' || true)
[[ -z $hidden ]] || fail "secrets of tests must hold s3cret, and these do not: $hidden"

# Commands and names of tests are not output.
shown=$(grep -avE '^(Command|Directory|[0-9/]+ Test(ing)?): ' "$log" || true)
if grep -q 'integration.notifier_reconnect' <<<"$shown" && ! grep -q '^log: ' <<<"$shown"; then
    fail "no test has printed its log, so this check would find nothing"
fi
secrets='s3cret|development|SFMyNTY|czNjcmV0|(Basic|Bearer) [A-Za-z0-9+/=_.~-]{3,}'
found=$(grep -anE "$secrets" <<<"$shown" | head -n 20 || true)
[[ -z $found ]] || fail "secrets in what the tests have printed: $found"
