// npm test: the set-up, then every test. Arguments go to vitest.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execScript } from "./exec-script.mjs";
import { setup } from "./setup.mjs";

const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const given = process.argv.slice(2);

setup();
if (given.every((argument) => /^--(?:reporter|outputFile)\b/.test(argument))) await runAll(given);
else execScript(vitest, ["run", ...given]);

/**
 * Runs every test in two processes, and reports on both as one. The pure tests need the processor alone, and the others
 * wait for half of their time, so the pure ones run next to them with a lower priority.
 * @param {readonly string[]} reporters
 */
async function runAll(reporters) {
  const folder = mkdtempSync(join(tmpdir(), "mosaic-fleet-tests-"));
  const blob = (/** @type {string} */ name) => ["--reporter=blob", `--outputFile.blob=${join(folder, name)}`];
  // One worker: it shares modules and the cases of the laws among all files, and has time until the others end.
  const slow = ["--maxWorkers=1", "--test-timeout=300000"];
  const pure = start(["--project", "unit", ...slow, ...blob("pure.json")], "ignore", true);
  yieldToOthers(pure.pid);
  const projects = ["e2e", "isolated", "cost"].flatMap((name) => ["--project", name]);
  const others = start([...projects, "--reporter=default", ...blob("others.json")], "inherit");
  process.on("SIGINT", () => pure.stop("SIGINT")); // a terminal sends Ctrl-C to the others as well
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"]))
    process.on(signal, () => [pure, others].forEach(({ stop }) => stop(signal)));
  const codes = await Promise.all([pure.end, others.end]);
  const report = await start([`--merge-reports=${folder}`, ...reporters], "inherit").end;
  rmSync(folder, { recursive: true });
  process.exitCode = [...codes, report].find((code) => code !== 0) ?? 0;
}

/**
 * Gives a process a lower priority. Linux can divide the processor among sessions first (autogroup), and each command
 * in a sandbox has a session of its own. So the priority of the session counts as well. A much lower one would keep a
 * worker of vitest from answering for a minute, which ends the run.
 * @param {number} pid the first process of a session
 */
function yieldToOthers(pid) {
  setPriority(pid, 7);
  try {
    writeFileSync(`/proc/${pid}/autogroup`, "6");
  } catch {
    // this kernel has none, or refuses
  }
}

/**
 * Starts vitest, in a session of its own if told. `end` is its exit status, 1 after a signal; `stop` sends one.
 * @param {readonly string[]} args
 * @param {"inherit" | "ignore"} output
 * @param {boolean} [isApart]
 * @returns {{ pid: number, end: Promise<number>, stop: (signal: NodeJS.Signals) => void }}
 */
function start(args, output, isApart = false) {
  const child = spawn(process.execPath, [vitest, "run", ...args], {
    detached: isApart,
    stdio: ["ignore", output, "inherit"],
  });
  const end = new Promise((resolve) => {
    child.on("close", (code) => resolve(code ?? 1));
  });
  return { pid: child.pid ?? 0, end, stop: (signal) => void child.kill(signal) };
}
