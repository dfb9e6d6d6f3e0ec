import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ran } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { says } from "../../support/fleet/effect.ts";
import { declare, fleet, plan, tmux } from "../../support/fleet/fleet.ts";
import {
  beginAnew,
  changedOne,
  file,
  idleChanged,
  isActive,
  saveFor,
  turn,
  unit,
} from "../../support/fleet/saving.ts";
import { unitState } from "../../support/fleet/state.ts";

describe("a saved plan", () => {
  const box = useSandbox();
  let first: { readonly saved: Ran; readonly applied: Ran };
  beforeAll(async () => {
    await box.write("~/secret.env", "KEY=hush-file\n", 0o600);
    await declare(box, turn());
    first = { saved: await fleet(box, "plan", "--out", file), applied: await fleet(box, "apply", file) };
  });
  beforeEach(() => beginAnew(box));

  it("creates the whole fleet on an empty machine, without a question", async () => {
    expect(first.saved).toMatchObject({
      code: 0,
      stderr: `Saved as ${file}. To do exactly this: fleet apply ${file}\n`,
    });
    expect(first.applied).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("Started 3 agents and the tmux holder") as string,
    });
    expect(first.applied.stdout).toContain("Apply complete: 3 added");
    expect((await plan(box)).actions).toEqual([]);
  });

  it("is a file for its owner alone, without a secret, also if another one existed", async () => {
    await box.sh(`rm -f ${file} && umask 022 && touch ${file}`);
    await saveFor(box, changedOne);
    expect(await box.sh(`stat -c %a ${file}`)).toBe("600\n");
    const text = await box.read(`~/work/${file}`);
    expect(text).not.toContain("hush");
    expect(JSON.parse(text)).toMatchObject({
      fleet: "mosaic",
      origin: { file: `${box.home}/work/fleet.yaml` },
    });
    await saveFor(box, {}, "--quiet");
    expect(await box.sh(`stat -c %a ${file}`)).toBe("600\n");
  });

  it("is executed exactly, and reported as JSON; later changes are left alone", async () => {
    const ids = await saveFor(box, changedOne);
    expect(ids.map((id) => id.split(":")[0])).toEqual([
      "reset-failed",
      "write-file",
      "daemon-reload",
      "write-file",
      "restart",
    ]);
    await declare(box, turn({ ...changedOne, two: { env: { MODEL: "haiku" } }, more: { three: {} } }));
    await box.sh(`systemctl --user stop ${unit("idle")}`);
    const untouched = await unitState(box, unit("two"), unit("idle"));
    const ran = await fleet(box, "apply", file, "--json");
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      done: ids,
      failed: [],
      skipped: [],
      agentsFailed: [],
      plan: { agents: [{ name: "one", action: "restart" }], summary: { add: 0, restart: 1 } },
    });
    expect(ran.stdout + ran.stderr).not.toContain("hush");
    expect(await unitState(box, unit("two"), unit("idle"))).toEqual(untouched);
    expect(says(await plan(box))).toEqual({
      idle: expect.stringContaining("not-running") as string,
      three: "add: new",
      two: "restart: env-changed env.MODEL",
    });
  });

  it("for some agents changes these, and no other agent", async () => {
    const ids = await saveFor(box, { ...changedOne, two: { env: { MODEL: "haiku" } } }, "two");
    expect(ids).toEqual([
      `reset-failed:${unit("two")}`,
      expect.stringContaining("two.env"),
      `restart:${unit("two")}`,
    ]);
    expect((await fleet(box, "apply", file)).code).toBe(0);
    expect(Object.keys(says(await plan(box)))).toEqual(["one"]);
  });

  it("is recognised by apply from its path", async () => {
    const ran = await fleet(box, "plan", "--out", "saved");
    const command = /To do exactly this: (fleet apply .*)\n/.exec(ran.stderr)?.[1] ?? "";
    expect(command).toBe("fleet apply ./saved");
    expect(await box.sh(command)).toContain("No changes.");
  });

  it("keeps its flags, and finds its fleet file from elsewhere", async () => {
    await until("idle is at work", async () => {
      await tmux(box, "send-keys", "-t", "=idle:", "x");
      await saveFor(box, idleChanged);
      return (await plan(box)).summary.pending === 1;
    });
    await saveFor(box, idleChanged, "--now");
    const ran = await box.fleet(["apply", `work/${file}`], { cwd: "~" });
    expect(ran.code, ran.stderr).toBe(0);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("starts an agent that had failed", async () => {
    const down = { command: "test -e ~/ok && exec sleep 1000; exit 3" };
    await declare(box, turn({ more: { down } }));
    expect((await fleet(box, "apply", "--yes")).code).toBe(4);
    await box.sh("touch ~/ok");
    const ids = await saveFor(box, { more: { down } });
    expect(ids).toEqual([`reset-failed:${unit("down")}`, `start:${unit("down")}`]);
    const ran = await fleet(box, "apply", file);
    expect(ran.code, ran.stderr).toBe(0);
    expect(await isActive(box, "down")).toBe(true);
  });
});
