import { execFile } from "node:child_process";
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
 * Installs a node from the npm registry, which has the official program as a package, and returns it.
 *
 * @param {string} wanted a version, or the start of one
 * @param {string} parent
 * @returns {Promise<InstalledNode>}
 */
export async function fetchNode(wanted, parent) {
  const folder = join(parent, `node-${wanted}`);
  const name = `node-linux-${process.arch}`;
  const flags = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["install", ...flags, `--prefix=${folder}`, `${name}@${wanted}`]);
  const bin = join(folder, "node_modules", name, "bin");
  const env = { ...cleanEnv(), PATH: `${bin}:${process.env["PATH"]}` };
  const { stdout } = await run(join(bin, "node"), ["--version"]);
  return { version: stdout.trim(), folder, env };
}

/** Returns the environment without the variables that npm gives to its scripts, such as its prefix. */
export function cleanEnv() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}
