import { describe, expect, it } from "vitest";
import { localMachine } from "../../src/system/environment.ts";
import { localExec, timeoutFactor } from "../../src/system/exec.ts";

const exec = localExec(localMachine());
const sh = (script: string, timeoutMs = 10_000, abort?: AbortSignal) =>
  exec({ file: "sh", args: ["-c", script], timeoutMs }, abort);

describe("Running a command", () => {
  it("gives what it said and how it ended", async () => {
    expect(await sh("echo out; echo err >&2; exit 3")).toEqual({
      kind: "exited",
      code: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
    expect(await sh("kill -SEGV $$")).toMatchObject({ kind: "killed", signal: "SIGSEGV" });
    expect(await exec({ file: "no-such-program", args: [], timeoutMs: 1000 })).toEqual({ kind: "not-found" });
    expect(await exec({ file: "/etc", args: [], timeoutMs: 1000 })).toMatchObject({ kind: "not-started" });
    expect(await sh(": ", 1000)).toMatchObject({ kind: "exited", code: 0 });
    expect(await exec({ file: "sh", args: ["x".repeat(3_000_000)], timeoutMs: 1000 })).toMatchObject({
      kind: "not-started",
    });
  });

  it("ends with its time, together with all that it has started and that keeps its output open", async () => {
    const began = performance.now();
    expect(await sh("echo begun >&2; sleep 100 & sleep 100", 300)).toEqual({
      kind: "timed-out",
      timeoutMs: 300,
      stderr: "begun\n",
    });
    expect(await sh("sleep 98.7 & sleep 98.7", 300)).toMatchObject({ kind: "timed-out" });
    expect(await sh("pgrep -fx 'sleep 98.7'")).toMatchObject({ code: 1, stdout: "" });
    expect(await sh("setsid sleep 3 & sleep 100", 300)).toMatchObject({ kind: "timed-out" });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it("ends at once when it is told to", async () => {
    const abort = new AbortController();
    const running = sh("sleep 100", 10_000, abort.signal);
    abort.abort();
    expect(await running).toMatchObject({ kind: "killed" });
    expect(await sh("sleep 100", 10_000, abort.signal)).toMatchObject({ kind: "killed" });
  });

  it("is in a process group of its own, which a Ctrl-C at the terminal does not reach", async () => {
    const ran = await sh("ps -o pgid= -p $$");
    expect(ran.kind === "exited" && Number(ran.stdout)).toBeGreaterThan(0);
    const own = await sh(`ps -o pgid= -p ${process.pid}`);
    expect(ran).not.toEqual(own);
  });

  it("takes as many times as long as MOSAIC_FLEET_TIMEOUT_FACTOR says, if that is a positive number", () => {
    const factors = ["0.1", "3", "", "0", "-1", "often", "Infinity", undefined].map((value) =>
      timeoutFactor({ MOSAIC_FLEET_TIMEOUT_FACTOR: value }),
    );
    expect(factors).toEqual([0.1, 3, 1, 1, 1, 1, 1, 1]);
  });
});
