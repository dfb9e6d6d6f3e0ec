import { describe, expect, it } from "vitest";
import { planJson } from "../../../src/report/plan/plan-json.ts";
import { aPlan, smallPlan } from "../../support/report/a-plan.ts";

describe("A plan as JSON", () => {
  it("has the documented keys, and contains each agent's change and its stake", () => {
    expect(JSON.parse(JSON.stringify(planJson(smallPlan)))).toEqual({
      formatVersion: "2.0",
      fleet: "mosaic",
      summary: smallPlan.summary,
      agents: [
        { name: "added", action: "add", reason: "new", cost: "none", changes: [] },
        {
          name: "blocked",
          action: "blocked",
          reason: "workdir-missing",
          cost: "none",
          changes: [
            { reason: "workdir-missing", path: "/srv/app", message: "workdir /srv/app does not exist" },
          ],
        },
        {
          name: "busy",
          action: "pending",
          reason: "env-changed",
          cost: "none",
          hold: "busy",
          awaiting: "restart",
          atStake: { attached: 2, idleSeconds: 4 },
          changes: [{ reason: "env-changed", fields: ["env.MODEL"], message: "env.MODEL changed" }],
        },
        { name: "fine", action: "none", cost: "none", changes: [] },
        {
          name: "removed",
          action: "remove",
          reason: "no-longer-declared",
          cost: "agent",
          atStake: { attached: 0, idleSeconds: 7200 },
          changes: [{ reason: "no-longer-declared", message: "no longer declared" }],
        },
        {
          name: "restarted",
          action: "restart",
          reason: "config-changed",
          cost: "agent",
          atStake: { attached: 1, idleSeconds: 200_000 },
          changes: [
            { reason: "config-changed", fields: ["command", "env.A"], message: "command, env.A changed" },
            {
              reason: "mode-changed",
              file: "env",
              mode: { found: 0o644, wanted: 0o600 },
              message: "env file has mode 0644 instead of 0600",
            },
          ],
        },
      ],
      shared: [
        {
          path: "/u/mosaic-agent@.service",
          role: "template",
          reason: "unit-changed",
          directives: ["TimeoutStopSec"],
          message: "text changed (TimeoutStopSec)",
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
      notes: [
        {
          kind: "older-script",
          agents: ["fine"],
          message: "Runs an older start script until its next start: fine.",
        },
      ],
      deviations: [],
      refusals: [{ ...smallPlan.refusals[0], message: "4 of 6 agents would be removed" }],
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

  it("contains the obstacles of the fleet as a whole", () => {
    const hindrance = { reason: "not-ours", kind: "file", name: "/x" } as const;
    expect(planJson({ ...aPlan, hindrance })).toMatchObject({
      hindrance: { ...hindrance, message: "/x exists, without this fleet's mark" },
    });
  });
});
