import { beforeAll, describe, expect, it } from "vitest";
import { measured } from "../../support/rig/measured.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { waits } from "../../support/fleet/fleet.ts";
import {
  differences,
  expectFewMissed,
  inLanes,
  killedAt,
  killHook,
  momentsOf,
  usualMoments,
  worthTrying,
  type Kill,
} from "../../support/faults/kills.ts";
import { openLane, type Lane } from "../../support/faults/lane.ts";
import { sessionState } from "../../support/fleet/state.ts";

const fleetFile = {
  runtimes: { quiet: { command: waits } },
  defaults: { runtime: "quiet" },
  agents: { plain: {}, described: { description: "has a drop-in" } },
};

describe("a destroy that is killed with -9", () => {
  const box = useSandbox({ visible: killHook });
  let lanes: readonly Lane[];
  /** With the first lane's name in them. */
  let moments: readonly string[];
  /** The final state of each lane. */
  const wanted = new Map<Lane, readonly string[]>();
  /** Moments that have not come again. */
  const missed: string[] = [];

  beforeAll(async () => {
    await box.sh("tmux new-session -d -s plain 'exec sleep 1000'");
    lanes = ["anna", "bert"].map((name) => openLane(box, name));
    const recorded = await Promise.all(lanes.map(setUp));
    moments = usualMoments(recorded, recorded);
    expect(moments).toContain("after systemctl daemon-reload");
  });

  /** Destroys a fleet once and notes the observable states, next to things of the user's own that must stay. */
  async function setUp(lane: Lane): Promise<readonly string[]> {
    await lane.declare("all", fleetFile);
    await lane.succeed("all", ["apply", "--yes"]);
    await box.write(`~/.config/${lane.name}/fleet/agents/mine.env`, "MINE=1\n", 0o640);
    await box.write(`~/.config/systemd/user/${lane.name}-agent@described.service.d/mine.conf`, "[Service]\n");
    await box.write(`~/.config/systemd/user/${lane.name}.service`, "[Service]\nExecStart=sleep 1000\n");
    await box.sh(`ln -s ../${lane.name}.service ~/.config/systemd/user/default.target.wants/
      systemctl --user daemon-reload && systemctl --user start ${lane.name}.service`);
    const found = await momentsOf(box, (env) => lane.succeed("all", ["destroy", "--yes"], env));
    wanted.set(lane, await lane.state());
    return found.map((moment) => moment.replaceAll(lane.name, "anna"));
  }

  it("leaves the user's own files", async () => {
    const [lane] = lanes;
    const left = wanted.get(lane!) ?? [];
    expect(left.filter((line) => /^[fl]\d/.test(line))).toEqual([
      "f640 anna/fleet/agents/mine.env ",
      "f644 systemd/user/anna-agent@described.service.d/mine.conf ",
      "f644 systemd/user/anna.service ",
      "l777 systemd/user/default.target.wants/anna.service ../anna.service",
    ]);
    expect(left.filter((line) => /^(?:unit|pane|kept)/.test(line))).toEqual([
      expect.stringMatching(/\/mosaic-fleet\/anna\.lock$/),
    ]);
  });

  it("is finished by the next one after any moment, and nothing else is touched", async () => {
    const strangers = (): Promise<readonly (readonly string[])[]> =>
      Promise.all([sessionState(box, "default"), ownUnits()]);
    const before = await strangers();
    const kills = moments.map((moment) => ({ goal: "nothing", moment }));
    const tried = worthTrying(kills);
    const began = performance.now();
    const problems = await inLanes(lanes, tried, () => true, kill);
    const seconds = Math.round((performance.now() - began) / 1000);
    measured(`destroy: killed at ${tried.length} of ${kills.length} moments, in ${seconds} s`);
    expect(problems).toEqual([]);
    expectFewMissed(missed, tried.length);
    expect(await strangers()).toEqual(before);
  }, 600_000);

  async function ownUnits(): Promise<readonly string[]> {
    const names = lanes.map(({ name }) => `${name}.service`).join(" ");
    return (await box.sh(`systemctl --user show --property=Id,MainPID,InvocationID ${names}`)).split("\n");
  }

  async function kill(lane: Lane, { moment }: Kill<string>): Promise<readonly string[]> {
    const problems: string[] = [];
    const say = (...lines: readonly string[]): void =>
      void problems.push([`${moment} in ${lane.name}:`, ...lines].join("\n"));
    await lane.succeed("all", ["apply", "--yes"]);
    const killed = await lane.fleet(
      "all",
      ["destroy", "--yes"],
      killedAt(moment.replaceAll("anna", lane.name)),
    );
    // A busy machine has one more look in some runs, and not in others.
    if (killed.code === 0) missed.push(moment);
    else if (killed.code !== 137) say(`it was not killed: exit ${killed.code}`, killed.stdout, killed.stderr);
    const again = () => lane.fleet("all", ["destroy", "--yes", "--lock-timeout", "10s"]);
    let next = await again();
    // The stop of the holder may be under way still: its server has gone, and systemd does not know it yet.
    for (let tries = 0; tries < 20 && /no tmux server answers/.test(next.stdout); tries++)
      next = await again();
    if (next.code !== 0) say(`the next destroy: exit ${next.code}`, next.stdout, next.stderr);
    const difference = differences(wanted.get(lane) ?? [], await lane.state());
    if (difference.length > 0) say("the state differs", ...difference);
    return problems;
  }
});
