#!/usr/bin/env bash
# Checks the pages, and generates the reference with Doxygen: build/docs/html/index.html. Warnings
# are errors, for example about an undocumented public name or parameter. check_reference.py also
# requires certain sections for operations and options.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

python3 scripts/check_docs.py
command -v doxygen >/dev/null || { echo "docs: doxygen is missing: run scripts/setup.sh" >&2; exit 77; }
rm -rf build/docs
mkdir -p build/docs
doxygen docs/Doxyfile
python3 scripts/check_reference.py build/docs/xml
echo "docs: the reference is build/docs/html/index.html"
