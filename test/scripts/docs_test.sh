#!/usr/bin/env bash
# Tests that all that scripts/check_docs.py and scripts/check_reference.pl check is so in this
# project. Argument: its root.
set -euo pipefail

cd "$1"
python3 scripts/check_docs.py
perl scripts/check_reference.pl
