import { describe, expect, it } from "vitest";
import { nextNeeding } from "../../web/src/news/next-needing.ts";
import { uiAgentOf } from "../support/ui/ui-agent.ts";

const waiting = (name: string, attention = 5) =>
  uiAgentOf({ name, attention, activity: { state: "waiting", since: 1, reason: null } });
const agents = [uiAgentOf({ name: "works" }), waiting("a"), waiting("b", 9), waiting("c")];

describe("the next agent that waits for a person", () => {
  it("follows the one on the screen in the order of the table, and begins again after the last one", () => {
    expect(nextNeeding(agents, undefined)).toEqual({ count: 3, next: "b" });
    expect(nextNeeding(agents, "works")).toEqual({ count: 3, next: "b" });
    expect(nextNeeding(agents, "b")).toEqual({ count: 2, next: "a" });
    expect(nextNeeding(agents, "c")).toEqual({ count: 2, next: "b" });
  });

  it("is nobody if no other one waits", () => {
    expect(nextNeeding([waiting("a"), uiAgentOf({ name: "works" })], "a")).toBeUndefined();
    expect(nextNeeding([uiAgentOf({ name: "works" })], undefined)).toBeUndefined();
  });
});
