// Preloaded into a run of `fleet` by NODE_OPTIONS=--require=…: gives a name to every moment at which a kill of the run
// would leave the machine in another state, and kills it at one of them.
//
//   KILL_LOG=FILE   appends the names of the moments as they come, a line each
//   KILL_AT=NAME    SIGKILL at that moment, or the signal in KILL_SIGNAL
//
// A name is the time, the call and its object, as in `before rename systemd/user/x.conf~`. There, ~ stands for any
// addition of a temporary name behind or before the real one. A number behind it counts moments that would have the same
// name. The time is, for files: before, half (with half of the text written) and after; for commands that change
// something: before, while (it runs, and goes on), with (it runs, and dies too) and after.
const fs = require("node:fs");
const childProcess = require("node:child_process");
const os = require("node:os");

const { KILL_LOG: log, KILL_AT: fatal, KILL_SIGNAL: signal = "SIGKILL" } = process.env;
const real = { ...fs };
const { spawn, spawnSync } = childProcess;

/** The number of moments with each name so far. */
const counts = new Map();
/** Paths by open file descriptor, of files opened for writing. */
const opened = new Map();
let inner = false;
/** The time for a command to be in the midst of its work, ms. */
const midstMs = 200;

/** Reacts to each moment; `last` is the last act before the end, if this is the one. */
function moment(name, last) {
  if (inner) return;
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  const full = count === 1 ? name : `${name} #${count}`;
  if (log !== undefined) real.appendFileSync(log, `${full}\n`);
  if (full !== fatal) return;
  last?.();
  process.kill(process.pid, signal);
  pause(1000); // it is not over before the signal is delivered
}

/** Returns a call without moments in its inner calls: some of node's calls are made of others. */
function innermost(call) {
  const outer = inner;
  inner = true;
  try {
    return call();
  } finally {
    inner = outer;
  }
}

function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/**
 * Returns a path below HOME or the runtime directory, without the part of a temporary name that differs in each run.
 */
function nameOf(path) {
  return String(path)
    .replace(`${os.homedir()}/`, "")
    .replace(`${process.env.XDG_RUNTIME_DIR}/`, "")
    .replace(/[0-9a-f]{32}(?=\.json)/, "DIGEST")
    .replace(/\/\.([^/]+)\.[0-9a-f]{8}\.mosaic-fleet-tmp$/, "/$1~");
}

const exists = (path) => real.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
const always = () => true;

/**
 * Calls that change files: `at` says which argument is the path, `counts` when the call changes anything, and `after`
 * is set if the state after it differs from the state before the next call.
 */
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

function isWriting(flags) {
  return typeof flags === "number"
    ? (flags & (real.constants.O_WRONLY | real.constants.O_RDWR)) !== 0
    : /[wax+]/.test(String(flags));
}

function isEmpty(path) {
  try {
    return real.readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

const written = (target) => (typeof target === "number" ? opened.get(target) : target);

for (const [what, change] of Object.entries(changes)) {
  fs[`${what}Sync`] = (...args) => {
    const name = begins(what, change, args);
    const result = innermost(() => real[`${what}Sync`](...args));
    if (what === "open" && name !== undefined) opened.set(result, args[0]);
    if (name !== undefined && change.after) moment(`after ${name}`);
    return result;
  };
  fs[what] = (...args) => {
    const name = begins(what, change, args);
    const done = args.pop();
    real[what](...args, (error, result) => {
      if (what === "open" && name !== undefined && !error) opened.set(result, args[0]);
      if (name !== undefined && change.after) moment(`after ${name}`);
      done(error, result);
    });
  };
  const promised = fs.promises[what]?.bind(fs.promises);
  if (promised === undefined) continue;
  fs.promises[what] = async (...args) => {
    const name = begins(what, change, args);
    const result = await promised(...args);
    if (name !== undefined && change.after) moment(`after ${name}`);
    return result;
  };
}

function begins(what, change, args) {
  if (!change.counts(...args)) return undefined;
  const name = `${what} ${nameOf(written(args[change.at]))}`;
  moment(`before ${name}`);
  return name;
}

for (const what of ["write", "writeFile"]) {
  fs[`${what}Sync`] = (target, data, ...rest) => {
    beginsWriting(what, target, data, rest[0]);
    return innermost(() => real[`${what}Sync`](target, data, ...rest));
  };
  fs[what] = (target, data, ...rest) => {
    beginsWriting(what, target, data, rest[0]);
    return real[what](target, data, ...rest);
  };
}
const promisedWriteFile = fs.promises.writeFile.bind(fs.promises);
fs.promises.writeFile = (target, data, ...rest) => {
  beginsWriting("writeFile", target, data, rest[0]);
  return promisedWriteFile(target, data, ...rest);
};

function beginsWriting(what, target, data, options) {
  const path = written(target);
  if (path === undefined || path === log) return; // standard output, mostly
  const name = `${what} ${nameOf(path)}`;
  moment(`before ${name}`);
  const half = Buffer.from(data).subarray(0, data.length / 2);
  if (data.length > 0) {
    moment(`half ${name}`, () =>
      typeof target === "number"
        ? real.writeSync(target, half)
        : real.writeFileSync(target, half, { mode: options?.mode }),
    );
  }
}

const readings = /^journalctl |(?:list-units|list-panes|list-jobs|show|display-message|capture-pane)$/;

childProcess.spawn = /** @type {typeof childProcess.spawn} */ (
  (program, args, options) => {
    const name = commandName(program, args);
    moment(`before ${name}`);
    const child = spawn(program, args, options);
    if (readings.test(name)) return child;
    // "exit" and not "close": execa goes on as soon as it has the exit status and all output.
    child.once("exit", () => moment(`after ${name}`));
    moment(`while ${name}`, () => awaitMidst(child, args));
    moment(`with ${name}`, () => {
      awaitMidst(child, args);
      process.kill(options.detached ? -child.pid : child.pid, "SIGKILL");
    });
    return child;
  }
);

/** Returns `systemctl start`, `tmux if-shell` or `flock`. */
function commandName(program, args) {
  const words = args.filter((word, index) => !word.startsWith("-") && args[index - 1] !== "-L");
  return program === "flock" ? program : `${program} ${words[0]}`;
}

/**
 * Waits until a verb's jobs are queued, or the command is done.
 *
 * @param {{ pid?: number }} child
 * @param {string[]} args
 */
function awaitMidst({ pid }, args) {
  const units = args.slice(args.indexOf("--") + 1);
  const deadline = performance.now() + midstMs;
  do {
    if (isOver(pid) || !args.includes("--")) return;
    const jobs = spawnSync("systemctl", ["--user", "list-jobs", "--no-legend", "--", ...units]);
    if (jobs.stdout.length > 0) return;
  } while (performance.now() < deadline);
}

function isOver(pid) {
  try {
    return /^State:\s*Z/m.test(real.readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return true;
  }
}
