import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../src/desired/layout.ts";
import type { ObservedPane } from "../../../src/observed/types.ts";
import { panesByAgent, type AgentPanes } from "../../../src/plan/view/agent-panes.ts";
import { account, inputsOf, configOf } from "../../support/plan/resolved.ts";
import { emptyWorld, observedOf } from "../../support/plan/world.ts";

const layout = layoutOf("mosaic", "mosaic-factory", account);

function pane(difference: Partial<ObservedPane>): ObservedPane {
  return {
    id: "%1",
    pid: 1,
    dead: false,
    sessionId: "$1",
    sessionName: "canary",
    sessionUnit: "mosaic-agent@canary.service",
    attached: 0,
    activity: 0,
    agent: "canary",
    config: { fleet: "mosaic", hash: "0123456789abcdef", fields: new Map() },
    units: undefined,
    ...difference,
  };
}

/** Finds the canary among these panes, in any order. */
function canaryAmong(...panes: readonly Partial<ObservedPane>[]): AgentPanes | undefined {
  const [found, again] = [panes, panes.toReversed()].map((listed) => {
    const world = emptyWorld(layout, inputsOf(configOf({ agents: {} })));
    world.tmux = { pid: 1, unit: layout.holderUnit, panes: listed.map(pane) };
    return panesByAgent(observedOf(world), layout).get("canary");
  });
  expect(again).toEqual(found);
  return found;
}

describe("The pane of an agent", () => {
  it("is a live one rather than a dead one, in any session", () => {
    const renamed = { id: "%2", sessionId: "$2", sessionName: "kept" };
    expect(canaryAmong({ dead: true }, renamed)?.pane?.id).toBe("%2");
  });

  it("is the one in the session with its name, of two live or two dead ones", () => {
    const renamed = { id: "%0", sessionId: "$0", sessionName: "kept" };
    expect(canaryAmong(renamed, {})?.pane?.id).toBe("%1");
    expect(canaryAmong({ ...renamed, dead: true }, { dead: true })?.pane?.id).toBe("%1");
  });

  it("excludes the one of another fleet's agent with the same name, and includes one that was started by hand", () => {
    const config = { fleet: "web", hash: "0123456789abcdef", fields: new Map() };
    expect(canaryAmong({ config })).toBeUndefined();
    expect(canaryAmong({ config: undefined })?.pane?.id).toBe("%1");
  });

  it("is attached if a person is attached to any session with its window", () => {
    const linked = { sessionId: "$2", sessionName: "mine", sessionUnit: "", attached: 2 };
    const found = canaryAmong({}, linked);
    expect(found?.pane?.attached).toBe(2);
    expect(found?.sessions).toEqual([{ id: "$1", name: "canary" }]);
  });
});

describe("The sessions that end with an agent", () => {
  it("are all those that its unit has made, under any name, each once", () => {
    const found = canaryAmong(
      {},
      { id: "%2", dead: true },
      { id: "%3", sessionId: "$3", sessionName: "kept", dead: true },
    );
    expect(found?.sessions).toEqual([
      { id: "$1", name: "canary" },
      { id: "$3", name: "kept" },
    ]);
  });

  it("exclude those with a pane of another agent, even of another fleet", () => {
    const config = { fleet: "web", hash: "0123456789abcdef", fields: new Map() };
    for (const other of [{ agent: "planner" }, { agent: "planner", config }]) {
      expect(canaryAmong({ dead: true }, { id: "%2", ...other })?.sessions).toEqual([]);
    }
  });

  it("exclude those that a person has made", () => {
    expect(canaryAmong({ sessionUnit: "", dead: true })?.sessions).toEqual([]);
    expect(canaryAmong({ sessionUnit: "web-agent@canary.service" })?.sessions).toEqual([]);
  });
});
