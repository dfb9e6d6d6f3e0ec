import { execFile } from "node:child_process";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeBundle, programOf } from "./bundle.mjs";
import { cleanEnv } from "./nodes.mjs";

const run = promisify(execFile);

/** @typedef {import("./nodes.mjs").InstalledNode} InstalledNode */

/** The major version of pnpm, the last that also runs on node 20. */
const pnpm = "pnpm@10";

const fleetFile = "version: 1\nname: packed\nagents:\n  coder: { command: sleep 600, workdir: / }\n";

/** Limit of the bundle without node, bytes: a tenth above its size. */
const maxBundle = 1_880_000;

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
 * Unpacks the standalone bundle, and takes a fleet through its life with it on a PATH without npm and node: the bundle has a
 * node. Without one it says so.
 *
 * @param {string} archive
 * @param {InstalledNode} node
 * @param {string} parent
 */
export async function runsStandalone(archive, node, parent) {
  const { path, bytes } = await makeBundle({ archive, node: undefined, folder: parent });
  if (bytes > maxBundle) throw new Error(`the bundle has ${bytes} bytes, more than ${maxBundle}`);
  await run("tar", ["-xzf", path, "-C", parent]);
  const bin = join(parent, "bin");
  await mkdir(bin);
  const fleet = join(bin, "fleet");
  await symlink("../mosaic-fleet/fleet", fleet);
  for (const program of ["sh", "dirname", "readlink"]) {
    const { stdout } = await run("which", [program]);
    await symlink(stdout.trim(), join(bin, program));
  }
  const { code, stderr } = await run(fleet, ["--version"], { env: { PATH: bin } }).then(
    () => ({ code: 0, stderr: "" }),
    (/** @type {{ code: number, stderr: string }} */ error) => error,
  );
  if (code !== 1 || stderr.trim().split("\n").length !== 2)
    throw new Error(`without node: exit code ${code}\n${stderr}`);
  await cp(programOf(node), join(parent, "mosaic-fleet/node"));
  const { stdout: printed } = await run(fleet, ["--version"], { env: { PATH: bin } });
  await run(fleet, ["sandbox", "--", "sh", "-c", `export PATH=${bin}:$PATH\n${life}`], {
    env: cleanEnv(),
  }).catch(fail);
  return `${(bytes / 1e6).toFixed(1)} MB without node; fleet ${printed.trim()} works with a node of its own`;
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
