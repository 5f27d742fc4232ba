#!/usr/bin/env bash
# Tests that shared libraries export no symbol of Beast, protobuf, Boost.JSON, Boost.URL or OpenSSL,
# nor of Asio's TLS parts except its error categories: a program may use other versions of them.
#   symbols_test.sh LIBRARY…
set -euo pipefail

(($#)) || { echo "symbols_test: no library to test" >&2; exit 1; }
for library; do
    shown=$(nm -D --defined-only "$library" | awk '{print $3}')
    grep -q 9jellyfish <<<"$shown" || { echo "$library exports no symbol of jellyfish" >&2; exit 1; }
    leaks=$(grep -E '5boost(5beast|4json|4urls)|4asio3ssl(6detail|6stream|7context)|6google8protobuf|^(SSL|BIO|EVP|X509)_' \
        <<<"$shown" || true)
    [[ -z $leaks ]] || { printf '%s shows:\n%s\n' "$library" "$(c++filt <<<"$leaks")" >&2; exit 1; }
done
