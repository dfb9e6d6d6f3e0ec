import { describe, expect, it } from "vitest";
import { arrivalsIn, arrivalsNow, hostsToAsk, waitsOf } from "../../src/hosts/arrivals.ts";
import type { HostResult } from "../../src/hosts/host-result.ts";
import { hasEnded, type PlannedThere } from "../../src/hosts/presence.ts";
import type { FollowedAgents, HostFacts } from "../../src/transport/frames.ts";
import type { HostEnd } from "../../src/transport/host-run-state.ts";

const factsOf = (followed?: FollowedAgents): HostFacts => ({
  version: "0.1.0",
  node: "22.0.0",
  hostname: "here",
  uid: 1000,
  machine: undefined,
  lingers: true,
  clock: 0,
  followed,
});
const result = (host: string, agents: readonly PlannedThere[] | undefined, end?: HostEnd): HostResult => ({
  host,
  end: end ?? { name: "done", code: 0 },
  facts: factsOf({ kind: "known", agents: [] }),
  frames: agents === undefined ? [] : [{ kind: "json", value: { plan: { agents } } }],
});
const results = (...all: readonly HostResult[]) => new Map(all.map((each) => [each.host, each]));
const down = (host: string) => result(host, undefined, { name: "unreachable", detail: "" });

/** Without a table, each host of its spread may have an agent. */
const spread = new Map([["coder", { host: "b", elsewhere: ["a", "c"] }]]);
/** With a table, only the old host may. */
const moving = new Map([["coder", { host: "b", elsewhere: ["a"] }]]);
const add = { name: "coder", action: "add" };
const remove = { name: "coder", action: "remove" };
const busy = { name: "coder", action: "pending", hold: "busy" };

describe("An agent that comes to a host", () => {
  it("waits while another host has anything of it", () => {
    for (const there of [remove, busy, { name: "coder", action: "blocked" }]) {
      const all = results(result("a", [there]), result("b", [add]), result("c", []));
      expect(arrivalsIn(spread, all, all)).toEqual([
        { agent: "coder", to: "b", from: "a", because: "there" },
      ]);
    }
    const free = results(result("a", []), result("b", [add]), result("c", []));
    expect(arrivalsIn(spread, free, free)).toEqual([]);
  });

  it("waits for the answer of each host that may have it, and of no other one", () => {
    const all = results(result("a", []), result("b", [add]), down("c"));
    expect(arrivalsIn(spread, all, all)).toEqual([
      { agent: "coder", to: "b", from: "c", because: "unknown" },
    ]);
    expect(arrivalsIn(moving, all, all)).toEqual([]);
    // An answer without a plan, such as an error, says nothing.
    const odd = results(result("a", undefined), result("b", [{ ...add, action: "pending", hold: "move" }]));
    expect(arrivalsIn(moving, odd, odd)).toMatchObject([{ from: "a", because: "unknown" }]);
    expect(hostsToAsk(spread, results(result("b", [add])))).toEqual(["a", "c"]);
    expect(hostsToAsk(spread, results(result("b", [{ name: "coder", action: "restart" }])))).toEqual([]);
    expect(hostsToAsk(new Map(), results(result("b", [add])))).toEqual([]);
  });

  it("waits while the watch of another host may start it there", () => {
    const inFile: FollowedAgents = { kind: "known", agents: ["coder"] };
    for (const [followed, because] of [
      [inFile, "follows"],
      [{ kind: "unknown", why: "behind" }, "behind"],
      [undefined, "unreadable"],
    ] as const) {
      const old = { ...result("a", []), facts: factsOf(followed) };
      const all = results(old, result("b", [add]));
      expect(arrivalsIn(moving, all, all)).toEqual([{ agent: "coder", to: "b", from: "a", because }]);
      expect(hasEnded("coder", old)).toBe(false);
    }
  });

  it("waits on its new host alone", () => {
    const all = results(result("a", [remove]), result("b", [add]));
    expect([...waitsOf(arrivalsIn(moving, all, all))]).toEqual([["b", { coder: "a" }]]);
  });

  it("has ended there only by the word of the old host", () => {
    expect(hasEnded("coder", result("a", []))).toBe(true);
    expect(hasEnded("coder", result("a", [remove]))).toBe(false);
    expect(hasEnded("coder", result("a", [], { name: "done", code: 1 }))).toBe(false);
    expect(hasEnded("coder", result("a", undefined))).toBe(false);
    expect(hasEnded("coder", down("a"))).toBe(false);
    expect(hasEnded("coder", undefined)).toBe(false);
  });
});

describe("the agents that move by a saved plan", () => {
  const planned = { agent: "coder", to: "b", from: "a", because: "unknown" } as const;
  const other = { agent: "late", to: "b", from: "c", because: "unknown" } as const;

  it("wait with those that another host has, or may have, by now", () => {
    const found = { ...planned, because: "there" } as const;
    expect(arrivalsNow([planned], [found, other], new Set(["a", "b"]))).toEqual([found, other]);
    expect(arrivalsNow([], [other], new Set())).toEqual([other]);
  });

  it("start after another look at a former host in the run that has them no more", () => {
    expect(arrivalsNow([planned], [], new Set(["a", "b"]))).toEqual([{ ...planned, because: "there" }]);
    expect(arrivalsNow([planned], [], new Set(["b"]))).toEqual([planned]);
  });

  it("are asked for on all hosts that may have them, also of the plan", () => {
    const plans = results(result("b", [add]), result("a", []));
    expect(hostsToAsk(spread, plans, new Set())).toEqual(["a", "c"]);
  });
});
