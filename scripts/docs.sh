#!/usr/bin/env bash
# Checks the pages (scripts/check_docs.py) and what the headers say of operations and options
# (scripts/check_reference.pl), and makes the reference from the headers with Doxygen:
# build/docs/html/index.html. A warning, as of a public name that is not documented, is an error.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

python3 scripts/check_docs.py
perl scripts/check_reference.pl
command -v doxygen >/dev/null || { echo "docs: doxygen is missing: scripts/setup.sh all" >&2; exit 1; }
mkdir -p build/docs
doxygen docs/Doxyfile
echo "docs: the reference is build/docs/html/index.html"
