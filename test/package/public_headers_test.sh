#!/usr/bin/env bash
# Tests that no public header includes a header of Beast, protobuf, OpenSSL, Boost.JSON, Boost.URL
# or of generated code: those cost every user long compile times.
#   public_headers_test.sh COMPILER INCLUDE_FOLDER BOOST_FOLDER HEADER…
set -euo pipefail

compiler=$1 folder=$2 boost=$3
shift 3
(($#)) || { echo "no header to test" >&2; exit 1; }

# -H prints each file that is opened, after as many dots as its depth.
opened=$(printf '#include <%s>\n' "$@" |
    LC_ALL=C "$compiler" -std=c++20 -I "$folder" -I "$boost" -E -H -x c++ -o /dev/null - 2>&1) ||
    { echo "$opened" | grep -v '^\.' >&2; exit 1; }
[[ $opened == *"/boost/asio/"* ]] || { echo "the compiler lists no header: $opened" >&2; exit 1; }

awk '
    !/^\.+ / { next }
    {
        depth = length($1)
        path = substr($0, depth + 2)
        chain[depth] = path
    }
    path ~ "/(boost/(beast|json|url)|google/protobuf|openssl)/|\\.pb\\.h$" {
        printf "%s", chain[1]
        for (i = 2; i <= depth; ++i) printf "\n  includes %s", chain[i]
        print ""
        found = 1
        exit 1
    }
    END { exit found }
' <<<"$opened"
