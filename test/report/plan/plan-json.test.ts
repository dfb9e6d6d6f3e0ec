import { describe, expect, it } from "vitest";
import { planJson } from "../../../src/report/plan/plan-json.ts";
import { aPlan, smallPlan } from "../../support/report/a-plan.ts";

describe("A plan as JSON", () => {
  it("has the documented keys, and says of each agent what happens to it and what is at stake", () => {
    expect(JSON.parse(JSON.stringify(planJson(smallPlan)))).toEqual({
      formatVersion: "1.0",
      fleet: "mosaic",
      summary: smallPlan.summary,
      agents: [
        { name: "added", action: "add", reason: "new", cost: "none", changes: [] },
        {
          name: "blocked",
          action: "blocked",
          reason: "workdir-missing",
          detail: "/srv/app",
          cost: "none",
          changes: [{ reason: "workdir-missing", detail: "/srv/app" }],
        },
        {
          name: "busy",
          action: "pending",
          reason: "env-changed",
          detail: "env.MODEL",
          cost: "none",
          hold: "busy",
          atStake: { attached: 2, idleSeconds: 4 },
          changes: [{ reason: "env-changed", detail: "env.MODEL" }],
        },
        { name: "fine", action: "none", cost: "none", changes: [] },
        {
          name: "removed",
          action: "remove",
          reason: "no-longer-declared",
          cost: "agent",
          atStake: { attached: 0, idleSeconds: 7200 },
          changes: [{ reason: "no-longer-declared" }],
        },
        {
          name: "restarted",
          action: "restart",
          reason: "config-changed",
          detail: "command, env.A",
          cost: "agent",
          atStake: { attached: 1, idleSeconds: 200_000 },
          changes: [
            { reason: "config-changed", detail: "command, env.A" },
            { reason: "mode-changed", detail: "env file, mode 0644 instead of 0600" },
          ],
        },
      ],
      shared: [
        {
          path: "/u/mosaic-agent@.service",
          role: "template",
          reason: "unit-changed",
          detail: "TimeoutStopSec",
        },
      ],
      actions: [
        {
          id: "stop:mosaic-agent@removed.service",
          kind: "stop",
          target: "mosaic-agent@removed.service",
          agent: "removed",
          reason: "no-longer-declared",
          cost: "agent",
        },
      ],
      unmanaged: smallPlan.unmanaged,
      notes: smallPlan.notes,
      deviations: [],
      refusals: smallPlan.refusals,
    });
  });

  it("lists the actions without the contents of files, which may be secret", () => {
    const { actions } = planJson(aPlan) as { actions: readonly object[] };
    expect(actions[1]).toEqual({
      id: "write-file:/e/added.env",
      kind: "write-file",
      target: "/e/added.env",
      agent: "added",
      reason: "new",
      cost: "none",
    });
    expect(JSON.stringify(planJson(aPlan))).not.toContain("secret");
  });

  it("tells what stands in the way of the fleet as a whole", () => {
    const held = { ...aPlan, hindrance: { reason: "foreign-tmux-server", detail: "x" } as const };
    expect(planJson(held)).toMatchObject({ hindrance: { reason: "foreign-tmux-server", detail: "x" } });
  });
});
