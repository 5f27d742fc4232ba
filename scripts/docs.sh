#!/usr/bin/env bash
# Checks the pages, and makes the reference from the headers with Doxygen:
# build/docs/html/index.html. A warning is an error, such as of a public name or of a parameter that
# is not documented; check_reference.py requires the sections of operations and options besides.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

python3 scripts/check_docs.py
command -v doxygen >/dev/null || { echo "docs: doxygen is missing: scripts/setup.sh" >&2; exit 77; }
rm -rf build/docs
mkdir -p build/docs
doxygen docs/Doxyfile
python3 scripts/check_reference.py build/docs/xml include
echo "docs: the reference is build/docs/html/index.html"
