import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path/posix";
import type { Machine } from "../../../../machine/machine.ts";
import { packageRoot } from "../../../../drivers/files/package-root.ts";
import type { CommandOutcome } from "../../../../system/command.ts";
import { childEnvironment, type Exec } from "../../../../system/exec.ts";

/** The variable by which a run says that it comes from a page. */
const via = { MOSAIC_FLEET_VIA: "page" };
/** The longest time for a plan, ms. */
const planMs = 120_000;
/** The time between two looks for more output, ms. */
const tailMs = 150;
/** The largest part of the output for a page, bytes. */
const mostOutput = 256 * 1024;

function cli(): string {
  return join(packageRoot(), "dist/cli.js");
}

/** Runs a command of fleet that changes nothing, and returns its end. */
export async function askFleet(exec: Exec, args: readonly string[]): Promise<CommandOutcome> {
  return exec({ file: process.execPath, args: [cli(), ...args], timeoutMs: planMs, env: via });
}

/**
 * Runs a command of fleet that changes something, as a program of its own that outlives this server. Hands over its output
 * as it comes, and returns its exit code; undefined if that is unknown.
 */
export async function runFleet(
  machine: Machine,
  path: string,
  args: readonly string[],
  say: (text: string) => void,
): Promise<number | undefined> {
  const [output, input] = [openSync(path, "w", 0o600), openSync(path, "r")];
  const buffer = Buffer.alloc(64 * 1024);
  const decoder = new TextDecoder();
  let said = 0;
  const tail = (): void => {
    for (;;) {
      const size = readSync(input, buffer, 0, buffer.length, null);
      if (size === 0) return;
      if (said < mostOutput) say(decoder.decode(buffer.subarray(0, size), { stream: true }));
      said += size;
    }
  };
  const timer = setInterval(tail, tailMs);
  try {
    const { runIndependent } = await import("../../../../system/child/run-command.ts");
    const env = { ...childEnvironment(machine), ...via, NO_COLOR: "1" };
    const code = await runIndependent(process.execPath, [cli(), ...args], env, output);
    tail();
    return code;
  } finally {
    clearInterval(timer);
    closeSync(output);
    closeSync(input);
    rmSync(path, { force: true });
  }
}
