import { describe, expect, it } from "vitest";
import { planJson } from "../../src/report/plan-json.ts";
import { aPlan } from "./a-plan.ts";

describe("A plan as JSON", () => {
  const json: unknown = JSON.parse(JSON.stringify(planJson(aPlan)));

  it("has the documented keys", () => {
    expect(json).toMatchObject({
      formatVersion: "1.0",
      fleet: "mosaic",
      summary: { add: 1, change: 3, restart: 1, remove: 1, pending: 2, blocked: 1, daemonReload: true },
      shared: [
        {
          path: "/u/mosaic-agent@.service",
          role: "template",
          reason: "unit-changed",
          detail: "TimeoutStopSec",
        },
        { path: "/u/start-agent-session.sh", role: "script", reason: "new" },
      ],
      unmanaged: [
        { kind: "unit", name: "mosaic-agent@other.service" },
        { kind: "session", name: "notes" },
      ],
      notes: ["Runs an older start script until its next start: fine."],
      refusals: [
        { guard: "mass-removal", detail: "4 of 6 agents would be removed", flag: "--allow-remove-all" },
      ],
    });
    expect(Object.keys(json as object)).toEqual([
      "formatVersion",
      "fleet",
      "summary",
      "agents",
      "shared",
      "actions",
      "unmanaged",
      "notes",
      "refusals",
    ]);
  });

  it("says of each agent what happens to it and what is at stake", () => {
    const { agents } = json as { agents: readonly object[] };
    expect(agents).toHaveLength(10);
    expect(agents[2]).toEqual({
      name: "busy",
      action: "pending",
      reason: "env-changed",
      detail: "env.MODEL",
      cost: "none",
      hold: "busy",
      atStake: { attached: 2, idleSeconds: 4 },
      changes: [{ reason: "env-changed", detail: "env.MODEL" }],
    });
  });

  it("lists the actions without the contents of files, which may be secret", () => {
    const { actions } = json as { actions: readonly object[] };
    expect(actions[1]).toEqual({
      id: "write-file:/e/added.env",
      kind: "write-file",
      target: "/e/added.env",
      agent: "added",
      reason: "new",
      cost: "none",
    });
    expect(JSON.stringify(json)).not.toContain("secret");
  });

  it("tells what stands in the way of the fleet as a whole", () => {
    const held = { ...aPlan, hindrance: { reason: "foreign-tmux-server", detail: "x" } as const };
    expect(planJson(held)).toMatchObject({ hindrance: { reason: "foreign-tmux-server", detail: "x" } });
  });
});
