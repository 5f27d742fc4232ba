#!/usr/bin/env bash
# Makes an archive of the project's sources, like a release: everything that is not ignored.
#   archive.sh ROOT ARCHIVE NAME    NAME is the folder in it
set -euo pipefail

root=$1 archive=$2 name=$3
cd "$root"
files() {
    git ls-files -z -co --exclude-standard 2>/dev/null ||
        find . -mindepth 1 \( -name '.?*' -o -path './build*' \) -prune -o -type f -print0
}
files | tar --null --files-from - --ignore-failed-read --transform "s,^\(\./\)\?,$name/," -czf \
    "$archive"
