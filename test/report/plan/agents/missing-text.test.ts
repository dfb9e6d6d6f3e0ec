import { expect, it } from "vitest";
import type { Change } from "../../../../src/plan/change.ts";
import type { AgentPlan } from "../../../../src/plan/agent-plan.ts";
import { missingGroups, missingLines } from "../../../../src/report/plan/agents/missing-text.ts";
import { createColors } from "../../../../src/report/terminal/colors.ts";

const colors = createColors(false);

function blocked(name: string, first: Change, ...more: readonly Change[]): AgentPlan {
  return {
    name,
    action: "blocked",
    reason: first.reason,
    cost: "none",
    atStake: undefined,
    changes: [first, ...more],
  };
}

const noFolder: Change = { reason: "workdir-missing", path: "/home/ada/my app" };
const noFile: Change = { reason: "env-file-missing", path: "/home/ada/a.env" };

it("Agents with the same missing folder are one line, with the line of fleet.yaml and a command that creates the folder", () => {
  const agents = [blocked("a", noFolder), blocked("b", noFolder, noFile), blocked("c", noFolder)];
  const groups = [...missingGroups(agents).values()];
  const lines = groups.flatMap((group) =>
    missingLines(group, colors, (_, field) => (field === "workdir" ? "fleet.yaml:4" : undefined)),
  );
  expect(lines).toEqual([
    "  ! agents a and c are blocked: workdir /home/ada/my app does not exist",
    "      fleet.yaml:4: mkdir -p '/home/ada/my app'",
    "  ! agent b is blocked: workdir /home/ada/my app does not exist",
    "      fleet.yaml:4: mkdir -p '/home/ada/my app'",
    "      and envFile /home/ada/a.env does not exist",
  ]);
});

it("Agents with another obstacle too are reported one by one", () => {
  const foreign: Change = { reason: "not-ours", kind: "file", name: "/x" };
  expect([...missingGroups([blocked("a", foreign), blocked("b", noFolder, foreign)]).keys()]).toEqual([]);
});
