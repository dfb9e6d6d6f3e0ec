import { describe, expect, it } from "vitest";
import { hasIgnoredCanary } from "../../../src/config/doubts/ignored-hosts.ts";
import { configOf } from "../../support/plan/resolved.ts";

describe("The canaries of a rollout", () => {
  const isLost = (canary: unknown): boolean =>
    hasIgnoredCanary(
      configOf({
        hosts: { a: { state: "ignore", labels: { ring: "canary" } }, b: { state: "ignore" }, c: {} },
        rollout: { canary },
        agents: {},
      } as never),
    );

  it("are lost if all hosts with their names or labels are ignored", () => {
    expect([["a"], ["a", "b"], { labels: { ring: "canary" } }].map(isLost)).toEqual([true, true, true]);
    expect([["a", "c"], ["c"], 1, "10%", undefined].map(isLost)).toEqual([false, false, false, false, false]);
  });
});
