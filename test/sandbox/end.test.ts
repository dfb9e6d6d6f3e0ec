import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findInhabitant, isGone, startOuter, type Outer } from "../support/rig/outer.ts";
import { until } from "../support/rig/until.ts";

let count = 0;

/** Returns an endless command with a name of its own. */
function stay(): { readonly command: readonly string[]; readonly mark: string } {
  const mark = `stay-${process.pid}-${++count}`;
  return { command: ["bash", "-c", 'trap "" TERM; while :; do sleep 1000; done', mark], mark };
}

/**
 * Returns a process in the chain from `fleet sandbox` inwards: outside.sh is its child, unshare the child of
 * outside.sh.
 */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").at(-1));
}

describe("the end of a sandbox", () => {
  it.each([
    { script: "exit 0", code: 0 },
    { script: "exit 7", code: 7 },
    { script: "exit 255", code: 255 },
    { script: "kill -TERM $$", code: 143 },
    { script: "kill -KILL $$", code: 137 },
    { script: "kill -INT $$", code: 130 },
    { script: "exec no-such-program", code: 127 },
  ])("passes on the exit code of its command: $script is $code", async ({ script, code }) => {
    expect(await startOuter(["sh", "-c", script]).exited).toBe(code);
  });

  it("ends the processes that the command left running", async () => {
    const mark = `left-${process.pid}`;
    const outer = startOuter(["bash", "-c", `setsid sleep infinity & exec -a ${mark} sleep 1`]);
    const inhabitant = await findInhabitant(mark);
    expect(await outer.exited).toBe(0);
    expect(isGone(inhabitant)).toBe(true);
  });

  it("passes SIGTERM and SIGINT to the command, and waits for its own end", async () => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      const trap = `trap 'echo bye; exit 9' ${signal.slice(3)}; echo ready; while :; do sleep 0.02; done`;
      const outer = startOuter(["bash", "-c", trap]);
      await until("the command is ready", () => Promise.resolve(outer.stdout().includes("ready")));
      outer.kill(signal);
      expect(await outer.exited).toBe(9);
      expect(outer.stdout()).toBe("ready\nbye\n");
    }
  });

  it("ends a command that ignores SIGTERM, and reports that signal", async () => {
    const { command, mark } = stay();
    const outer = startOuter(command);
    const inhabitant = await findInhabitant(mark);
    outer.kill("SIGTERM");
    expect(await outer.exited).toBe(143);
    expect(isGone(inhabitant)).toBe(true);
  });

  it.each<{ what: string; kill: (outer: Outer) => void }>([
    { what: "fleet itself", kill: (outer) => outer.kill("SIGKILL") },
    { what: "its whole process group", kill: (outer) => outer.kill("SIGKILL", "group") },
    { what: "the script outside", kill: ({ pid }) => void process.kill(childOf(pid), "SIGKILL") },
    { what: "unshare", kill: ({ pid }) => void process.kill(childOf(childOf(pid)), "SIGKILL") },
    { what: "init", kill: ({ pid }) => void process.kill(childOf(childOf(childOf(pid))), "SIGKILL") },
  ])("leaves no process and no control group behind after kill -9 of $what", async ({ kill }) => {
    const { command, mark } = stay();
    const outer = startOuter(command);
    const inhabitant = await findInhabitant(mark);
    kill(outer);
    await until("everything is gone", () => Promise.resolve(isGone(inhabitant)));
    expect(await outer.exited).not.toBe(0);
  });
});
