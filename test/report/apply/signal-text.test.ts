import { describe, expect, it } from "vitest";
import { cutShort, notVerified } from "../../../src/report/apply/signal-text.ts";
import { problem } from "../../support/report/an-event.ts";
import { aPlan } from "../../support/report/a-plan.ts";

const { actions } = aPlan;
const complete = { done: actions, failed: [], skipped: [] };

describe("An apply that ends early", () => {
  it("is incomplete if actions failed, and interrupted if a signal ended it", () => {
    expect(cutShort(aPlan, { ...complete, done: [], failed: actions })?.code).toBe("incomplete");
    expect(cutShort(aPlan, { ...complete, done: [], skipped: actions })?.code).toBe("incomplete");
    expect(cutShort(aPlan, { ...complete, interruptedBy: "SIGTERM" })?.code).toBe("interrupted");
    expect(cutShort(aPlan, complete)).toBeUndefined();
  });

  it("is not verified if nobody could be asked, with the reason next to it", () => {
    const reason = problem("systemctl did not answer", {
      code: "command-timeout",
      detail: "Nothing was changed.",
    });
    expect(notVerified([reason])).toMatchObject([
      { code: "not-verified" },
      { code: "command-timeout", detail: undefined },
    ]);
  });
});
