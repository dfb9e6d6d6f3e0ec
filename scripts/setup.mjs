// Makes a clone ready: npm packages, system packages, the build. It is plain node without packages, because it fetches
// them. Says a line for each thing it did, and nothing when there was nothing to do.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Directories and files that the build is made from. */
const sources = [
  "src",
  "web",
  "units",
  "scripts/build.mjs",
  "scripts/build",
  "package.json",
  "node_modules/.package-lock.json",
];

/**
 * A program of src/sandbox/needs.json, and the package of Debian that has it.
 *
 * @typedef {{ readonly program: string, readonly package: string }} Need
 */

/** Does everything that is missing. If that is not possible, says what to do and ends the process with 1. */
export function setup() {
  checkNode();
  installNodePackages();
  installSystemPackages();
  buildIfStale();
}

function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const wanted = engines.node.replace(">=", "");
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    stop(`node ${wanted} or newer is needed, and this is ${process.versions.node} (${process.execPath}).`);
  }
}

function installNodePackages() {
  const installed = modified(join(root, "node_modules/.package-lock.json"));
  if (installed >= modified(join(root, "package-lock.json"))) return;
  did("npm packages installed", () =>
    run("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]),
  );
}

/** Installs the programs of src/sandbox/needs.json. Nothing here needs any others. */
function installSystemPackages() {
  /** @type {readonly Need[]} */
  const needs = JSON.parse(readFileSync(join(root, "src/sandbox/needs.json"), "utf8"));
  const missing = needs.filter(({ program }) => !onPath(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((need) => need.package))];
  const install = `apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  if (!onPath("apt-get")) {
    stop(
      `Missing: ${missing.map((need) => need.program).join(", ")}.\nDebian has them in: ${packages.join(" ")}`,
    );
  }
  if (process.getuid?.() !== 0) {
    stop(`Missing: ${missing.map((need) => need.program).join(", ")}. Run this once:\n  sudo ${install}`);
  }
  did(`${packages.join(", ")} installed`, () => {
    run("apt-get", ["update", "-q"]);
    run("apt-get", install.split(" ").slice(1));
  });
}

function buildIfStale() {
  const built = modified(join(root, "dist/cli.js"));
  if (built >= Math.max(...sources.map((source) => newest(join(root, source))))) return;
  did("dist built", () => run(process.execPath, [join(root, "scripts/build.mjs")]));
}

/**
 * Runs `work`, and says `what` with the time it took.
 *
 * @param {string} what
 * @param {() => void} work
 */
function did(what, work) {
  const began = performance.now();
  work();
  console.log(`set-up: ${what} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
}

/**
 * Runs a program quietly; shows its output, and ends the process, when it fails.
 *
 * @param {string} file
 * @param {readonly string[]} args
 */
function run(file, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, error, stdout, stderr } = spawnSync(file, args, {
    cwd: root,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status === 0) return;
  stop(`${error?.message ?? `${stdout}${stderr}`.trimEnd()}\n${file} ${args.join(" ")} failed.`);
}

/**
 * Returns true if a folder of PATH has the program.
 *
 * @param {string} program
 */
function onPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((directory) => existsSync(join(directory, program)));
}

/**
 * Returns the time of a file's last change, ms; 0 if there is none.
 *
 * @param {string} path
 */
function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * Returns the time of the last change in a file or directory, ms. A directory itself changes when a file goes.
 *
 * @param {string} path
 */
function newest(path) {
  const below = statSync(path, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(path, { recursive: true, encoding: "utf8" })
    : [];
  return Math.max(modified(path), ...below.map((entry) => modified(join(path, entry))));
}

/**
 * Ends the process with 1 and a message.
 *
 * @param {string} message
 */
function stop(message) {
  console.error(`set-up: ${message}`);
  process.exit(1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) setup();
