#!/bin/sh
# Runs the test command given, as events, and reports how many tests ran on
# each database; fails when one failed or was skipped.
set -eu
report=$(mktemp)
trap 'rm -f "$report"' EXIT
${GO:-go} build -o "$report" ./internal/testreport
"$@" | "$report"
