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
  it("is a live one rather than a dead one, wherever they are", () => {
    const renamed = { id: "%2", sessionId: "$2", sessionName: "kept" };
    expect(canaryAmong({ dead: true }, renamed)?.pane?.id).toBe("%2");
  });

  it("is the one in the session of its name, of two that live or that are dead", () => {
    const renamed = { id: "%0", sessionId: "$0", sessionName: "kept" };
    expect(canaryAmong(renamed, {})?.pane?.id).toBe("%1");
    expect(canaryAmong({ ...renamed, dead: true }, { dead: true })?.pane?.id).toBe("%1");
  });

  it("is not that of another fleet's agent of the same name; of one started by hand it is", () => {
    const config = { fleet: "web", hash: "0123456789abcdef", fields: new Map() };
    expect(canaryAmong({ config })).toBeUndefined();
    expect(canaryAmong({ config: undefined })?.pane?.id).toBe("%1");
  });

  it("is attached to by whoever is attached to any session that its window is linked into", () => {
    const linked = { sessionId: "$2", sessionName: "mine", sessionUnit: "", attached: 2 };
    const found = canaryAmong({}, linked);
    expect(found?.pane?.attached).toBe(2);
    expect(found?.sessions).toEqual([{ id: "$1", name: "canary" }]);
  });
});

describe("The sessions that end with an agent", () => {
  it("are all that its unit has made, under whatever name, each once", () => {
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

  it("are none in which another agent has a pane, be it another fleet's", () => {
    const config = { fleet: "web", hash: "0123456789abcdef", fields: new Map() };
    for (const other of [{ agent: "planner" }, { agent: "planner", config }]) {
      expect(canaryAmong({ dead: true }, { id: "%2", ...other })?.sessions).toEqual([]);
    }
  });

  it("are none that somebody else has made", () => {
    expect(canaryAmong({ sessionUnit: "", dead: true })?.sessions).toEqual([]);
    expect(canaryAmong({ sessionUnit: "web-agent@canary.service" })?.sessions).toEqual([]);
  });
});
