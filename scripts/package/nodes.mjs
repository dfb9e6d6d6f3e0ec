import { execFile } from "node:child_process";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * A node in a folder of its own.
 *
 * @typedef {{ readonly version: string, readonly folder: string, readonly env: NodeJS.ProcessEnv }} InstalledNode
 */

/** The versions of node that the package supports: the oldest, each line with long-term support, and the newest. */
export const supported = ["20.19.0", "22", "24", "latest"];

/** A version that the package refuses with one line. Debian 12 has it. */
export const tooOld = "18";

/**
 * Installs a node, and returns it.
 *
 * @param {string} wanted a version, or the start of one
 * @param {string} parent
 */
export async function fetchNode(wanted, parent) {
  const [node] = await fetchNodes([wanted], parent);
  if (node === undefined) throw new Error(`no node ${wanted}`);
  return node;
}

/**
 * Installs nodes from the npm registry, which has the official program as a package, and returns them. npm runs once for
 * all, because each run of it takes more than the unpacking of a node.
 *
 * @param {readonly string[]} versions a version each, or the start of one
 * @param {string} parent
 * @returns {Promise<readonly InstalledNode[]>}
 */
export async function fetchNodes(versions, parent) {
  const name = `node-linux-${process.arch}`;
  const flags = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const together = join(parent, "nodes");
  const aliases = versions.map((wanted, index) => `node-${index}@npm:${name}@${wanted}`);
  await run("npm", ["install", ...flags, `--prefix=${together}`, ...aliases]);
  return Promise.all(
    versions.map(async (wanted, index) => {
      const folder = join(parent, `node-${wanted}`);
      await mkdir(join(folder, "node_modules"), { recursive: true });
      await rename(join(together, "node_modules", `node-${index}`), join(folder, "node_modules", name));
      return installedNode(folder, name);
    }),
  );
}

/**
 * Returns the node in a folder.
 *
 * @param {string} folder
 * @param {string} name
 * @returns {Promise<InstalledNode>}
 */
async function installedNode(folder, name) {
  const bin = join(folder, "node_modules", name, "bin");
  const env = { ...cleanEnv(), PATH: `${bin}:${process.env["PATH"]}` };
  const { stdout } = await run(join(bin, "node"), ["--version"]);
  return { version: stdout.trim(), folder, env };
}

/** Returns the environment without the variables that npm gives to its scripts, such as its prefix. */
export function cleanEnv() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}
