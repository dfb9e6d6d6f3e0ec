#!/usr/bin/env bash
# Builds what the other scripts run, where that is not there: a runner has a fresh clone of the action.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -e dist/cli.js ] && exit 0
npm ci --no-audit --no-fund --loglevel=error
npm run --silent build
