import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * Runs a node script in this process's place: its terminal, its signals, its exit code.
 *
 * @param {string} script
 * @param {readonly string[]} args
 * @param {readonly string[]} around a program with arguments that runs the words after them
 */
export function execScript(script, args, around = []) {
  const [file = "", ...words] = [...around, process.execPath, script, ...args];
  const child = spawn(file, words, { stdio: "inherit" });
  process.on("SIGINT", () => {}); // a terminal sends Ctrl-C to the child as well
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"]))
    process.on(signal, () => child.kill(signal));
  child.once("exit", (status, signal) => {
    process.exitCode = status ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
}
