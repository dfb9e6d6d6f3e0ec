// Runs inside the sandbox: runs `fleet` again and again in one process, as server.mjs asks by messages. Each run loads
// the program again, and has arguments, variables, a folder and listeners of its own. Only the start of node is left
// out, which is most of the processor time of a plan.
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";

/**
 * @typedef {object} Order
 * @property {readonly string[]} args
 * @property {string} cwd
 * @property {Readonly<Record<string, string>>} [env]
 * @property {boolean} [isBare]
 * @property {number} [mask]
 */
/** @typedef {(...args: unknown[]) => void} Listener */

const program = "/run/fleet/bin/fleet";
const bundle = realpathSync(program);
const folder = dirname(bundle) + sep;
const session = { ...process.env };
const ownMask = process.umask();
const require = createRequire(import.meta.url);

/** node's own module, in which a function can be replaced. */
const vm = require("node:vm");
const { Script } = vm;

/**
 * The compiled scripts of the bundle by name. Each run executes them again.
 *
 * @type {Map<string | undefined, import("node:vm").Script>}
 */
const scripts = new Map();
vm.Script = /** @type {typeof Script} */ (/** @type {unknown} */ (scriptOnce));

/** node's own module: the launcher reads each file of the bundle, and its compiled code, in each run. */
const fs = require("node:fs");
const { openSync, readFileSync } = fs;
fs.openSync = (path, ...rest) => openSync(isCompiled(path) ? "/dev/null" : path, ...rest);
fs.readFileSync = /** @type {typeof readFileSync} */ (
  (/** @type {any} */ path, /** @type {any} */ options) =>
    readFileSync(isCompiled(path) ? "/dev/null" : path, options)
);

/** The listeners that are not of the run. */
const own = listeners();
let isRunning = false;

process.on("message", (order) => run(/** @type {Order} */ (order)));
// Without a pending event, node would end a process with this exit code.
process.on("beforeExit", () => end(process.exitCode));
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.exit = /** @type {typeof process.exit} */ ((code) => end(code ?? process.exitCode));
for (const [name, all] of listeners()) own.set(name, all);

/**
 * Runs `fleet` once. An exception ends the whole process, as it would end the run.
 *
 * @param {Order} order
 */
function run({ args, cwd, env, isBare = false, mask = ownMask }) {
  process.chdir(cwd);
  process.umask(mask);
  const wanted = isBare ? { ...env } : { ...session, ...env };
  for (const name of Object.keys(process.env)) if (!(name in wanted)) delete process.env[name];
  Object.assign(process.env, wanted);
  process.argv = [process.execPath, program, ...args];
  process.exitCode = undefined;
  isRunning = true;
  process.channel?.unref(); // so that node finds out when the run waits for nothing any more
  for (const file of Object.keys(require.cache)) if (file.startsWith(folder)) delete require.cache[file];
  require(bundle);
}

/**
 * Returns the script of a file of the bundle, compiled once.
 *
 * @param {string} source
 * @param {import("node:vm").ScriptOptions} options
 */
function scriptOnce(source, options) {
  const script = scripts.get(options.filename) ?? new Script(source, options);
  scripts.set(options.filename, script);
  return script;
}

/**
 * Returns true for a file of the bundle whose script this process has, and for its compiled code: nobody looks at the text
 * again.
 *
 * @param {unknown} path
 */
function isCompiled(path) {
  if (typeof path !== "string" || !path.startsWith(folder)) return false;
  const [, name = ""] = /^(?:compiled-[^/]+\/)?([^/]+)$/.exec(path.slice(folder.length)) ?? [];
  return scripts.has(`mosaic-fleet/dist/${name}`);
}

/**
 * Ends a run: calls its listeners to the end, and forgets all of them.
 *
 * @param {unknown} code
 */
function end(code = 0) {
  if (!isRunning) return;
  isRunning = false;
  const exitCode = Number(code);
  for (const [name, all] of listeners()) {
    for (const listener of all.filter((each) => !own.get(name)?.includes(each))) {
      if (name === "exit") listener(exitCode);
      process.off(String(name), listener);
    }
  }
  process.channel?.ref();
  process.send?.({ code: exitCode });
}

/**
 * Returns the listeners of this process by event.
 *
 * @returns {Map<string | symbol, Listener[]>}
 */
function listeners() {
  return new Map(
    process
      .eventNames()
      .map((name) => [name, /** @type {Listener[]} */ (process.listeners(/** @type {any} */ (name)))]),
  );
}
