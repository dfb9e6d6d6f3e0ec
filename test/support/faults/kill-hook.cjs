// Preloaded into a run of `fleet` by NODE_OPTIONS=--require=…: gives a name to every moment at which a kill of the run
// would leave the machine in another state, and kills it at one of them.
//
//   KILL_LOG=FILE   appends the names of the moments as they come, a line each
//   KILL_AT=NAME    SIGKILL at that moment, or the signal in KILL_SIGNAL
//   KILL_ORDER=FILE reads either from a file, as soon as there is one: `log FILE` or `at NAME`. Names are counted again
//                   from then on. The file is gone after the kill.
//
// A name is the time, the call and its object, as in `before rename systemd/user/x.conf~`. There, ~ stands for any
// addition of a temporary name behind or before the real one. A number behind it counts moments that would have the same
// name. The time is, for files: before, half (with half of the text written) and after; for commands that change
// something: before, while (it runs, and goes on), with (it runs, and dies too) and after.
const fs = require("node:fs");
const childProcess = require("node:child_process");
const os = require("node:os");
const { callNamed, callsOf } = require("./node-calls.cjs");

/** @typedef {import("./node-calls.cjs").Call} Call */
/** @typedef {import("./node-calls.cjs").Callback} Callback */

const { KILL_ORDER: orderFile, KILL_SIGNAL: signal = "SIGKILL" } = process.env;
let { KILL_LOG: log, KILL_AT: fatal } = process.env;
const real = { ...fs };
const { spawn, spawnSync } = childProcess;

/**
 * The number of moments with each name so far.
 *
 * @type {Map<string, number>}
 */
const counts = new Map();
/**
 * Paths by open file descriptor, of files opened for writing.
 *
 * @type {Map<unknown, unknown>}
 */
const opened = new Map();
let inner = false;
/** The time for a command to be in the midst of its work, ms. */
const midstMs = 200;

let order = "";

/** Reads the order of now, if orders come from a file. */
function readOrder() {
  if (orderFile === undefined) return;
  let text = "";
  try {
    text = real.readFileSync(orderFile, "utf8");
  } catch {
    // there is none
  }
  if (text === order) return;
  order = text;
  counts.clear();
  log = /^log (.*)/.exec(text)?.[1];
  fatal = /^at (.*)/.exec(text)?.[1];
}

/**
 * Reacts to each moment; `last` is the last act before the end, if this is the one.
 *
 * @param {string} name
 * @param {() => void} [last]
 */
function moment(name, last) {
  if (inner) return;
  innermost(readOrder);
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  const full = count === 1 ? name : `${name} #${count}`;
  const told = log;
  if (told !== undefined) innermost(() => real.appendFileSync(told, `${full}\n`));
  if (full !== fatal) return;
  if (orderFile !== undefined) innermost(() => real.rmSync(orderFile, { force: true }));
  last?.();
  process.kill(process.pid, signal);
  pause(1000); // it is not over before the signal is delivered
}

/**
 * Calls a function without moments in its inner calls: some of node's calls are made of others.
 *
 * @template T
 * @param {() => T} call
 */
function innermost(call) {
  const outer = inner;
  inner = true;
  try {
    return call();
  } finally {
    inner = outer;
  }
}

/**
 * Blocks the process for a time.
 *
 * @param {number} ms
 */
function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/**
 * Returns a path below HOME or the runtime directory, without the part of a temporary name that differs in each run.
 *
 * @param {unknown} path
 */
function nameOf(path) {
  return String(path)
    .replace(`${os.homedir()}/`, "")
    .replace(`${process.env.XDG_RUNTIME_DIR}/`, "")
    .replace(/(?:[0-9a-f]{16}){1,2}(?=\.json)/, "DIGEST")
    .replace(/\/\.([^/]+)\.[0-9a-f]{8}\.mosaic-fleet-tmp$/, "/$1~");
}

/**
 * Returns true if there is something at a path, such as a broken link.
 *
 * @param {unknown} path
 */
const exists = (path) =>
  real.lstatSync(/** @type {import("node:fs").PathLike} */ (path), { throwIfNoEntry: false }) !== undefined;
const always = () => true;

/**
 * Calls that change files: `at` says which argument is the path, `counts` when the call changes anything, and `after`
 * is set if the state after it differs from the state before the next call.
 *
 * @typedef {{ at: number, counts: (...args: unknown[]) => boolean, after?: boolean }} Change
 */

/** @type {Record<string, Change>} */
const changes = {
  mkdir: { at: 0, counts: (path) => !exists(path) },
  open: { at: 0, counts: (_, flags) => isWriting(flags) },
  chmod: { at: 0, counts: always },
  fchmod: { at: 0, counts: (fd) => opened.has(fd) },
  fsync: { at: 0, counts: (fd) => opened.has(fd) },
  rename: { at: 0, counts: always, after: true },
  symlink: { at: 1, counts: always, after: true },
  link: { at: 1, counts: always, after: true },
  unlink: { at: 0, counts: exists, after: true },
  rm: { at: 0, counts: exists, after: true },
  rmdir: { at: 0, counts: isEmpty, after: true },
};

/**
 * Returns true if a file is opened for writing.
 *
 * @param {unknown} flags
 */
function isWriting(flags) {
  return typeof flags === "number"
    ? (flags & (real.constants.O_WRONLY | real.constants.O_RDWR)) !== 0
    : /[wax+]/.test(String(flags));
}

/**
 * Returns true for an empty folder.
 *
 * @param {unknown} path
 */
function isEmpty(path) {
  try {
    return real.readdirSync(String(path)).length === 0;
  } catch {
    return false;
  }
}

/**
 * Returns the path of a path or a file descriptor; undefined for a file that was not opened here for writing.
 *
 * @param {unknown} target
 */
const written = (target) => (typeof target === "number" ? opened.get(target) : target);

for (const [what, change] of Object.entries(changes)) {
  const sync = callNamed(real, `${what}Sync`);
  const later = callNamed(real, what);
  callsOf(fs)[`${what}Sync`] = (...args) => {
    const name = begins(what, change, args);
    const result = innermost(() => sync(...args));
    if (what === "open" && name !== undefined) opened.set(result, args[0]);
    if (name !== undefined && change.after) moment(`after ${name}`);
    return result;
  };
  callsOf(fs)[what] = (...args) => {
    const name = begins(what, change, args);
    const done = /** @type {Callback} */ (args.pop());
    /**
     * Reports the end of the real call.
     *
     * @type {Callback}
     */
    const finish = (error, result) => {
      if (what === "open" && name !== undefined && !error) opened.set(result, args[0]);
      if (name !== undefined && change.after) moment(`after ${name}`);
      done(error, result);
    };
    later(...args, finish);
  };
  const promised = callsOf(fs.promises)[what]?.bind(fs.promises);
  if (promised === undefined) continue;
  callsOf(fs.promises)[what] = async (...args) => {
    const name = begins(what, change, args);
    const result = await promised(...args);
    if (name !== undefined && change.after) moment(`after ${name}`);
    return result;
  };
}

/**
 * Reports the moment before a call that changes something, and returns its name; undefined for any other call.
 *
 * @param {string} what
 * @param {Change} change
 * @param {readonly unknown[]} args
 */
function begins(what, change, args) {
  if (!change.counts(...args)) return undefined;
  const name = `${what} ${nameOf(written(args[change.at]))}`;
  moment(`before ${name}`);
  return name;
}

for (const what of ["write", "writeFile"]) {
  const sync = callNamed(real, `${what}Sync`);
  const later = callNamed(real, what);
  callsOf(fs)[`${what}Sync`] = (...args) => {
    beginsWriting(what, args);
    return innermost(() => sync(...args));
  };
  callsOf(fs)[what] = (...args) => {
    beginsWriting(what, args);
    return later(...args);
  };
}
const promisedWriteFile = callNamed(fs.promises, "writeFile").bind(fs.promises);
callsOf(fs.promises)["writeFile"] = (...args) => {
  beginsWriting("writeFile", args);
  return promisedWriteFile(...args);
};

/**
 * Reports the moments before a call that writes text, and with half of it written.
 *
 * @param {string} what
 * @param {readonly unknown[]} args
 */
function beginsWriting(what, [target, given, options]) {
  const data = /** @type {string | Uint8Array} */ (given);
  const path = written(target);
  if (path === undefined || path === log) return; // standard output, mostly
  const name = `${what} ${nameOf(path)}`;
  moment(`before ${name}`);
  const half = Buffer.from(data).subarray(0, data.length / 2);
  if (data.length > 0) {
    moment(`half ${name}`, () =>
      typeof target === "number"
        ? real.writeSync(target, half)
        : real.writeFileSync(String(target), half, { mode: modeIn(options) }),
    );
  }
}

/**
 * Returns the mode in the options of a call, which may be an encoding or, for a file descriptor, a position.
 *
 * @param {unknown} options
 */
function modeIn(options) {
  return /** @type {{ mode?: number } | undefined} */ (options)?.mode;
}

const readings = /^journalctl |(?:list-units|list-panes|list-jobs|show|display-message|capture-pane)$/;

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */
/** @typedef {import("node:child_process").SpawnOptions} SpawnOptions */
/** @typedef {(program: string, args: readonly string[], options: SpawnOptions) => ChildProcess} Spawn */

/** The functions of node:child_process, with the only form of spawn that `fleet` uses. */
const forms = /** @type {{ spawn: Spawn }} */ (childProcess);
forms.spawn = (program, args, options) => {
  const name = commandName(program, args);
  moment(`before ${name}`);
  const child = spawn(program, args, options);
  if (readings.test(name)) return child;
  // "exit" and not "close": execa goes on as soon as it has the exit status and all output.
  child.once("exit", () => moment(`after ${name}`));
  moment(`while ${name}`, () => awaitMidst(child, args));
  moment(`with ${name}`, () => {
    awaitMidst(child, args);
    if (child.pid !== undefined) process.kill(options.detached ? -child.pid : child.pid, "SIGKILL");
  });
  return child;
};

/**
 * Returns `systemctl start`, `tmux if-shell` or `flock`.
 *
 * @param {string} program
 * @param {readonly string[]} args
 */
function commandName(program, args) {
  const words = args.filter((word, index) => !word.startsWith("-") && args[index - 1] !== "-L");
  return program === "flock" ? program : `${program} ${words[0]}`;
}

/**
 * Waits until a verb's jobs are queued, or the command is done.
 *
 * @param {ChildProcess} child
 * @param {readonly string[]} args
 */
function awaitMidst({ pid }, args) {
  const units = args.slice(args.indexOf("--") + 1);
  const deadline = performance.now() + midstMs;
  do {
    if (isOver(pid) || !args.includes("--")) return;
    const jobs = spawnSync("systemctl", ["--user", "list-jobs", "--no-legend", "--", ...units]);
    if (jobs.stdout.length > 0) return;
    pause(10);
  } while (performance.now() < deadline);
}

/**
 * Returns true if a process has ended, or never began.
 *
 * @param {number | undefined} pid
 */
function isOver(pid) {
  try {
    return /^State:\s*Z/m.test(real.readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return true;
  }
}
