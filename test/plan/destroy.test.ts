import { describe, expect, it } from "vitest";
import { agentUnit } from "../../src/desired/layout.ts";
import { drift, type Happening } from "../support/plan/drift.ts";
import { destructionOf, edited, inShort, machineWith, trio } from "../support/plan/scene.ts";
import { emptyWorld } from "../support/plan/world.ts";
import { notesOf } from "../support/plan/detail.ts";

const world = machineWith(trio);
const shared = [
  "remove-file systemd/user/mosaic-agent@.service (destroy)",
  "remove-file systemd/user/mosaic-tmux-holder.service (destroy)",
  "remove-file mosaic/tools/fleet/start-agent-session.sh (destroy)",
];

describe("fleet destroy", () => {
  it("stops all, the holder last, and removes everything", () => {
    expect(inShort(destructionOf(world))).toEqual([
      "canary: remove destroy !agent",
      "planner: remove destroy !agent",
      "tester: remove destroy !agent",
      "stop canary (destroy) !agent",
      "stop tester (destroy) !agent", // it depends on the planner
      "stop planner (destroy) !agent",
      "stop holder (destroy)",
      "reset-failed canary (destroy)",
      "reset-failed planner (destroy)",
      "reset-failed tester (destroy)",
      "unlink systemd/user/default.target.wants/mosaic-agent@canary.service (destroy)",
      "unlink systemd/user/default.target.wants/mosaic-agent@planner.service (destroy)",
      "unlink systemd/user/default.target.wants/mosaic-agent@tester.service (destroy)",
      "remove-file systemd/user/mosaic-agent@.service (destroy)",
      "remove-file systemd/user/mosaic-agent@tester.service.d/50-fleet.conf (destroy)",
      "remove-file systemd/user/mosaic-tmux-holder.service (destroy)",
      "daemon-reload (destroy)",
      "remove-file mosaic/fleet/agents/canary.env (destroy)",
      "remove-file mosaic/fleet/agents/planner.env (destroy)",
      "remove-file mosaic/fleet/agents/tester.env (destroy)",
      "remove-file mosaic/tools/fleet/start-agent-session.sh (destroy)",
    ]);
  });

  const killOther = "tmux -L mosaic-factory kill-session -t '=other:'";
  it.each<[string, Happening["what"], string, string]>([
    ["session", "sessionOpened", "session other", killOther],
    [
      "unit",
      "unitStarted",
      "unit mosaic-agent@other.service",
      "systemctl --user stop mosaic-agent@other.service",
    ],
    ["failed unit's session", "unitFailed", "session other", killOther],
  ])("keeps the holder and the shared files for a foreign %s", (_, what, name, end) => {
    const plan = destructionOf(drift(world, [{ what, pick: 0 }]));
    expect(inShort(plan).filter((line) => shared.includes(line) || line.startsWith("stop holder"))).toEqual(
      [],
    );
    expect(plan.summary.remove).toBe(3);
    expect(notesOf(plan)).toEqual([
      `The holder and the shared files stay: not of this fleet, but living on it: ${name}. ` +
        `If nobody needs it, end it (${end}) and run fleet destroy again.`,
    ]);
  });

  it("keeps a protected agent, and with it the holder and the shared files", () => {
    const plan = destructionOf(machineWith(edited(trio, "canary", { protect: true })));
    expect(plan.summary).toMatchObject({ remove: 2, blocked: 1 });
    expect(
      plan.actions.filter(({ agent }) => agent === undefined || agent === "canary").map(({ id }) => id),
    ).toEqual(["daemon-reload:systemd --user"]);
    expect(notesOf(plan)).toEqual(["The holder and the shared files stay: one agent stays."]);
  });

  it("keeps the agent with the session in which it runs, unless that is allowed", () => {
    const inside = { ...world, selfUnit: agentUnit(world.layout, "canary") };
    expect(destructionOf(inside).summary).toMatchObject({ remove: 2, blocked: 1 });
    expect(destructionOf(inside, { allowSelf: true }).summary).toMatchObject({ remove: 3, blocked: 0 });
  });

  it("clears failed units, and closes their sessions", () => {
    const failed = drift(world, [{ what: "failed", pick: 0 }]);
    const lines = inShort(destructionOf(failed)).filter((line) => /^(?:kill|reset)|canary/.test(line));
    expect(lines.slice(0, 3)).toEqual([
      "canary: remove destroy",
      expect.stringMatching(/^kill-session \$\d+ \(destroy\)$/),
      "reset-failed canary (destroy)",
    ]);
  });

  it("finds nothing to do on a machine without the fleet", () => {
    expect(inShort(destructionOf(emptyWorld(world.layout, world.inputs)))).toEqual([]);
  });
});
