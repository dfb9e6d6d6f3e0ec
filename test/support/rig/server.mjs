// Runs inside the sandbox, as the user: answers the requests of protocol.ts from standard input.
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readFile, writeFile, chmod } from "node:fs/promises";
import { constants, homedir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const scratch = mkdtempSync("/tmp/rig-");

/** @typedef {import("./protocol.ts").Request} Request */

for await (const line of createInterface({ input: process.stdin })) {
  /** @type {Request & { readonly id: number }} */
  const { id, ...request } = JSON.parse(line);
  perform(request, id).then(
    (result) => answer({ id, ...result }),
    (error) => answer({ id, error: String(error?.message ?? error) }),
  );
}
process.exit(0);

/**
 * Answers a request.
 *
 * @param {import("./protocol.ts").Answer} message
 */
function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/**
 * Answers a request.
 *
 * @param {Request} request
 * @param {number} id
 */
async function perform(request, id) {
  if (request.op === "run") return run(request, id);
  return request.op === "write" ? write(request) : read(request);
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
        resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
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
