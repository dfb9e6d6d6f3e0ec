import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { nothing, observeApply, says, type Effect } from "../../support/fleet/effect.ts";
import { apply, declare, pathOf, plan, tmux, waits } from "../../support/fleet/fleet.ts";
import { changes, takeSnapshot } from "../../support/fleet/snapshot.ts";

/** systemd starts `victim` again as often as it takes, and `fragile` never. */
const declared = {
  defaults: { onChange: "restart" },
  agents: {
    canary: { command: waits, env: { MODEL: "opus" }, resources: { memoryMax: "512M" } },
    victim: { command: waits, restart: { limit: 100 } },
    fragile: { command: waits, restart: { policy: "no" } },
  },
};

const env = pathOf.env("canary");
const dropIn = pathOf.dropIn("canary");
const template = "systemd/user/mosaic-agent@.service";
const script = "mosaic/tools/fleet/start-agent-session.sh";

describe("drift", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, declared);
    await apply(box);
  });

  /** Lists every path below ~/.config with mode, target and digest. Drift changes these, and an apply restores them. */
  const everyFile = () =>
    box.sh(
      "cd ~/.config && find . -printf '%M %p %l\\n' | sort && find . -type f -exec sha256sum {} + | sort -k 2",
    );

  /** Makes some drift, and returns the effect of the next apply. All files have to be as they were before. */
  async function mend(drift: string): Promise<Effect> {
    const before = await everyFile();
    await box.sh(`cd ~/.config && ${drift}`);
    const effect = await observeApply(box);
    expect(await everyFile()).toBe(before);
    return effect;
  }

  it("of a unit that was stopped by hand is fixed by starting it", async () => {
    expect(await mend("systemctl --user stop mosaic-agent@canary.service")).toEqual({
      ...nothing,
      planned: { canary: "start: not-running" },
      verbs: ["reset-failed canary", "start canary"],
      units: ["+ canary"],
      panes: ["+ canary"],
    });
  });

  it("of an edited env file is fixed without a restart, because the agent has not read it", async () => {
    expect(await mend(`sed -i s/opus/sonnet/ ${env}`)).toEqual({
      ...nothing,
      planned: { canary: "change: file-edited env file" },
      files: [`~ ${env}`],
    });
  });

  it("of an agent that was started with an edited env file is fixed by a restart", async () => {
    const drift = `sed -i s/opus/sonnet/ ${env}; systemctl --user restart mosaic-agent@canary.service`;
    expect(await mend(drift)).toEqual({
      ...nothing,
      planned: { canary: "restart: config-unknown" },
      files: [`~ ${env}`],
      verbs: ["reset-failed canary", "tag canary", "restart canary"],
      units: ["~ canary"],
    });
  });

  it("of a removed env file is fixed without a restart", async () => {
    expect(await mend(`rm ${env}`)).toEqual({
      ...nothing,
      planned: { canary: "change: file-missing env file" },
      files: [`+ ${env}`],
    });
  });

  it("of an env file that others can read is fixed without a restart", async () => {
    expect(await mend(`chmod 644 ${env}`)).toEqual({
      ...nothing,
      planned: { canary: "change: mode-changed env file has mode 0644 instead of 0600" },
      files: [`~ ${env}`],
    });
  });

  it("of a removed drop-in is fixed by a reload", async () => {
    expect(await mend(`rm -r ${pathOf.dropIns("canary")}`)).toEqual({
      ...nothing,
      planned: { canary: "change: settings-changed MemoryMax" },
      files: [`+ ${pathOf.dropIns("canary")}`, `+ ${dropIn}`],
      verbs: ["daemon-reload"],
    });
  });

  it("of an edited drop-in is fixed by a reload", async () => {
    expect(await mend(`sed -i s/512M/2G/ ${dropIn}`)).toEqual({
      ...nothing,
      planned: { canary: "change: file-edited drop-in" },
      files: [`~ ${dropIn}`],
      verbs: ["daemon-reload"],
    });
  });

  it("of a removed enablement link is fixed by a reload", async () => {
    expect(await mend("systemctl --user disable mosaic-agent@canary.service")).toEqual({
      ...nothing,
      planned: { canary: "change: link-missing starts at boot" },
      files: [`+ ${pathOf.link("canary")}`],
      verbs: ["daemon-reload"],
    });
  });

  it("of an edited template is fixed by a reload, and no agent is restarted", async () => {
    expect(await mend(`sed -i s/^TimeoutStopSec=.*/TimeoutStopSec=1/ ${template}`)).toEqual({
      ...nothing,
      planned: { template: "change: file-edited TimeoutStopSec" },
      files: [`~ ${template}`],
      verbs: ["daemon-reload"],
    });
  });

  it("of a start script without its run bit is fixed, and no agent is restarted", async () => {
    expect(await mend(`chmod -x ${script}`)).toEqual({
      ...nothing,
      planned: { script: "change: mode-changed mode 0644 instead of 0755" },
      files: [`~ ${script}`],
    });
  });

  const panePid = "$(tmux -N -L mosaic-factory list-panes -t =AGENT: -F '#{pane_pid}')";
  const kill = {
    session: "tmux -N -L mosaic-factory kill-session -t =AGENT:",
    command: `pane=${panePid}; kill -9 $(cat /proc/$pane/task/$pane/children)`,
    pane: `kill -9 ${panePid}`,
    main: "systemctl --user kill -s KILL --kill-who=main mosaic-agent@AGENT",
  } as const;

  it.each([
    ["a session that was killed", kill.session],
    ["a command that was killed with -9", kill.command],
    ["a pane's process that was killed with -9", kill.pane],
    ["a main process that was killed with -9", kill.main],
  ])("of %s is fixed by systemd itself, and the next plan is empty", async (_, attack) => {
    const before = await takeSnapshot(box);
    await box.sh(attack.replaceAll("AGENT", "victim"));
    await until("it runs again, and nothing is left to do", async () => {
      const { units } = await takeSnapshot(box);
      const isAnew = units.has("victim") && units.get("victim") !== before.units.get("victim");
      // A machine under load may need more than one try.
      return isAnew && Object.keys(says(await plan(box))).length === 0;
    });
    expect(changes(before.units, (await takeSnapshot(box)).units)).toEqual(["~ victim"]);
  });

  it.each([
    ["a session that was killed", kill.session, 129, ["+ fragile"]],
    ["a command that was killed with -9", kill.command, 137, []],
    ["a main process that was killed with -9", kill.main, 137, []],
  ] as const)("of %s is fixed by apply if systemd may not restart it", async (_, attack, status, panes) => {
    await box.sh(attack.replaceAll("AGENT", "fragile"));
    await until("it has failed", async () => {
      const ran = await box.run([
        "systemctl",
        "--user",
        "is-failed",
        "--quiet",
        "mosaic-agent@fragile.service",
      ]);
      return ran.code === 0;
    });
    expect(await observeApply(box)).toEqual({
      ...nothing,
      planned: { fragile: `start: failed exit status ${status}` },
      verbs: ["reset-failed fragile", "start fragile"],
      units: ["+ fragile"],
      panes,
    });
  });

  it("of a tmux server that was killed with -9 is fixed by systemd itself, except for agents without a restart", async () => {
    const before = await takeSnapshot(box);
    await box.sh(`kill -9 ${(await tmux(box, "display-message", "-p", "#{pid}")).trim()}`);
    await until("the others run again", async () => {
      const { units } = await takeSnapshot(box);
      return changes(before.units, units).join() === "~ canary,- fragile,~ holder,~ victim";
    });
    expect(says(await plan(box))).toEqual({ fragile: "start: failed exit status 129" });
    expect(await observeApply(box)).toMatchObject({ units: ["+ fragile"], left: {} });
  });
});
