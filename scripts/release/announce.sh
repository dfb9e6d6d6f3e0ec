#!/usr/bin/env bash
# Makes the GitHub release of the tag in $GITHUB_REF_NAME, from the folder that pack.sh made.
#
#   announce.sh FOLDER
set -euo pipefail
[ $# = 1 ] || { echo "usage: announce.sh FOLDER" >&2; exit 64; }
cd "$1"
gh release create "$GITHUB_REF_NAME" --repo="$GITHUB_REPOSITORY" --verify-tag --title="$GITHUB_REF_NAME" \
  --notes-file=notes.md mosaic-fleet.tgz mosaic-fleet-standalone.tar.gz SHA256SUMS
