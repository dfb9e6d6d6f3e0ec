import { expect, it } from "vitest";
import { progressLine, type Progress } from "../../../src/report/apply/progress-text.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";

const line = (progress: Progress, columns = 80) => progressLine(progress, columns, createColors(false));

it.each<[Progress, string]>([
  [{ does: "start", all: 200, left: ["a", "b"], ms: 1_200 }, "Starting agents: 198 of 200, 1 s"],
  [{ does: "restart", all: 3, left: ["a"], ms: 2_900 }, "Restarting agents: 2 of 3, 2 s, not yet: a"],
  [
    { does: "stop", all: 9, left: ["a", "b", "c", "d", "e"], ms: 65_000 },
    "Stopping agents: 4 of 9, 1 min, not yet: a, b, c and 2 more",
  ],
  [{ does: "verify", all: 4, left: ["a"], ms: 3_000 }, "Agents that are up: 3 of 4, 3 s, not yet: a"],
])("The progress of an apply has its numbers, its time and the slow agents: %j", (progress, text) => {
  expect(line(progress)).toBe(text);
});

it("The progress of an apply never breaks its line, and moves no cursor", () => {
  const left = ["a\u001B[2J", "b".repeat(60), "c".repeat(60)];
  const shown = line({ does: "start", all: 3, left, ms: 3_000 }, 40);
  expect(shown).toHaveLength(40);
  expect(shown).not.toContain("\u001B");
});
