import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { waitReasons } from "../../src/plan/agent-plan.ts";
import { guards } from "../../src/plan/allowances.ts";
import { plannerKeys } from "../../src/desired/planner-values.ts";

/** Files that only name the members of a set, and use none of them. */
const lists = ["plan/agent-plan.ts", "plan/allowances.ts", "plan/change.ts", "plan/explain/fields-behind.ts"];

const planner = readdirSync("src/plan", { recursive: true, encoding: "utf8" })
  .map((path) => `plan/${path}`)
  .concat("desired/agent/recipe.ts", "observe/survey.ts")
  .filter((path) => path.endsWith(".ts") && !lists.includes(path))
  .map((path) => readFileSync(`src/${path}`, "utf8"))
  .join("\n");

/** Returns the reasons declared in the type of a change. */
function declaredReasons(): readonly string[] {
  const text = readFileSync("src/plan/change.ts", "utf8");
  const declared = [...text.matchAll(/readonly reason:((?:\s*\|?\s*"[a-z-]+")+)/g)].map(
    ([, words = ""]) => words,
  );
  return declared.flatMap((words) => [...words.matchAll(/"([a-z-]+)"/g)].map(([, word = ""]) => word));
}

describe("The planner", () => {
  it("finds every reason: none is only declared", () => {
    const reasons = declaredReasons();
    expect(reasons.length).toBeGreaterThan(35);
    expect(reasons.filter((reason) => !planner.includes(`"${reason}"`))).toEqual([]);
  });

  it("finds every reason to wait: none is only declared", () => {
    expect(Object.keys(waitReasons).filter((reason) => !planner.includes(`"${reason}"`))).toEqual([]);
  });

  it("refuses a plan for every guard", () => {
    expect(Object.keys(guards).filter((guard) => !planner.includes(`guard: "${guard}"`))).toEqual([]);
  });

  it("reads every key of fleet.yaml that has no other carrier", () => {
    expect(plannerKeys.filter((key) => !new RegExp(`[.{,]\\s*${key}\\b`).test(planner))).toEqual([]);
  });
});
