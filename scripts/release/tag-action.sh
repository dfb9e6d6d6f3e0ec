#!/usr/bin/env bash
# Moves the major tag, such as v0, to a commit that carries the built action, and pushes it.
#
#   tag-action.sh ARCHIVE [REMOTE]   ARCHIVE is the package, as `npm pack` makes it; REMOTE is origin unless told
set -euo pipefail
[ $# = 1 ] || [ $# = 2 ] || { echo "usage: tag-action.sh ARCHIVE [REMOTE]" >&2; exit 64; }
archive=$(realpath "$1")
cd "$(dirname "$0")/../.."
commit=$(scripts/release/action-tree.sh "$archive")
version=$(node --print 'JSON.parse(require("fs").readFileSync(0)).version' <package.json)
major=v${version%%.*}
git push --quiet --force "${2:-origin}" "$commit:refs/tags/$major"
echo "$major is $commit now"
