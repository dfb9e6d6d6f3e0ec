import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cleanEnv } from "./nodes.mjs";

const run = promisify(execFile);

/** @typedef {import("./nodes.mjs").InstalledNode} InstalledNode */

/** The major version of pnpm, the last that also runs on node 20. */
const pnpm = "pnpm@10";

const fleetFile = "version: 1\nname: packed\nagents:\n  coder: { command: sleep 600, workdir: / }\n";

/** The whole life of a fleet, with the `fleet` on the PATH. */
const life = `set -e
cat > fleet.yaml <<END
${fleetFile}END
fleet validate
fleet apply --yes
fleet status --json | grep -q '"state": *"running"'
fleet why coder
fleet plan --detailed-exitcode
fleet snapshot > live.json
fleet plan --against live.json --detailed-exitcode
fleet destroy --yes`;

/**
 * Installs the package by npm into an empty prefix, and takes a fleet through its life in the sandbox of the package.
 *
 * @param {string} archive
 * @param {InstalledNode} node
 */
export async function runsEverywhere(archive, node) {
  const fleet = await installed(archive, node);
  await run(fleet, ["sandbox", "--", "sh", "-c", `export PATH=${node.folder}/prefix/bin:$PATH\n${life}`], {
    env: node.env,
  }).catch(fail);
  return "installed; validate, apply, status, why, plan, snapshot and destroy work";
}

/**
 * Installs the package for a node that is too old. `fleet` says so in two lines, with what to do.
 *
 * @param {string} archive
 * @param {InstalledNode} node
 */
export async function refusesOldNode(archive, node) {
  const fleet = await installed(archive, node);
  const ended = await run(fleet, ["plan"], { env: node.env }).then(
    () => ({ code: 0, stderr: "" }),
    (/** @type {{ code: number, stderr: string }} */ error) => error,
  );
  const lines = ended.stderr.trim().split("\n");
  if (ended.code !== 1 || lines.length !== 2 || !/needs node [\d.]+ or newer/.test(lines[0] ?? "")) {
    throw new Error(`exit code ${ended.code}, and:\n${ended.stderr}`);
  }
  return "refused in two lines";
}

/**
 * Adds the package to an empty project by pnpm.
 *
 * @param {string} archive
 * @param {string} parent
 */
export async function runsFromPnpm(archive, parent) {
  const project = join(parent, "pnpm");
  await mkdir(project);
  await writeFile(join(project, "package.json"), '{ "private": true }\n');
  const tool = ["exec", "--yes", `--package=${pnpm}`, "--"];
  const env = cleanEnv();
  const options = { cwd: project, env };
  await run("npm", [...tool, "pnpm", "add", `--store-dir=${join(parent, "store")}`, archive], options).catch(
    fail,
  );
  return version(join(project, "node_modules/.bin/fleet"), [], project);
}

/**
 * Runs the package by npx, without a project.
 *
 * @param {string} archive
 * @param {string} parent
 */
export async function runsFromNpx(archive, parent) {
  const empty = join(parent, "npx");
  await mkdir(empty);
  return version("npx", ["--yes", `--package=${archive}`, "--", "fleet"], empty);
}

/**
 * Returns the version that a `fleet` prints, after a plan of a file.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 */
async function version(command, args, cwd) {
  await writeFile(join(cwd, "fleet.yaml"), fleetFile);
  const options = { cwd, env: cleanEnv() };
  const { stdout } = await run(command, [...args, "plan", "--against", "empty"], options).catch(fail);
  if (!stdout.includes("agent coder will be added")) throw new Error(`not the plan:\n${stdout}`);
  return (await run(command, [...args, "--version"], options)).stdout.trim();
}

/**
 * Installs the package by npm into an empty prefix, and returns the path of its `fleet`.
 *
 * @param {string} archive
 * @param {InstalledNode} node
 */
async function installed(archive, node) {
  const prefix = join(node.folder, "prefix");
  const flags = ["--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["install", "--global", ...flags, `--prefix=${prefix}`, archive], { env: node.env }).catch(
    fail,
  );
  return join(prefix, "bin/fleet");
}

/**
 * Throws an error with the whole output of a command that failed.
 *
 * @param {{ readonly message: string, readonly stdout: string, readonly stderr: string }} error
 * @returns {never}
 */
function fail({ message, stdout, stderr }) {
  throw new Error(`${message.split("\n")[0]}\n${stdout}${stderr}`);
}
