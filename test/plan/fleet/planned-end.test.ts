import { describe, expect, it } from "vitest";
import type { waitReasons } from "../../../src/plan/agent-plan.ts";
import { plannedEnd } from "../../../src/plan/fleet/planned-end.ts";

/** The end that a guard counts for each wait of a removal. A reason without a line does not compile. */
const counted: Readonly<Record<keyof typeof waitReasons | "suspended", "remove" | undefined>> = {
  busy: "remove",
  kept: undefined,
  job: undefined,
  move: undefined,
  suspended: undefined,
};

describe("An agent that waits for its removal", () => {
  it.each(Object.entries(counted))("counts as ended, or not, by its reason to wait: %s", (hold, end) => {
    expect(plannedEnd({ action: "pending", hold, awaiting: "remove" })).toBe(end);
  });

  it("does not count if it is renamed", () => {
    expect(plannedEnd({ action: "pending", hold: "busy", awaiting: "remove", reason: "renamed" })).toBe(
      undefined,
    );
  });
});
