#!/usr/bin/env bash
# Plans the fleet file against a snapshot, without its machine. Marks the lines of agents that the plan would interrupt,
# remove or leave out, and writes the plan as JSON and as Markdown for a comment.
#
#   FLEET_FILE      its path, by default fleet.yaml
#   FLEET_AGAINST   path of the snapshot, or `empty`, which is the default
#
# Outputs, as lines in $GITHUB_OUTPUT, or printed without it: changes=true|false, plan-json=PATH, comment=PATH.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
plan() {
  NO_COLOR=1 node "$root/dist/cli.js" plan \
    --file="${FLEET_FILE:-fleet.yaml}" --against="${FLEET_AGAINST:-empty}" "$@"
}
folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/fleet-plan.XXXXXX")

# First, because it reports errors as annotations too.
plan --format=github

code=0
plan --json --detailed-exitcode >"$folder/plan.json" || code=$?
case $code in
  0) changes=false ;;
  2) changes=true ;;
  *) exit "$code" ;;
esac
plan --format=markdown >"$folder/comment.md"

if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$folder/comment.md" >>"$GITHUB_STEP_SUMMARY"; fi
tell() { if [ -n "${GITHUB_OUTPUT:-}" ]; then cat >>"$GITHUB_OUTPUT"; else cat; fi; }
tell <<END
changes=$changes
plan-json=$folder/plan.json
comment=$folder/comment.md
END
