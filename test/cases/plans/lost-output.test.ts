import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

/** sharkdp/fd#737, llvm/llvm-project#56499, uutils/coreutils#9782: the next step takes half a file for a whole one. */
describe("output that cannot be written", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, { agents: { coder: { command: waits, env: { A: "1" } } } });
    await apply(box);
  });

  const onFull = (command: string) => box.run(["bash", "-c", `${command} >/dev/full`]);

  it.each([
    "fleet snapshot",
    "fleet plan",
    "fleet plan --json",
    "fleet plan --format markdown",
    "fleet plan --format github --detailed-exitcode",
    "fleet status --json",
    "fleet validate",
    "fleet schema",
    "fleet --help",
    "fleet --version",
    "fleet plan --help",
  ])("is an error of %s on a full disk", async (command) => {
    await declare(box, { agents: { coder: { command: waits, env: { A: "2" }, onChange: "keep" } } });
    const ran = await onFull(command);
    const [first, ...more] = ran.stderr.split("\n");
    expect({ code: ran.code, first }).toEqual({
      code: 1,
      first: "Error: standard output cannot be written: ENOSPC: no space left on device",
    });
    expect(more.join("\n")).toContain("The output is incomplete.");
  });

  it("is an error if a quota truncates it: half a snapshot never replaces a good one", async () => {
    await box.sh("fleet snapshot >live.json", { isReal: true });
    const whole = await box.read("~/work/live.json");
    const recipe = "trap '' XFSZ; ulimit -f 4; fleet snapshot >live.json.new && mv live.json.new live.json";
    const ran = await box.run(["bash", "-c", recipe]);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^Error: standard output cannot be written: EFBIG/),
    });
    expect(await box.read("~/work/live.json")).toBe(whole);
  });

  it("is an error of plan --out, which keeps the earlier plan and leaves no other file", async () => {
    await declare(box, { agents: { many: { command: waits, replicas: 20 } } });
    await box.sh("rm -rf plans && mkdir plans && fleet plan --out plans/saved.json");
    const whole = await box.read("~/work/plans/saved.json");
    for (const name of ["saved.json", "new.json"]) {
      const recipe = `trap '' XFSZ; ulimit -f 1; fleet plan --out plans/${name}`;
      const ran = await box.run(["bash", "-c", recipe]);
      expect({ code: ran.code, stderr: ran.stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining(`cannot write the plan to plans/${name}: `) as string,
      });
    }
    expect(await box.sh("ls -A plans")).toBe("saved.json\n");
    expect(await box.read("~/work/plans/saved.json")).toBe(whole);
  });

  it("keeps the exit code of an earlier problem", async () => {
    expect((await onFull("fleet bogus")).code).toBe(64);
    expect((await onFull("fleet plan nobody")).code).toBe(64);
  });

  it("does not stop an apply, which reports it at the end", async () => {
    await declare(box, { agents: { coder: { command: waits, env: { A: "3" }, onChange: "restart" } } });
    const ran = await onFull("fleet apply --yes");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^Restarted 1 agent .*\n(?:.*\n)*Error: standard output cannot be written/m);
    expect((await plan(box)).actions).toEqual([]);
    const both = await box.run(["bash", "-c", "fleet plan >/dev/full 2>&1"]);
    expect({ code: both.code, said: both.stdout + both.stderr }).toEqual({ code: 1, said: "" });
  });

  it("is no error if the reader left", async () => {
    const piped = "set -o pipefail; fleet snapshot | head -c 1 >/dev/null; fleet schema | head -n 1";
    const ran = await box.run(["bash", "-c", piped]);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("arrives whole in a pipe of 4 kB with a slow reader, whether writing to it blocks or not", async () => {
    await declare(box, { agents: { many: { command: waits, replicas: 60 } } });
    const slowly = (blocking: boolean) => `
import fcntl, os, subprocess, sys, time
r, w = os.pipe()
fcntl.fcntl(w, 1031, 4096)  # F_SETPIPE_SZ
os.set_blocking(w, ${blocking ? "True" : "False"})
plan = subprocess.Popen(["fleet", "plan", "--json"], stdout=w)
os.close(w)
time.sleep(0.5)
while part := os.read(r, 1024): sys.stdout.write(part.decode())
sys.exit(plan.wait())`;
    for (const blocking of [true, false]) {
      const ran = await box.run(["python3", "-c", slowly(blocking)]);
      expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: "" });
      expect(JSON.parse(ran.stdout)).toMatchObject({ summary: { add: 60 } });
    }
  });

  it("is no error of a plan or status if the reader left before", async () => {
    for (const command of ["plan", "status", "plan --json"]) {
      const ran = await box.run(["bash", "-c", `exec 3> >(:); wait "$!"; fleet ${command} >&3`]);
      expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: "" });
    }
  });

  it("arrives whole in a file that others append to as well", async () => {
    await box.sh("echo before >log; fleet status >>log; fleet status >>log; echo after >>log", {
      isReal: true,
    });
    const lines = (await box.read("~/work/log")).split("\n");
    expect([lines[0], lines.at(-2)]).toEqual(["before", "after"]);
    expect(lines.filter((line) => line.startsWith("Fleet mosaic:"))).toHaveLength(2);
    expect((await fleet(box, "status")).code).toBe(0);
  });
});
