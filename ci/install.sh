#!/usr/bin/env bash
# Builds the program for the other scripts if it is missing: a runner has a fresh clone of the action.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -e dist/cli.js ] && exit 0
npm ci --no-audit --no-fund --loglevel=error
npm run --silent build
