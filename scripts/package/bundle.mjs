import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The parts of the package that the program needs, with its licences. */
const parts = ["package.json", "LICENSE", "dist", "units"];

/** The program that starts fleet. It finds its folder through links, and prefers a node next to it. */
const launcher = `#!/bin/sh
here=$(dirname -- "$(readlink -f -- "$0")")
node=$here/node
[ -x "$node" ] || node=$(command -v node) || {
  echo "Error: fleet needs node, and PATH has none." >&2
  echo "  = hint: install node 20.19 or newer, or take the bundle that contains it" >&2
  exit 1
}
exec "$node" "$here/dist/cli.js" "$@"
`;

/**
 * Makes the archive with the program and its launcher, and returns its path and size. The same parts make the same archive.
 *
 * @param {object} source
 * @param {string} source.archive the package, as npm packs it
 * @param {import("./nodes.mjs").InstalledNode | undefined} source.node a node to put in
 * @param {string} source.folder the folder of the result
 */
export async function makeBundle({ archive, node, folder }) {
  const scratch = mkdtempSync(join(tmpdir(), "mosaic-fleet-bundle-"));
  try {
    await run("tar", ["-xzf", archive, "-C", scratch]);
    const bundle = join(scratch, "mosaic-fleet");
    mkdirSync(bundle);
    // Maps of sources are three quarters of dist/, and only a stack trace reads them.
    const isPart = (/** @type {string} */ path) => !path.endsWith(".map");
    for (const part of parts) {
      cpSync(join(scratch, "package", part), join(bundle, part), { recursive: true, filter: isPart });
    }
    writeFileSync(join(bundle, "fleet"), launcher, { mode: 0o755 });
    if (node !== undefined) cpSync(programOf(node), join(bundle, "node"));
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "mosaic-fleet-standalone.tar.gz");
    const owner = ["--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX"];
    await run("tar", ["--sort=name", "--mtime=@0", ...owner, "-czf", path, "-C", scratch, "mosaic-fleet"]);
    return { path, bytes: statSync(path).size };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Returns the path of the program of an installed node.
 *
 * @param {import("./nodes.mjs").InstalledNode} node
 */
export function programOf({ folder }) {
  const modules = join(folder, "node_modules");
  const name = readdirSync(modules).find((each) => each.startsWith("node-linux-"));
  if (name === undefined) throw new Error(`no node in ${folder}`);
  return join(modules, name, "bin/node");
}
