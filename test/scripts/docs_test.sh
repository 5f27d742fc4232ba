#!/usr/bin/env bash
# Tests that all that scripts/check_docs.pl and scripts/check_reference.pl check is so in this
# project. Argument: its root.
set -euo pipefail

cd "$1"
perl scripts/check_docs.pl
perl scripts/check_reference.pl
