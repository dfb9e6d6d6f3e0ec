#!/usr/bin/env bash
# Makes a commit with all that the GitHub Action needs, and prints its id: the packed program with dist/, action.yml and
# ci/. A run of the action at this commit installs nothing. The commit has no parent, so it can be pushed from a clone
# without history.
#
#   action-tree.sh ARCHIVE   ARCHIVE is the package, as `npm pack` makes it
set -euo pipefail
[ $# = 1 ] || { echo "usage: action-tree.sh ARCHIVE" >&2; exit 64; }
archive=$(realpath "$1")
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tar --extract --gzip --file="$archive" --directory="$folder"
cp -R action.yml ci "$folder/package"
export GIT_INDEX_FILE="$folder/index"
git --work-tree="$folder/package" add --all --force .
tree=$(git write-tree)
version=$(node --print 'JSON.parse(require("fs").readFileSync(0)).version' <package.json)
git commit-tree "$tree" -m "Build the action of v$version"
