import { afterAll, describe, expect, it } from "vitest";
import { createStayingShell, viaShell } from "../../src/system/child/staying-shell.ts";
import { localMachine } from "../../src/system/environment.ts";
import { localExec } from "../../src/system/exec.ts";
import { until } from "../support/rig/until.ts";

describe("A shell that stays", () => {
  const shell = createStayingShell();
  const exec = viaShell(localExec(localMachine()), shell);
  afterAll(() => shell.end());

  const run = async (script: string, timeoutMs = 60_000): Promise<string> => {
    const outcome = await exec({ file: "sh", args: ["-c", script], timeoutMs });
    return outcome.kind === "exited" ? outcome.stdout.trim() : outcome.kind;
  };
  const parentOf = async (): Promise<number> => Number(await run("echo $PPID"));
  const isThere = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it("runs one command at a time, and leaves the others to processes of their own", async () => {
    const first = await parentOf();
    expect(first).not.toBe(process.pid);
    const [own, other] = await Promise.all([parentOf(), parentOf()]);
    expect([own, other]).toEqual([first, process.pid]);
    expect(await parentOf()).toBe(first);
  });

  it("ends with its owner and with a command that is too late, and starts again for the next one", async () => {
    const first = await parentOf();
    shell.end();
    await until("it is gone", async () => !isThere(first));
    const second = await parentOf();
    expect(second).not.toBe(first);
    expect(await run("sleep 100", 200)).toBe("timed-out");
    await until("it is gone, too", async () => !isThere(second));
    const third = await parentOf();
    expect([first, second, process.pid]).not.toContain(third);
    process.kill(third, "SIGKILL");
    await until("a command tells, or a new shell runs it", async () => (await parentOf()) > 0);
    expect(await parentOf()).not.toBe(third);
  });
});
