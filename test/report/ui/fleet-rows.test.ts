import { describe, expect, it } from "vitest";
import { pendingText } from "../../../src/report/table/columns.ts";
import { uiAgent } from "../../../src/report/ui/fleet-rows.ts";
import { agentPlan } from "../../support/report/a-plan.ts";
import { agentStatus, now } from "../../support/report/a-status.ts";

describe("A change that waits", () => {
  const change = { reason: "settings-changed", record: "env", names: ["command"] } as const;
  const row = agentStatus({
    name: "canary",
    plan: agentPlan({ name: "canary", action: "restart", change }),
    values: [{ field: "command", running: "sort -> out", next: "sort" }],
  });

  it("has the arrow of its place between two values, and leaves those in a command alone", () => {
    expect(pendingText(row, "->")).toContain("(sort -> out -> sort)");
    expect(uiAgent(row, now, undefined).pending).toContain("(sort -> out → sort)");
  });

  it("is null on a page for an agent as declared", () => {
    expect(uiAgent(agentStatus({ name: "canary" }), now, undefined).pending).toBeNull();
  });
});
