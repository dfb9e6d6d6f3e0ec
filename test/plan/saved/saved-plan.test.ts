import { describe, expect, it } from "vitest";
import { preconditionsOf } from "../../../src/plan/saved/preconditions.ts";
import {
  parseSavedPlan,
  renderSavedPlan,
  type Origin,
  type SavedPlan,
} from "../../../src/plan/saved/saved-plan.ts";
import { planJson } from "../../../src/report/plan/plan-json.ts";
import { allowedBy } from "../../../src/plan/allowances.ts";
import { bold } from "../../support/plan/arbitraries.ts";
import { edited, machineWith, planOn, trio } from "../../support/plan/scene.ts";
import { observedOf } from "../../support/plan/world.ts";

const key = "of this machine";
const here = { version: "1.2.3", host: "factory", uid: 1000 };
const origin: Origin = {
  ...here,
  file: "/home/ada/fleet.yaml",
  fleet: "mosaic",
  only: null,
  options: allowedBy({ now: true }),
  madeAt: "2026-01-01T00:00:00.000Z",
};

const world = machineWith(trio);
const plan = planOn(
  world,
  edited(trio, "canary", { env: { API_TOKEN: "hush-declared" }, description: "x" }),
  bold,
);
const scene = { observed: observedOf(world), layout: world.layout, invocations: new Map(), key };
const facts = plan.actions.map((action) => preconditionsOf(action, scene));
const text = renderSavedPlan(planJson(plan), facts, origin, key);

/** Reads a saved plan back, or returns the code and summary of the refusal. */
function read(saved: string, there = here, otherKey = key): SavedPlan | string {
  const parsed = parseSavedPlan(saved, "plan.json", there, otherKey);
  return parsed.ok
    ? parsed.value
    : parsed.diagnostics.map(({ code, summary }) => `${code}: ${summary}`).join();
}

describe("A saved plan", () => {
  it("is read back with its origin, and each action with its preconditions", () => {
    expect(read(text)).toMatchObject({
      origin,
      actions: plan.actions.map(({ id }, index) => ({ id, fingerprint: facts[index] })),
    });
    expect(facts.filter((each) => Object.keys(each).length > 0).length).toBeGreaterThan(2);
  });

  it("is the plan as JSON for other readers", () => {
    const { origin: _, checksum, ...rest } = JSON.parse(text) as Record<string, unknown>;
    expect(checksum).toMatch(/^[0-9a-f]{16}$/);
    const actions = rest["actions"] as readonly { readonly fingerprint: unknown }[];
    expect({ ...rest, actions: actions.map(({ fingerprint: _none, ...action }) => action) }).toEqual(
      JSON.parse(JSON.stringify(planJson(plan))),
    );
  });

  it("contains no content of a file", () => {
    expect(
      plan.actions.some((action) => "content" in action && action.content.includes("hush-declared")),
    ).toBe(true);
    expect(text).not.toContain("hush");
  });

  it("is refused with any changed byte, unless its meaning is the same", () => {
    const whole = JSON.parse(text) as unknown;
    const accepted: number[] = [];
    for (let at = 0; at < text.length; at++) {
      for (const other of [text[at] === "x" ? "y" : "x", text[at] === "0" ? "1" : "0", " "]) {
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        if (changed === text || typeof read(changed) === "string") continue;
        expect(JSON.parse(changed)).toEqual(whole);
        accepted.push(at);
      }
    }
    // Blanks and line breaks between the parts.
    expect(accepted.every((at) => /\s/.test(text[at] ?? ""))).toBe(true);
  });

  it("is refused with an added, removed or moved action", () => {
    const whole = JSON.parse(text) as { actions: unknown[] };
    const [first, ...rest] = whole.actions;
    for (const actions of [[], rest, [...rest, first], [...whole.actions, first]]) {
      expect(read(JSON.stringify({ ...whole, actions }, null, 2))).toBe(
        "foreign-plan: plan.json is not as it was saved: its checksum does not fit",
      );
    }
  });

  it.each([
    [
      "of another version",
      { ...here, version: "1.2.4" },
      "was made by mosaic-fleet 1.2.3, and this is 1.2.4",
    ],
    [
      "on another host",
      { ...here, host: "laptop" },
      "was made for user 1000 on factory, and this is user 1000 on laptop",
    ],
    [
      "for another user",
      { ...here, uid: 1001 },
      "was made for user 1000 on factory, and this is user 1001 on factory",
    ],
  ])("is refused %s", (_, there, why) => {
    expect(read(text, there)).toBe(`foreign-plan: plan.json ${why}`);
  });

  it("is refused on another machine of the same name", () => {
    expect(read(text, here, "of another machine")).toBe(
      "foreign-plan: plan.json is not as it was saved: its checksum does not fit",
    );
  });

  it.each([
    ["", "nothing"],
    ["{", "no JSON"],
    ["null", "null"],
    ['"x"', "a text"],
    ["[]", "a list"],
    [JSON.stringify(planJson(plan)), "a plan that was printed"],
    ['{"checksum":"x","origin":null,"actions":[]}', "one without an origin"],
    ['{"checksum":"x","origin":{},"actions":{}}', "one without actions"],
    ["version: 1\nagents: {}\n", "a fleet.yaml"],
  ])("differs from %s (%s)", (saved) => {
    expect(read(saved)).toBe("foreign-plan: plan.json is not a saved plan");
  });
});
