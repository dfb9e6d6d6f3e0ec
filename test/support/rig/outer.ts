import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

/** The built program, as a user would start it. */
export const cli = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));

/** A `fleet sandbox` started from outside, as a process of its own. */
export interface Outer {
  readonly pid: number;
  /** Returns its output so far. */
  stdout(): string;
  /** Its exit code, 128+n after signal n. */
  readonly exited: Promise<number>;
  /** Sends a signal; to its whole process group if told. */
  kill(signal: NodeJS.Signals, whole?: "group"): void;
}

/** Starts `fleet sandbox -- COMMAND` in a process group of its own, without a terminal. */
export function startOuter(command: readonly string[], program = cli, node = process.execPath): Outer {
  const child = spawn(node, [program, "sandbox", "--", ...command], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  const exited = new Promise<number>((resolve) => {
    child.once("exit", (status, signal) =>
      resolve(signal === null ? (status ?? 1) : 128 + constants.signals[signal]),
    );
  });
  return {
    pid,
    stdout: () => text,
    exited,
    kill: (signal, whole) => void process.kill(whole === "group" ? -pid : pid, signal),
  };
}

/** Something running in a sandbox, as seen from outside of it. */
export interface Inhabitant {
  readonly pid: number;
  /** The control group directory of its whole sandbox. */
  readonly group: string;
}

/** Waits for a process whose command line contains `mark`, in some sandbox's session. */
export async function findInhabitant(mark: string): Promise<Inhabitant> {
  return until(`a process ${mark} runs in a sandbox`, () => Promise.resolve(lookFor(mark)));
}

/**
 * Returns true once the process and its sandbox's control group are gone. The group could not go with anything in it.
 */
export function isGone({ pid, group }: Inhabitant): boolean {
  return !existsSync(`/proc/${pid}`) && !existsSync(group);
}

function lookFor(mark: string): Inhabitant | undefined {
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const words = readOr(`/proc/${entry}/cmdline`, "").split("\0");
    const path = /^0::(.+)\/user\.slice\/user-\d+\.slice\/session-1\.scope$/m.exec(
      readOr(`/proc/${entry}/cgroup`, ""),
    )?.[1];
    if (!words.includes(mark) || words.includes("fleet-sandbox") || path === undefined) continue;
    const group = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
      .map((tree) => join(tree, path))
      .find(existsSync);
    if (group !== undefined) return { pid: Number(entry), group };
  }
  return undefined;
}

function readOr(file: string, other: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return other; // the process has ended in between
  }
}
