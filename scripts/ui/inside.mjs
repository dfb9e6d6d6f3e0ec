// Runs in the sandbox: takes commands as lines of JSON, `{ argv, input }`, one after the other, and answers each with a
// line `{ code, stdout, stderr }`. Its folder is ~/work.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const cwd = join(homedir(), "work");
mkdirSync(join(cwd, "app"), { recursive: true });
copyFileSync(fileURLToPath(new URL("agent.sh", import.meta.url)), join(cwd, "agent.sh"));

for await (const line of createInterface({ input: process.stdin })) {
  const { argv, input } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await run(argv, input ?? ""))}\n`);
}

/**
 * Runs a command, and returns its end.
 *
 * @param {string[]} argv
 * @param {string} input
 */
function run([file = "", ...args], input) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.on("error", ({ message }) => resolve({ code: 127, stdout, stderr: message }));
    child.on("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
    child.stdin.on("error", () => undefined).end(input);
  });
}
