import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { holdPlaces } from "../../../src/config/hosts/hold-places.ts";
import { placesProblems } from "../../../src/config/hosts/place-checks.ts";
import { noPlaces, placesText, type Places } from "../../../src/config/hosts/places.ts";
import { sliceFor } from "../../../src/config/hosts/slice.ts";
import { parseFleet } from "../../../src/config/parse.ts";
import type { FleetConfig } from "../../../src/config/types.ts";
import { instancesOf } from "../../../src/desired/instances.ts";
import type { PlaceOptions } from "../../../src/hosts/places/place-changes.ts";
import { placeFleet } from "../../../src/hosts/places/place-fleet.ts";

const options: PlaceOptions = {
  rebalances: false,
  drain: [],
  undrain: [],
  lost: new Set(),
  ended: new Set(),
  hasEnded: () => false,
  mostMoves: Infinity,
  nowMs: Date.parse("2026-11-30T05:10:00Z"),
};

/** Returns options with answers of hosts: these agents have ended there. */
const ended = (agents: readonly string[]): Pick<PlaceOptions, "hasEnded"> => ({
  hasEnded: (agent) => agents.includes(agent),
});

function fleet(hosts: object, replicas: number, more: object = {}): FleetConfig {
  const agents = { coder: { command: "run", replicas, hosts: { spread: "all" } }, ...more };
  const result = parseFleet(stringify({ version: 1, hosts, agents }), "fleet.yaml");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

const three = { a: {}, b: {}, c: {} };
const shares = ({ places, moves }: Places): Record<string, number> => {
  const all = [...Object.values(places), ...Object.values(moves).map(({ to }) => to)];
  return Object.fromEntries(
    [...new Set(all)].toSorted().map((host) => [host, all.filter((each) => each === host).length]),
  );
};
const namesOn = (config: FleetConfig, host: string): readonly string[] =>
  instancesOf(sliceFor(config, host)).map(({ name }) => name);

describe("The next table of a fleet", () => {
  it("moves nobody if there was none: agents stay where their names have put them", () => {
    const config = fleet(three, 30);
    const { places, changes } = placeFleet(config, undefined, options);
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(["new"]));
    for (const host of ["a", "b", "c"])
      expect(namesOn({ ...config, places }, host)).toEqual(namesOn(config, host));
  });

  it("leaves the agents of an ignored host there, and gives it no others", () => {
    const { places } = placeFleet(fleet(three, 30), undefined, options);
    const ignoring = (replicas: number): FleetConfig =>
      fleet({ ...three, b: { state: "ignore" }, d: {} }, replicas);
    const next = placeFleet(ignoring(40), places, { ...options, rebalances: true });
    expect(shares(next.places)["b"]).toBe(shares(places)["b"]);
    expect(next.changes.filter((change) => "from" in change && change.from === "b")).toEqual([]);
    // Without a table, too: by its name, an agent has the same host as before.
    for (const host of ["a", "b", "c", "d"])
      expect(namesOn(ignoring(30), host)).toEqual(namesOn(fleet({ ...three, d: {} }, 30), host));
  });

  it("keeps everybody where they are when a host comes, and gives new agents to the emptiest hosts", () => {
    const { places } = placeFleet(fleet(three, 30), undefined, options);
    const wider = placeFleet(fleet({ ...three, d: { weight: 2 } }, 30), places, options);
    expect(wider.changes).toEqual([]);
    expect(wider.places).toEqual(places);
    const more = placeFleet(fleet({ ...three, d: {} }, 34), places, options);
    expect(more.changes).toEqual(
      [31, 32, 33, 34].map((number) => ({ kind: "new", agent: `coder-${number}`, to: "d" })),
    );
  });

  it("balances with the fewest moves on request, by the weights", () => {
    const { places } = placeFleet(fleet(three, 30), noPlaces, options);
    expect(shares(places)).toEqual({ a: 10, b: 10, c: 10 });
    const { places: next, changes } = placeFleet(fleet({ ...three, d: { weight: 3 } }, 30), places, {
      ...options,
      rebalances: true,
    });
    expect(shares(next)).toEqual({ a: 5, b: 5, c: 5, d: 15 });
    expect(changes).toHaveLength(15);
  });

  it("sends the agents of a drained host away, each on its way until it has ended there", () => {
    const config = fleet(three, 6, { planner: { command: "run", hosts: "a" } });
    const { places } = placeFleet(config, noPlaces, options);
    const drained = placeFleet(config, places, { ...options, drain: ["a"] });
    expect(drained.places.moves).toEqual({
      "coder-1": { from: "a", to: "b" },
      "coder-4": { from: "a", to: "c" },
    });
    expect(drained.places.places["planner"]).toBe("a");
    expect(namesOn({ ...config, places: drained.places }, "a")).toEqual(["planner"]);
    const arrived = placeFleet(config, drained.places, { ...options, ...ended(["coder-1"]) });
    expect(arrived.places.moves).toEqual({ "coder-4": { from: "a", to: "c" } });
    expect(arrived.places.places["coder-1"]).toBe("b");
    expect(arrived.places.drained).toEqual(["a"]);
    // The order stays until it is taken back, and takes nobody back by itself.
    const back = placeFleet(config, arrived.places, { ...options, undrain: ["a"] });
    expect(back.places.drained).toEqual([]);
    expect(back.changes).toEqual([{ kind: "on-its-way", agent: "coder-4", from: "a", to: "c" }]);
  });

  it("limits the agents on their way, and goes on with the others later", () => {
    const config = fleet(three, 9);
    const { places } = placeFleet(config, noPlaces, options);
    const limited = { ...options, drain: ["a"], mostMoves: 2 };
    const first = placeFleet(config, places, limited);
    expect(Object.keys(first.places.moves)).toEqual(["coder-1", "coder-4"]);
    expect(first.changes).toContainEqual({ kind: "stays", agent: "coder-7", on: "a", why: "enough" });
    const next = placeFleet(config, first.places, { ...limited, ...ended(["coder-1", "coder-4"]) });
    expect(Object.keys(next.places.moves)).toEqual(["coder-7"]);
  });

  it("gives the agents of a lost host a new one at once, and leaves those without another host", () => {
    const config = fleet({ a: {}, b: {} }, 4, {
      fixed: { command: "run", hosts: { spread: ["b"] } },
    });
    const { places } = placeFleet(config, noPlaces, options);
    const { a: _a, ...left } = { a: {}, b: {} };
    const after = placeFleet(fleet(left, 4), places, { ...options, lost: new Set(["a"]) });
    expect(shares(after.places)).toEqual({ b: 4 });
    expect(after.places.moves).toEqual({});
    const stuck = placeFleet(config, places, { ...options, drain: ["b"] });
    expect(stuck.changes).toContainEqual({ kind: "stays", agent: "fixed", on: "b", why: "no-host" });
  });

  it("notes when an agent has come after its end elsewhere, later than the time before", () => {
    const config = fleet({ a: {}, b: {} }, 1);
    const { places: first } = placeFleet(config, undefined, options);
    const [from = ""] = Object.values(first.places);
    const { places: way } = placeFleet(config, first, { ...options, drain: [from] });
    const { places: there } = placeFleet(config, way, { ...options, ...ended(["coder-1"]) });
    expect([first.since, way.since, there.since]).toEqual([
      undefined,
      undefined,
      { "coder-1": "2026-11-30T05:10:00Z" },
    ]);
    const [to = ""] = Object.values(there.places);
    const back = placeFleet(config, there, { ...options, undrain: [from], drain: [to] }).places;
    expect(back.since).toEqual(there.since);
    const { places: again } = placeFleet(config, back, { ...options, ...ended(["coder-1"]), nowMs: 0 });
    expect(again.since).toEqual({ "coder-1": "2026-11-30T05:10:01Z" });
    const lost = placeFleet(config, first, { ...options, lost: new Set([from]) });
    expect(lost.places.since).toEqual({ "coder-1": "2026-11-30T05:10:00Z" });
  });

  it("lets an agent start at its place by the word of a person that it runs nowhere else", () => {
    const config = fleet({ a: {}, b: {} }, 2);
    const { places: first } = placeFleet(config, undefined, options);
    const told = placeFleet(config, first, { ...options, ended: new Set(["coder-1"]) });
    expect(told.changes).toEqual([{ kind: "ended", agent: "coder-1", on: first.places["coder-1"] }]);
    expect(told.places).toEqual({ ...first, since: { "coder-1": "2026-11-30T05:10:00Z" } });
    // Hosts that know it elsewhere start it now, and no sooner.
    const host = first.places["coder-1"] ?? "";
    const elsewhere = { ...noPlaces, places: { "coder-1": host === "a" ? "b" : "a" } };
    const waitsWith = (places: Places): unknown =>
      holdPlaces({ ...config, places }, host, elsewhere).inPlace?.held;
    expect([waitsWith(first), waitsWith(told.places)]).toEqual([["coder-1"], undefined]);
  });

  it("keeps the host of a removed agent until that has told the end, also if it is declared again", () => {
    const { places } = placeFleet(fleet(three, 6), noPlaces, options);
    expect(places.places["coder-6"]).toBe("c");
    const config = fleet(three, 5);
    const removed = placeFleet(config, places, options);
    expect(removed.changes).toEqual([{ kind: "removed", agent: "coder-6", on: "c" }]);
    expect(removed.places.removed).toEqual({ "coder-6": ["c"] });
    expect(placeFleet(config, removed.places, options).changes).toEqual([
      { kind: "leaves", agent: "coder-6", on: "c" },
    ]);
    const gone = placeFleet(config, removed.places, { ...options, ...ended(["coder-6"]) });
    expect([gone.places.removed, gone.changes]).toEqual([{}, [{ kind: "gone", agent: "coder-6" }]]);
    expect(placeFleet(config, removed.places, { ...options, lost: new Set(["c"]) }).places.removed).toEqual(
      {},
    );
    // It goes on where it may still be, or moves from there.
    const back = placeFleet(fleet(three, 6), removed.places, options);
    expect([back.places.places["coder-6"], back.places.removed]).toEqual(["c", {}]);
    const elsewhere = placeFleet(fleet(three, 6), removed.places, { ...options, drain: ["c"] });
    expect(elsewhere.places.moves["coder-6"]).toEqual({ from: "c", to: expect.stringMatching(/^[ab]$/) });
    // An agent that was on its way is on its way again, and one on each host needs no memory.
    const way: Places = { ...noPlaces, moves: { "coder-6": { from: "a", to: "b" } } };
    const { removed: both } = placeFleet(config, way, options).places;
    expect(both).toEqual({ "coder-6": ["a", "b"] });
    expect(placeFleet(fleet(three, 6), { ...noPlaces, removed: both }, options).places.moves).toEqual(
      way.moves,
    );
    const everywhere = fleet(three, 5, { "coder-6": { command: "run", hosts: "all" } });
    expect(placeFleet(everywhere, removed.places, options).places.removed).toEqual({});
  });

  it("never puts an agent on two hosts, or on a new one before its end, whatever happens to the fleet", () => {
    const hosts = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 });
    const step = fc.record({
      hosts,
      replicas: fc.integer({ min: 1, max: 8 }),
      drain: fc.subarray(["a", "b", "c"]),
      undrain: fc.subarray(["a", "b", "c"]),
      rebalances: fc.boolean(),
      ended: fc.subarray(Array.from({ length: 8 }, (_, index) => `coder-${index + 1}`)),
    });
    const base = fleet({ a: {}, b: {}, c: {}, d: {} }, 1);
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        let table: Places | undefined;
        /** The hosts on which each agent may run. */
        const may = new Map<string, Set<string>>();
        const mayRunOn = (agent: string): Set<string> => {
          const own = may.get(agent) ?? new Set();
          may.set(agent, own);
          return own;
        };
        for (const each of steps) {
          const before: Places | undefined = table;
          // All hosts stay declared: a lost one is another matter. The choice of the agents changes instead.
          const coder = { command: "run", replicas: each.replicas, hosts: { spread: each.hosts } };
          const config = { ...base, agents: { coder } };
          const known = (names: readonly string[]) =>
            names.filter((name) => new Set<string>(each.hosts).has(name));
          const next = placeFleet(config, before, {
            ...options,
            rebalances: each.rebalances,
            drain: known(each.drain),
            undrain: each.undrain,
            ...ended(each.ended),
          }).places;
          for (const agent of each.ended) {
            const from = before?.moves[agent]?.from;
            const isDeclared = Object.hasOwn(next.places, agent) || Object.hasOwn(next.moves, agent);
            if (from !== undefined) mayRunOn(agent).delete(from);
            if (!isDeclared || Object.hasOwn(before?.removed ?? {}, agent)) may.delete(agent);
          }
          for (const [agent, host] of Object.entries(next.places)) {
            mayRunOn(agent).add(host);
            expect([...mayRunOn(agent)]).toEqual([host]);
            expect(Object.hasOwn(next.moves, agent)).toBe(false);
            const was: string | undefined = before?.places[agent];
            const move = before?.moves[agent];
            if (was !== undefined) expect(host).toBe(was);
            if (move !== undefined) expect([each.ended.includes(agent), host]).toEqual([true, move.to]);
          }
          for (const [agent, move] of Object.entries(next.moves)) {
            const was: string | undefined = before?.places[agent];
            if (was !== undefined) expect(move.from).toBe(was);
            mayRunOn(agent).add(move.from).add(move.to);
            expect([...mayRunOn(agent)].toSorted()).toEqual([move.from, move.to].toSorted());
          }
          const text = placesText(next);
          const misfits = placesProblems(config, next, text, "t").filter(
            ({ summary }) => !/ is on [a-d] here/.test(summary),
          );
          expect(misfits).toEqual([]);
          table = next;
        }
      }),
      { numRuns: Number(process.env["LAW_RUNS"] ?? 150) },
    );
  });
});
