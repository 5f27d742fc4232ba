#!/usr/bin/env bash
# Runs notifiers, callers and a webhook receiver against a server whose connections keep failing.
# Prints a table, and exits with 1 when a notification is lost outside a gap, or when memory or file
# descriptor use grows.
#
#   scripts/soak.sh [--seconds N] [--notifiers N] [--callers N] [--seed N]
#
# Defaults: 600 s, 200 notifiers, 50 callers.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh test
cmake --preset release >&2
cmake --build --preset release --target soak >&2
exec build/release/test/soak "$@"
