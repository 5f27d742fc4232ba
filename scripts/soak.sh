#!/usr/bin/env bash
# Notifiers, callers and a webhook receiver at a server whose connections fail all the time: prints
# a table, and exits with 1 when a notification was lost without a seam, or when memory or file
# descriptors have grown.
#
#   scripts/soak.sh [--seconds N] [--notifiers N] [--callers N] [--seed N]
#
# By default 600 s, 200 notifiers, 50 callers.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh test
cmake --preset release >&2
cmake --build --preset release --target soak >&2
exec build/release/test/soak "$@"
