#!/usr/bin/env bash
# Packs the package, its standalone bundle and its notes into a folder, under names without a version.
#
#   pack.sh FOLDER
set -euo pipefail
[ $# = 1 ] || { echo "usage: pack.sh FOLDER" >&2; exit 64; }
mkdir -p "$1"
folder=$(realpath "$1")
cd "$(dirname "$0")/../.."
version=$(node --print 'JSON.parse(require("fs").readFileSync(0)).version' <package.json)
npm pack --silent --pack-destination="$folder" >/dev/null
mv "$folder/mosaic-fleet-$version.tgz" "$folder/mosaic-fleet.tgz"
node scripts/release/notes.mjs "v$version" >"$folder/notes.md"
node scripts/bundle.mjs --archive "$folder/mosaic-fleet.tgz" --output "$folder" >/dev/null
(cd "$folder" && sha256sum mosaic-fleet.tgz mosaic-fleet-standalone.tar.gz >SHA256SUMS)
