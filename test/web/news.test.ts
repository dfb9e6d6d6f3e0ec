import { describe, expect, it } from "vitest";
import type { UiAgent, UiState } from "../../src/ui/protocol.ts";
import { newsBetween } from "../../web/src/news/news.ts";
import { sectionsOf } from "../../web/src/groups/sections.ts";
import { uiAgentOf } from "../support/ui/ui-agent.ts";
import { uiFleetOf } from "../support/ui/ui-fleet.ts";

const stateOf = (agents: readonly UiAgent[], problems: UiState["fleet"]["problems"] = []): UiState => ({
  fleet: uiFleetOf({ problems }),
  agents,
});
const doing = (state: "working" | "waiting" | "idle" | "limited", since = 5, reason: string | null = null) =>
  uiAgentOf({ activity: { state, since, reason } });
const news = (before: UiAgent | undefined, after: UiAgent) =>
  newsBetween(before && stateOf([before]), stateOf([after])).map(({ title, text }) => `${title}: ${text}`);

describe("the news for a person who looks elsewhere", () => {
  it("tell a question once, and the next question again", () => {
    expect(news(doing("working"), doing("waiting", 6, "rm?"))).toEqual(["coder waits for you: rm?"]);
    expect(news(doing("waiting", 6, "rm?"), { ...doing("waiting", 6, "rm?"), restarts: 1 })).toEqual([]);
    expect(news(doing("waiting", 6, "rm?"), doing("waiting", 9, "mv?"))).toEqual([
      "coder waits for you: mv?",
    ]);
  });

  it("tell a limit and a failure, and no agent that is done or works", () => {
    expect(news(doing("working"), doing("limited", 6, "until 3pm"))).toEqual([
      "coder is at its limit: until 3pm",
    ]);
    const failed = uiAgentOf({ state: "failed", stateText: "failed (3)" });
    expect(news(doing("waiting"), failed)).toEqual(["coder has failed: failed (3)"]);
    expect(news(doing("working"), doing("idle"))).toEqual([]);
    expect(news(failed, uiAgentOf({}))).toEqual([]);
  });

  it("are none in the first state, and tell an agent that is new and waits", () => {
    expect(news(undefined, doing("waiting"))).toEqual([]);
    expect(newsBetween(stateOf([]), stateOf([doing("waiting")]))).toHaveLength(1);
  });

  it("are none while the fleet cannot be observed", () => {
    const problem = { summary: "broken", place: null, detail: null, hint: null };
    expect(newsBetween(stateOf([doing("idle")]), stateOf([doing("waiting")], [problem]))).toEqual([]);
  });
});

describe("the sections of the agents", () => {
  it("have each agent once, those first that need somebody", () => {
    const agents = [
      doing("waiting"),
      uiAgentOf({ name: "down", state: "failed" }),
      uiAgentOf({ name: "later", action: "pending", pending: "env" }),
      { ...doing("limited"), name: "limited", action: "pending", pending: "env" },
      { ...doing("working"), name: "busy" },
      { ...doing("idle"), name: "done" },
      uiAgentOf({ name: "shell" }),
      uiAgentOf({ name: "off", state: "stopped" }),
    ];
    expect(sectionsOf(agents).map(({ agents: own, id }) => [id, ...own.map(({ name }) => name)])).toEqual([
      ["you", "coder", "limited"],
      ["failed", "down"],
      ["pending", "later"],
      ["idle", "done"],
      ["working", "busy"],
      ["running", "shell"],
      ["rest", "off"],
    ]);
  });
});
