// Runs inside the sandbox, as the user: answers the requests of ../box/protocol.ts from standard input.
import { fork, spawn } from "node:child_process";
import {
  closeSync,
  constants,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import { mkdir, readFile, writeFile, chmod } from "node:fs/promises";
import { constants as system, homedir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { isBrief } from "./brief.mjs";
import { begin, clear } from "./clear.mjs";
import { entriesOf } from "./entries.mjs";
import { jsonLine } from "./json-line.mjs";
import { moreOf } from "./more.mjs";
import { readingOf, show } from "./show-units.mjs";

const scratch = mkdtempSync("/tmp/rig-");
/** The folder in which the stand-in `fleet` asks: files are named by its process. */
const asks = "/tmp/rig-asks";

/** @typedef {import("../box/protocol.ts").Request} Request */

/**
 * The residents without a run.
 *
 * @type {Resident[]}
 */
const idle = [];

/** The number of runs after which a resident ends: each leaves compiled code behind. */
const mostRuns = 60;

mkdirSync(asks, 0o700);
watch(asks, (_, name) => {
  if (name !== null && /^\d+$/.test(name)) void standIn(name);
});
createInterface({ input: process.stdin })
  .on("line", (line) => {
    /** @type {Request & { readonly id: number }} */
    const { id, ...request } = JSON.parse(line);
    perform(request, id).then(
      (result) => answer({ id, ...result }),
      (error) => answer({ id, error: String(error?.message ?? error) }),
    );
  })
  .on("close", () => process.exit(0));

/**
 * Answers a request.
 *
 * @param {import("../box/protocol.ts").Answer} message
 */
function answer(message) {
  process.stdout.write(jsonLine(message));
}

/**
 * Answers a request.
 *
 * @param {Request} request
 * @param {number} id
 */
async function perform(request, id) {
  if (request.op === "run") return (await shown(request)) ?? run(request, id);
  if (request.op === "fleet") return runResident(request, id);
  if (request.op === "clear") return clearAll();
  if (request.op === "begin") return begin(request.script).then(() => ({}));
  if (request.op === "entries")
    return { entries: await entriesOf({ ...request, root: inHome(request.root) }) };
  if (request.op === "more") return { text: await moreOf({ ...request, path: inHome(request.path) }) };
  return request.op === "write" ? write(request) : read(request);
}

/** Makes the sandbox as good as new. The idle residents go on. */
async function clearAll() {
  await clear(
    idle.map(({ child }) => child.pid),
    "/tmp/rig-",
  );
  for (const name of readdirSync(asks)) rmSync(join(asks, name));
  return {};
}

/**
 * Answers a `systemctl show` without a program. Returns undefined for any other command, and if the manager does not
 * answer: systemctl itself tells about that.
 *
 * @param {Extract<Request, { op: "run" }>} request
 */
async function shown({ argv, env = {}, input }) {
  const reading = input === undefined && Object.keys(env).length === 0 ? readingOf(argv) : undefined;
  if (reading === undefined) return undefined;
  try {
    return { ran: { code: 0, stdout: await show(reading), stderr: "" } };
  } catch {
    return undefined;
  }
}

/**
 * Runs a command. Output goes through files: a daemon with an open pipe would keep the rig waiting.
 *
 * @param {Extract<Request, { op: "run" }>} request
 * @param {number} id
 */
async function run({ argv: [program = "", ...args], cwd, env, input, timeoutMs }, id) {
  const out = join(scratch, `${id}.out`);
  const err = join(scratch, `${id}.err`);
  const files = [openSync(out, "a"), openSync(err, "a")];
  try {
    /** @type {number} */
    const code = await new Promise((resolve) => {
      const child = spawn(program, args, {
        cwd: cwd === undefined ? process.cwd() : inHome(cwd),
        env: { ...process.env, ...env },
        stdio: [input === undefined ? "ignore" : "pipe", ...files],
        detached: true, // a process group of its own, to kill all of it
      });
      child.stdin?.on("error", () => undefined); // a command need not read its input
      child.stdin?.end(input);
      const timer = setTimeout(() => kill(child.pid), timeoutMs);
      child.once("error", (error) => {
        clearTimeout(timer);
        writeFileSync(err, `${error.message}\n`);
        resolve(127);
      });
      child.once("exit", (status, signal) => {
        clearTimeout(timer);
        resolve(codeOf(status, signal));
      });
    });
    return { ran: { code, stdout: readFileSync(out, "utf8"), stderr: readFileSync(err, "utf8") } };
  } finally {
    for (const file of files) closeSync(file);
    rmSync(out);
    rmSync(err);
  }
}

/**
 * Returns the exit code of a process, 128+n after signal n.
 *
 * @param {number | null} status
 * @param {NodeJS.Signals | null} signal
 */
function codeOf(status, signal) {
  return status ?? 128 + (signal === null ? 0 : system.signals[signal]);
}

/**
 * A process that runs `fleet` again and again, with files for its output.
 *
 * @typedef {{ readonly child: import("node:child_process").ChildProcess, readonly out: string, readonly err: string,
 *   readonly files: readonly [number, number], runs: number }} Resident
 */

/**
 * Runs `fleet` in a process that has run it before, if one is idle.
 *
 * @param {Omit<Extract<Request, { op: "fleet" }>, "op"> & { readonly mask?: number }} request
 * @param {number | string} id
 */
async function runResident({ args, cwd, env, isBare, mask, timeoutMs }, id) {
  const resident = idle.pop() ?? startResident(id);
  const { child, out, err, files } = resident;
  resident.runs += 1;
  const timer = setTimeout(() => kill(child.pid), timeoutMs);
  /** @type {number} */
  const code = await new Promise((resolve) => {
    child.once("message", (/** @type {{ readonly code: number }} */ message) => resolve(message.code));
    child.once("exit", (status, signal) => resolve(codeOf(status, signal)));
    child.send({ args, cwd: cwd === undefined ? process.cwd() : inHome(cwd), env, isBare, mask });
  });
  clearTimeout(timer);
  const ran = { code, stdout: readFileSync(out, "utf8"), stderr: readFileSync(err, "utf8") };
  child.removeAllListeners();
  if (child.connected && resident.runs < mostRuns) {
    for (const file of files) ftruncateSync(file);
    idle.push(resident);
  } else {
    kill(child.pid);
    for (const file of files) closeSync(file);
    rmSync(out);
    rmSync(err);
  }
  return { ran };
}

/**
 * Answers the stand-in `fleet` of a script, with the exit code and the files of the output, or tells it to become a
 * process of its own. A change of the folder that is no request, such as the end of one, finds no file.
 *
 * @param {string} pid
 */
async function standIn(pid) {
  try {
    rmSync(join(asks, pid));
  } catch {
    return;
  }
  const [, , ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  const env = environmentOf(pid);
  const isOwn = !(isBrief(args) || args[0] === "__complete") || env["NODE_OPTIONS"] !== undefined;
  const text = isOwn ? "own" : await answerOf(pid, args, env);
  const line = join(asks, `${pid}.answer`);
  try {
    const fd = openSync(line, constants.O_WRONLY | constants.O_NONBLOCK);
    writeFileSync(fd, `${text}\n`);
    closeSync(fd);
  } catch {
    // the script has ended in between
  }
  rmSync(line);
}

/**
 * Runs `fleet` for a stand-in, and returns the exit code and the names of the files of the output.
 *
 * @param {string} pid
 * @param {readonly string[]} args
 * @param {Record<string, string>} env
 */
async function answerOf(pid, args, env) {
  const cwd = readlinkSync(`/proc/${pid}/cwd`);
  const mask = Number.parseInt(
    /^Umask:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "022",
    8,
  );
  const { ran } = await runResident({ args, cwd, env, isBare: true, mask, timeoutMs: 600_000 }, `ask-${pid}`);
  const files = /** @type {const} */ (["stdout", "stderr"]).map((stream) => {
    const file = join(asks, `${pid}.${stream}`);
    if (ran[stream] !== "") writeFileSync(file, ran[stream]);
    return ran[stream] === "" ? "-" : file;
  });
  return [ran.code, ...files].join(" ");
}

/**
 * Returns the environment of a process, without the folder of the stand-in on its PATH.
 *
 * @param {string} pid
 * @returns {Record<string, string>}
 */
function environmentOf(pid) {
  const lines = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
  /** @type {Record<string, string>} */
  const env = Object.fromEntries(
    lines.map((line) => [line.replace(/=.*/s, ""), line.replace(/^[^=]*=/, "")]),
  );
  return { ...env, PATH: (env["PATH"] ?? "").replace("/run/fleet/rig/inside:", "") };
}

/**
 * Starts a resident.
 *
 * @param {number | string} id
 * @returns {Resident}
 */
function startResident(id) {
  const [out, err] = [join(scratch, `resident-${id}.out`), join(scratch, `resident-${id}.err`)];
  /** @type {[number, number]} */
  const files = [openSync(out, "a"), openSync(err, "a")];
  const child = fork((process.argv[1] ?? "").replace("/server.", "/resident."), {
    stdio: ["ignore", ...files, "ipc"],
    detached: true,
  });
  return { child, out, err, files, runs: 0 };
}

/**
 * Kills the process group of a command.
 *
 * @param {number | undefined} pid
 */
function kill(pid) {
  if (pid === undefined) return; // it could not be started
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it has just ended
  }
}

/**
 * Writes a file, and makes its folders.
 *
 * @param {Extract<Request, { op: "write" }>} request
 */
async function write({ path, text, mode }) {
  const file = inHome(path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  if (mode !== undefined) await chmod(file, mode);
  return {};
}

/**
 * Reads a file.
 *
 * @param {Extract<Request, { op: "read" }>} request
 */
async function read({ path }) {
  return { text: await readFile(inHome(path), "utf8") };
}

/**
 * Returns an absolute path: `~/x` and relative paths are below HOME.
 *
 * @param {string} path
 */
function inHome(path) {
  return path.startsWith("/") ? path : join(homedir(), path.replace(/^~\/?/, ""));
}
