import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { useFreshSandbox, useSandbox } from "../../support/rig/use-sandbox.ts";
import { installUnits } from "../../support/units/fleet.ts";
import { apply, declare, fleet, tmux, waits, plan } from "../../support/fleet/fleet.ts";
import { machineState, sessionState } from "../../support/fleet/state.ts";

const runtimes = { quiet: { command: waits } };
const defaults = { runtime: "quiet" };

describe("a foreign object in an agent's place", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, { runtimes, defaults, agents: { first: {} } });
    await apply(box);
    await box.write("~/.config/mosaic/fleet/agents/by-hand.env", "MINE=1\n");
    await box.write(
      "~/.config/systemd/user/mosaic-agent@tuned.service.d/50-fleet.conf",
      "[Service]\nNice=1\n",
    );
    await box.sh(`
      ln -s ~/elsewhere.env ~/.config/mosaic/fleet/agents/linked.env
      ln -s /dev/null ~/.config/systemd/user/default.target.wants/mosaic-agent@enabled.service
      systemctl --user daemon-reload
      touch ~/.config/mosaic/fleet/agents/started.env
      systemctl --user start mosaic-agent@started.service
      rm ~/.config/mosaic/fleet/agents/started.env`);
    await tmux(box, "new-session", "-d", "-s", "opened", "exec sleep 1000");
  });

  const strangers = ["by-hand", "enabled", "linked", "opened", "started", "tuned"];
  const agents = Object.fromEntries([...strangers, "second"].map((name) => [name, { description: name }]));

  it("protects that agent from changes, and no other from being started", async () => {
    await declare(box, { runtimes, defaults, agents: { first: {}, ...agents } });
    const about = (lines: readonly string[]): readonly string[] =>
      lines.filter((line) => strangers.some((name) => line.includes(name)));
    const before = about(await machineState(box));
    expect(before).toHaveLength(8);
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.code).toBe(6);
    const config = `${box.home}/.config`;
    const wants = `${config}/systemd/user/default.target.wants`;
    const reasons = {
      "by-hand": `${config}/mosaic/fleet/agents/by-hand.env exists`,
      enabled: `${wants}/mosaic-agent@enabled.service is a symbolic link`,
      linked: `${config}/mosaic/fleet/agents/linked.env is a symbolic link`,
      opened: "a tmux session opened exists",
      started: "mosaic-agent@started.service runs already",
      tuned: `${config}/systemd/user/mosaic-agent@tuned.service.d/50-fleet.conf exists`,
    };
    for (const [name, reason] of Object.entries(reasons))
      expect(ran.stdout).toContain(`! agent ${name} is blocked: ${reason}, without this fleet's mark\n`);
    expect(ran.stdout).toMatch(
      /Plan: 1 to add, .*; 6 blocked\.\n[^]*Applied, but agents are blocked: 1 added/,
    );
    expect(about(await machineState(box))).toEqual(before);
    expect(await box.sh("systemctl --user is-active mosaic-agent@second.service")).toBe("active\n");
  });

  it("no longer does so once it is gone", async () => {
    await box.sh(`
      cd ~/.config && rm mosaic/fleet/agents/{by-hand,linked}.env systemd/user/mosaic-agent@tuned.service.d/50-fleet.conf
      rm systemd/user/default.target.wants/mosaic-agent@enabled.service
      systemctl --user stop mosaic-agent@started.service`);
    await tmux(box, "kill-session", "-t", "=opened:");
    await apply(box);
    const states = await box.sh("systemctl --user is-active 'mosaic-agent@*'");
    expect(states.trim().split("\n")).toEqual(Array<string>(8).fill("active"));
  });
});

describe("a foreign object in the whole fleet's place", () => {
  const box = useFreshSandbox();
  beforeEach(async () => {
    await declare(box, { runtimes, defaults, agents: { first: {} } });
  });

  async function expectBlocked(...words: readonly string[]): Promise<void> {
    const before = await machineState(box);
    const ran = await fleet(box, "apply", "--yes");
    expect({ ...ran, stdout: "" }).toEqual({ code: 6, stdout: "", stderr: "" });
    for (const word of words) expect(ran.stdout).toContain(word);
    expect(await machineState(box)).toEqual(before);
  }

  it("blocks everything if units were installed by hand", async () => {
    await installUnits(box);
    await expectBlocked(
      `Note: Blocked: ${box.home}/.config/systemd/user/mosaic-tmux-holder.service exists and does not carry the mark of ` +
        "fleet mosaic. Move it away, or choose another name for the fleet; if its agents were made by hand: fleet adopt --all.",
    );
  });

  it("blocks everything if a tmux server is not the holder's", async () => {
    await box.sh("tmux -L mosaic-factory new-session -d -s mine 'exec sleep 1000'");
    const pid = (await box.sh("tmux -L mosaic-factory display-message -p '#{pid}'")).trim();
    await expectBlocked(
      `Note: Blocked: the tmux server on socket mosaic-factory (pid ${pid}) runs in session-1.scope, not in ` +
        "mosaic-tmux-holder.service.",
      "end it with `tmux -L mosaic-factory kill-server`, or choose another tmux.socket.",
    );
    await box.sh("tmux -L mosaic-factory kill-server");
    await apply(box);
  });

  it("blocks everything if it is another fleet's tmux server", async () => {
    await apply(box);
    const agents = { second: {} };
    await declare(box, { name: "night", tmux: { socket: "mosaic-factory" }, runtimes, defaults, agents });
    await expectBlocked("runs in mosaic-tmux-holder.service, not in night-tmux-holder.service.");
  });

  it("survives a destroy if it is another fleet's session with an agent's name", async () => {
    await apply(box);
    const night = { name: "night", runtimes, defaults, agents: { first: { state: "stopped" } } };
    await declare(box, night);
    await apply(box);
    const before = await sessionState(box, "mosaic-factory");
    expect(before).toHaveLength(1);
    await declare(box, { ...night, tmux: { socket: "mosaic-factory" } });
    const ran = await fleet(box, "destroy", "--yes");
    expect(ran).toMatchObject({
      code: 6,
      stdout: expect.stringContaining("It belongs to another fleet") as string,
    });
    expect(await sessionState(box, "mosaic-factory")).toEqual(before);
    expect(
      await box.sh("test -e ~/.config/night && systemctl --user is-active mosaic-agent@first.service"),
    ).toBe("active\n");
  });

  it("does not prevent the repair of the server's socket file", async () => {
    await apply(box);
    const sessions = await sessionState(box, "mosaic-factory");
    await box.sh("rm /tmp/tmux-$UID/mosaic-factory");
    await declare(box, { runtimes, defaults, agents: { first: {}, second: {} } });
    expect((await fleet(box, "plan")).stdout).toContain(
      "tmux server: the file of its socket will be made again",
    );
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
    expect(await sessionState(box, "mosaic-factory")).toEqual(expect.arrayContaining([...sessions]));
  });
});
