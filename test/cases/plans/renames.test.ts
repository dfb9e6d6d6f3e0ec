import { beforeAll, describe, expect, it } from "vitest";
import { nothing, observeApply, says } from "../../support/fleet/effect.ts";
import {
  apply,
  declare,
  fleet,
  napping,
  pathOf,
  plan,
  tmux,
  waits,
  type FleetFile,
} from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";

/** Returns a command that works until a file of its name is there, and also says if it is not alone. */
const works = (name: string) =>
  napping(
    `mkdir ~/lock-${name} || echo "$$ is not alone" >>~/doubles; trap 'trap "" TERM HUP; rmdir ~/lock-${name}; exit 0' TERM HUP
   until [ -e ~/done-${name} ]; do echo tick; nap 0.1; done; while :; do nap 0.2; done`,
  );

const of = (agents: FleetFile["agents"]): FleetFile => ({ defaults: { idleAfter: "3s" }, agents });

const other = { command: waits };

describe("An agent that gets another name", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(
      box,
      of({ coder: { command: works("coder") }, planner: { command: works("planner") }, other }),
    );
    await apply(box);
  });

  const dev = { command: works("coder"), formerly: "coder" };
  const planner = { command: works("planner") };
  const active = () =>
    box.sh(
      "systemctl --user list-units --plain --no-legend 'mosaic-agent@*' | cut -d ' ' -f 1 | sort | tr '\\n' ' '",
    );

  it("is reported as similar to another one if nothing declares them to be the same", async () => {
    await declare(box, of({ dev: { command: works("coder") }, planner, other }));
    expect((await plan(box)).notes).toEqual([
      "coder looks like dev under another name, and its session is to end. If it is the same agent, " +
        "write `formerly: coder` under dev in fleet.yaml: then dev takes the place of coder.",
    ]);
  });

  it("keeps running under the old name while it is busy, without any file of the new name, in a stable plan", async () => {
    await declare(box, of({ dev, planner, other }));
    const waiting = { coder: "pending: renamed dev", dev: "pending: takes-place coder" };
    const before = await machineState(box);
    for (let round = 0; round < 2; round++) {
      expect(await observeApply(box)).toEqual({ ...nothing, planned: waiting, left: waiting });
    }
    expect(await machineState(box)).toEqual(before);
    const { stdout } = await fleet(box, "plan");
    expect(stdout).toMatch(/agent coder will be removed when it is idle: dev takes its place, busy/);
    expect(stdout).toMatch(/agent dev pending: takes the place of coder, busy/);
    expect((await fleet(box, "why", "dev")).stdout).toMatch(
      /none until the old one is idle, or: fleet apply --now dev/,
    );
  });

  it("is stopped by its new name only", async () => {
    // Nobody is there to confirm it: only the plan is made.
    const stopped = await fleet(box, "stop", "dev");
    expect(stopped.stderr).toContain("Nothing was changed.");
    expect(stopped.stdout).toMatch(/agent coder will be stopped/);
    expect(stopped.stdout).not.toMatch(/planner|other/);
  });

  it("is not started by a dependent agent while it runs under the old name", async () => {
    await declare(box, of({ dev, planner, other, late: { command: waits, dependsOn: ["dev"] } }));
    await apply(box, "late");
    expect(await active()).toBe(
      "mosaic-agent@coder.service mosaic-agent@late.service mosaic-agent@other.service mosaic-agent@planner.service ",
    );
    await declare(box, of({ dev, planner, other }));
    await apply(box, "--now", "late");
  });

  it("takes the new name by apply --wait-idle once it is idle, and never runs twice", async () => {
    await box.sh("(sleep 1; touch ~/done-coder) >/dev/null 2>&1 &");
    const ran = await fleet(box, "apply", "--yes", "--wait-idle", "60s");
    expect(ran.code, ran.stderr).toBe(0);
    expect(says(await plan(box))).toEqual({});
    expect(await tmux(box, "list-sessions", "-F", "#{session_name}")).toBe("dev\nother\nplanner\n");
    expect(await box.sh("ls ~/.config/mosaic/fleet/agents")).toBe("dev.env\nother.env\nplanner.env\n");
  });

  it("is the first replica after one apply, which --now permits like idleness", async () => {
    await declare(
      box,
      of({ dev, planner: { ...planner, replicas: 2, formerly: "planner", onChange: "keep" }, other }),
    );
    const { agents } = await plan(box);
    expect(agents.filter(({ action }) => action !== "none")).toMatchObject([
      { name: "planner", action: "pending", hold: "kept", changes: [{ successor: "planner-1" }] },
      { name: "planner-1", action: "pending", hold: "kept", awaiting: "add" },
      { name: "planner-2", action: "add", reason: "new" },
    ]);
    expect(await observeApply(box, "--now", "planner-1")).toMatchObject({
      planned: { planner: "remove: renamed planner-1", "planner-1": "add: takes-place planner" },
      verbs: ["stop planner", "reset-failed planner", "daemon-reload", "start planner-1"],
      units: ["- planner", "+ planner-1"],
    });
  });

  it("returns to a single agent by a watch when it is idle", async () => {
    await declare(box, of({ dev, planner: { ...planner, formerly: "planner-1" }, other }));
    const watch = await startWatch(box, ["--resync", "10m"]);
    await watch.waitFor("planner waits", ({ event, agent }) => event === "waiting" && agent === "planner");
    await box.write("~/done-planner", "");
    await watch.waitFor(
      "planner is there again",
      ({ event, agent, action }) => event === "changed" && agent === "planner" && action === "added",
    );
    await watch.stop();
    expect(says(await plan(box))).toEqual({});
    expect(await box.sh("ls ~/.config/mosaic/fleet/agents")).toBe("dev.env\nother.env\nplanner.env\n");
  });

  it("is not started if the old one does not end", async () => {
    await declare(box, of({ lead: { ...planner, formerly: "planner" }, dev, other }));
    await box.write(
      "~/bin/systemctl",
      '#!/bin/sh\ncase "$*" in *" stop "*planner*) exit 1 ;; esac\nexec /usr/bin/systemctl "$@"\n',
      0o755,
    );
    const ran = await box.run(["fleet", "apply", "--yes", "--now"], {
      env: { PATH: `${box.home}/bin:${(await box.sh("echo $PATH")).trim()}` },
    });
    expect(ran.code).not.toBe(0);
    expect(await active()).toBe(
      "mosaic-agent@dev.service mosaic-agent@other.service mosaic-agent@planner.service ",
    );
    expect(await box.sh(`ls ~/.config/${pathOf.env("lead")} 2>/dev/null || echo none`)).toBe("none\n");
    await apply(box, "--now");
    await until("lead runs alone", async () => (await active()).includes("@lead."));
    expect(await active()).toBe(
      "mosaic-agent@dev.service mosaic-agent@lead.service mosaic-agent@other.service ",
    );
  });

  it("never worked twice at the same time", async () => {
    expect(await box.sh("cat ~/doubles 2>/dev/null || echo none")).toBe("none\n");
  });
});
