#!/usr/bin/env bash
# Checks the fleet file. Reports each error, and marks it at its line of the pull request.
#
#   FLEET_FILE   its path, by default fleet.yaml
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
fleet() { NO_COLOR=1 node "$root/dist/cli.js" "$@"; }
file=${FLEET_FILE:-fleet.yaml}

code=0
fleet validate --file="$file" || code=$?
[ "$code" = 0 ] || fleet plan --file="$file" --against=empty --format=github || :
exit "$code"
