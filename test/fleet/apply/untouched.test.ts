import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, plan, tmux, waits } from "../../support/fleet/fleet.ts";
import { linesOf, machineState, sessionState, unitState } from "../../support/fleet/state.ts";

const runtimes = { quiet: { command: waits } };
const defaults = { runtime: "quiet", onChange: "restart" };

/** Sessions of people on the fleet's socket. Some of their names are prefixes of an agent's name. */
const guests = ["guest", "can", "canary2"];

/** The drop-in of `systemctl --user edit`, for an agent that is renamed below. */
const ownDropIn = "systemd/user/mosaic-agent@second.service.d/override.conf";

describe("a foreign object", () => {
  const box = useSandbox();
  let before: readonly string[];

  beforeAll(async () => {
    await box.sh("tmux new-session -d -s canary 'exec sleep 1000'");
    await declare(box, {
      name: "night",
      runtimes,
      defaults,
      agents: { canary: {}, other: { description: "x" } },
    });
    await apply(box);
    await declareMosaic({ canary: {}, second: { description: "has a drop-in" } });
    await apply(box);
    for (const guest of guests) await tmux(box, "new-session", "-d", "-s", guest, "exec sleep 1000");
    await box.write("~/.config/mosaic/fleet/agents/other.env", `MOSAIC_AGENT_COMMAND="${waits}"\n`);
    await box.write(`~/.config/${ownDropIn}`, "[Service]\nNice=5\n");
    await box.sh("systemctl --user daemon-reload && systemctl --user start mosaic-agent@other.service");
    before = await strangers();
  });

  async function declareMosaic(agents: Readonly<Record<string, object>>): Promise<void> {
    await declare(box, { runtimes, defaults, agents });
  }

  /** Lists everything that must stay as it is, on the fleet's server and next to it. A touch changes the lines. */
  async function strangers(): Promise<readonly string[]> {
    const kept = new Set([...guests, "other"]);
    const lists = await Promise.all([
      unitState(box, "mosaic-agent@other.service"),
      fileState("mosaic/fleet/agents/other.env", ownDropIn),
      sessionState(box, "mosaic-factory").then((panes) =>
        panes.filter((pane) => kept.has(pane.split(" ")[1] ?? "")),
      ),
      bystanders(),
    ]);
    return lists.flat();
  }

  /** Lists the other fleet, and the user's own tmux server. */
  async function bystanders(): Promise<readonly string[]> {
    const lists = await Promise.all([
      unitState(box, "night-*"),
      fileState("night", "systemd/user/*night-*", "systemd/user/*/night-*"),
      sessionState(box, "night-factory"),
      sessionState(box, "default"),
    ]);
    return lists.flat();
  }

  async function fileState(...paths: readonly string[]): Promise<readonly string[]> {
    return linesOf(
      await box.sh(`cd ~/.config && find ${paths.join(" ")} -printf '%p %y%m %i %T@ %C@ %l\n' | sort`),
    );
  }

  it("is visible in these tests, in every kind", () => {
    const count = (what: RegExp): number => before.filter((line) => what.test(line)).length;
    expect(count(/ActiveState=active.* Id=mosaic-agent@other\.service .*MainPID=[1-9]/)).toBe(1);
    expect(count(/ActiveState=active.* Id=night-.*\.service .*MainPID=[1-9]/)).toBe(3);
    expect(count(/^night\/fleet\/agents\/.*\.env f600/)).toBe(2);
    expect(count(/^systemd\/user\/default.target.wants\/night-agent@.* l777/)).toBe(2);
    expect(count(/^(?:mosaic\/fleet\/agents\/other\.env|systemd\/.*\/override\.conf) /)).toBe(2);
    expect(count(/^\$\d+ (?:guest|can|canary2|other|canary) %\d+ \d+ 0/)).toBe(4 + 2 + 1);
  });

  it("is named by a plan, and left alone by an apply that has nothing to do", async () => {
    const { unmanaged, summary } = await plan(box);
    expect(unmanaged).toEqual([
      { kind: "unit", name: "mosaic-agent@other.service" },
      ...guests.toSorted().map((name) => ({ kind: "session", name })),
    ]);
    expect(summary).toMatchObject({ remove: 0, change: 0, blocked: 0 });
    const state = await machineState(box);
    await apply(box);
    expect(await machineState(box)).toEqual(state);
  });

  it.each([
    ["an agent is restarted", { canary: { env: { TURN: "2" } }, second: {} }],
    ["an agent is added", { canary: { env: { TURN: "2" } }, second: {}, "canary-2": {}, third: {} }],
    ["an agent is stopped", { canary: { state: "stopped" }, second: {}, "canary-2": {}, third: {} }],
    ["an agent is started", { canary: {}, second: {}, "canary-2": {}, third: {} }],
    ["an agent is removed", { "canary-2": {}, second: {}, third: {} }],
    ["an agent is renamed", { canary: {}, "canary-2": {}, first: {} }],
  ])("is not touched when %s", async (_, agents) => {
    await declareMosaic(agents);
    expect((await plan(box)).actions).not.toEqual([]);
    await apply(box);
    expect(await strangers()).toEqual(before);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("is not touched by destroy, which keeps what it lives on and says so", async () => {
    const ran = await fleet(box, "destroy", "--yes");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(
      "The holder and the shared files stay: not of this fleet, but living on it: " +
        "unit mosaic-agent@other.service, session can, session canary2, session guest. If nobody needs it, end it (",
    );
    expect(await strangers()).toEqual(before);
    expect(await mosaicFiles()).toEqual([
      "mosaic/fleet/agents/other.env",
      "mosaic/tools/fleet/start-agent-session.sh",
      "systemd/user/mosaic-agent@.service",
      ownDropIn,
      "systemd/user/mosaic-tmux-holder.service",
    ]);
    const active = await box.sh(
      "systemctl --user list-units --plain --no-legend 'mosaic-*' | cut -d ' ' -f 1",
    );
    expect(active.split("\n").filter(Boolean)).toEqual([
      "mosaic-agent@other.service",
      "mosaic-tmux-holder.service",
    ]);
  });

  it("is all that is left: another destroy changes nothing, and names the reasons for the rest", async () => {
    const state = await machineState(box);
    const ran = await fleet(box, "destroy", "--yes");
    expect(ran.code).toBe(6);
    expect(ran.stdout).toContain("tmux -L mosaic-factory kill-session -t '=guest:'");
    expect(ran.stdout).toContain("Nothing was removed: what is left of fleet mosaic stays for now.");
    expect(await machineState(box)).toEqual(state);
  });

  it("lets destroy remove the rest once it is gone, so that no file, unit or process of the fleet is left", async () => {
    await box.sh(
      "systemctl --user stop mosaic-agent@other.service && rm ~/.config/mosaic/fleet/agents/other.env",
    );
    for (const guest of guests) await tmux(box, "kill-session", "-t", `=${guest}:`);
    expect((await fleet(box, "destroy", "--yes")).code).toBe(0);
    expect(await mosaicFiles()).toEqual([ownDropIn]);
    expect(await box.sh("systemctl --user list-units --all --plain --no-legend 'mosaic-*'")).toBe("");
    expect(await sessionState(box, "mosaic-factory")).toEqual([]);
    expect(await box.sh("test ! -e ~/.config/mosaic && ls ~/.config")).toBe("night\nsystemd\n");
    expect(await bystanders()).toEqual(before.slice(-(await bystanders()).length));
    expect(await box.sh("find /sys/fs/cgroup -name 'mosaic-*'")).toBe("");
  });

  /** Lists files and links of fleet mosaic, by path below ~/.config. */
  async function mosaicFiles(): Promise<readonly string[]> {
    const found = await box.sh("cd ~/.config && find . ! -type d -path '*mosaic*' -printf '%P\\n' | sort");
    return found.split("\n").filter(Boolean);
  }
});
