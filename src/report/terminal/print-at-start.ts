import { readFileSync } from "node:fs";
import { version } from "../../desired/version.ts";
import { keptHelpWidth, outputColumns } from "./output-columns.ts";
import { lostOutput, print } from "./print.ts";

/**
 * Prints the `fleet --help` that the build keeps next to this file; returns false if there is none, the terminal is narrower, or
 * it cannot be written.
 */
export function printKeptHelp(): boolean {
  if (outputColumns() < keptHelpWidth) return false;
  try {
    const text = readFileSync(new URL("help.txt", import.meta.url), "utf8");
    print("stdout", text);
    return lostOutput() === undefined;
  } catch {
    return false;
  }
}

/** Prints the version, as `fleet --version` does; returns false if it cannot be written. */
export function printVersion(): boolean {
  print("stdout", `${version}\n`);
  return lostOutput() === undefined;
}

/** Tells, in words for every version of node, about one too old. */
export function printOldNode(running: string, oldest: string, program: string): void {
  print(
    "stderr",
    `Error: fleet needs node ${oldest} or newer, and this is node ${running} (${program}).\n` +
      "  = hint: install a newer one, such as with `nvm install --lts`, and run fleet with that\n",
  );
}
