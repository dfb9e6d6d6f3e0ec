import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { createPlacer, type PlaceHost } from "../../../src/config/hosts/place.ts";
import { hostsOfInstance, sliceFor } from "../../../src/config/hosts/slice.ts";
import { parseFleet } from "../../../src/config/parse.ts";
import type { FleetConfig } from "../../../src/config/types.ts";
import { instancesOf } from "../../../src/desired/instances.ts";

const named = (name: string): PlaceHost => ({ name, weight: 1 });
const twenty = Array.from({ length: 20 }, (_, index) => named(`build${index + 1}`));
const agents = Array.from({ length: 1_000 }, (_, index) => `coder-${index + 1}`);

const hosts = fc.uniqueArray(
  fc.record({ name: fc.stringMatching(/^[a-z0-9]{1,6}$/), weight: fc.integer({ min: 1, max: 4 }) }),
  { selector: ({ name }) => name, minLength: 1, maxLength: 12 },
);
const some = agents.slice(0, 60);

describe("The host of an agent", () => {
  it("never changes: the golden table of 1,000 agents on 20 hosts", () => {
    const place = createPlacer(twenty);
    const placed = agents.map((agent) => place(agent)?.slice("build".length));
    const golden = readFileSync(new URL("placement.golden", import.meta.url), "utf8");
    expect(`${placed.join(" ")}\n`).toBe(golden);
  });

  it("never changes: the shares, and the agents that move with one host more, less, or heavier", () => {
    const place = createPlacer(twenty);
    const movesTo = (given: readonly PlaceHost[]): number => {
      const other = createPlacer(given);
      return agents.filter((agent) => other(agent) !== place(agent)).length;
    };
    const counts = twenty.map(({ name }) => agents.filter((agent) => place(agent) === name).length);
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([32, 67]);
    expect(movesTo([...twenty, named("build21")])).toBe(49);
    expect(movesTo(twenty.slice(0, -1))).toBe(counts.at(-1));
    expect(movesTo(twenty.map((host) => (host.name === "build1" ? { ...host, weight: 2 } : host)))).toBe(46);
    const names = ["a", "Z_9", "x".repeat(63)];
    expect(names.map((name) => place(name))).toEqual(["build11", "build3", "build9"]);
  });

  it("depends neither on the order of the hosts nor on the other agents", () => {
    fc.assert(
      fc.property(hosts, (given) => {
        const [one, other] = [createPlacer(given), createPlacer(given.toReversed())];
        expect(some.filter((agent) => one(agent) !== other(agent))).toEqual([]);
      }),
    );
  });

  it("changes with a further host only to that one, and with a lost host only from it", () => {
    fc.assert(
      fc.property(hosts, fc.integer({ min: 1, max: 4 }), (given, weight) => {
        const [fewer, more] = [createPlacer(given), createPlacer([...given, { name: "new-host", weight }])];
        expect(some.filter((agent) => more(agent) !== fewer(agent) && more(agent) !== "new-host")).toEqual(
          [],
        );
      }),
    );
  });

  it("changes with a greater weight only to that host", () => {
    fc.assert(
      fc.property(hosts, ([first, ...others]) => {
        if (first === undefined) return;
        const before = createPlacer([first, ...others]);
        const after = createPlacer([{ ...first, weight: first.weight + 1 }, ...others]);
        expect(some.filter((agent) => after(agent) !== before(agent) && after(agent) !== first.name)).toEqual(
          [],
        );
      }),
    );
  });

  it("gives each host its share", () => {
    const counts = new Map<string | undefined, number>();
    const place = createPlacer([...twenty.slice(0, 9), { name: "big", weight: 3 }]);
    for (const agent of agents) counts.set(place(agent), (counts.get(place(agent)) ?? 0) + 1);
    for (const { name } of twenty.slice(0, 9))
      expect(Math.abs((counts.get(name) ?? 0) - 83)).toBeLessThan(35);
    expect(Math.abs((counts.get("big") ?? 0) - 250)).toBeLessThan(60);
  });

  it("is unknown without hosts", () => {
    expect(createPlacer([])("a")).toBeUndefined();
  });
});

const run = { command: "run {replica}" };

function parsed(fleet: object): FleetConfig {
  const result = parseFleet(stringify({ version: 1, ...fleet }), "fleet.yaml");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

function problems(fleet: object): readonly string[] {
  const result = parseFleet(stringify({ version: 1, ...fleet }), "fleet.yaml");
  return result.ok ? [] : result.diagnostics.map(({ place, summary }) => `${place?.line}: ${summary}`);
}

describe("Agents with spread", () => {
  const machines = {
    desk: {},
    build1: { labels: { gpu: "yes" }, weight: 2 },
    build2: { labels: { gpu: "yes" } },
  };
  const fleet = {
    hosts: machines,
    defaults: { hosts: { spread: { labels: { gpu: "yes" } } } },
    agents: {
      coder: { ...run, replicas: 12 },
      single: { command: "run" },
      planner: { command: "run", hosts: "desk" },
    },
  };

  it("are each on exactly one of their hosts, as the same agents as without hosts", () => {
    const config = parsed(fleet);
    const { hosts: _hosts, defaults: _defaults, ...rest } = fleet;
    const alone = parsed({ ...rest, agents: { coder: fleet.agents.coder, single: { command: "run" } } });
    const parts = ["desk", "build1", "build2"].map((host) => instancesOf(sliceFor(config, host)));
    expect(parts[0]?.map(({ name }) => name)).toEqual(["planner"]);
    const spread = [...(parts[1] ?? []), ...(parts[2] ?? [])];
    const plain = ({ name, replica, entry: { command } }: (typeof spread)[number]) => ({
      name,
      replica,
      command,
    });
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
    expect(spread.map(plain).toSorted(byName)).toEqual(instancesOf(alone).map(plain).toSorted(byName));
    expect(parts[1]?.length).toBeGreaterThan(0);
    const [entry] = Object.values(config.agents);
    for (const { name } of parts[2] ?? [])
      if (name.startsWith("coder") && entry) expect(hostsOfInstance(entry, name, config)).toEqual(["build2"]);
  });

  it("leave a drained host, and no other one", () => {
    const before = parsed(fleet);
    const after = parsed({ ...fleet, hosts: { ...machines, build1: { ...machines.build1, drain: true } } });
    expect(instancesOf(sliceFor(after, "build1"))).toEqual([]);
    const stayed = instancesOf(sliceFor(before, "build2")).map(({ name }) => name);
    expect(instancesOf(sliceFor(after, "build2")).map(({ name }) => name)).toEqual(
      expect.arrayContaining(stayed),
    );
  });

  it("need a host that takes them, and no dependency leads to them", () => {
    const drained = { build1: { drain: true } };
    expect(problems({ hosts: drained, agents: { a: { command: "x", hosts: { spread: "all" } } } })).toEqual([
      "9: all of these hosts are drained",
    ]);
    expect(
      problems({ hosts: { build1: {} }, agents: { a: { command: "x", hosts: { spread: "bild1" } } } }),
    ).toEqual(['8: there is no host "bild1"']);
    expect(
      problems({
        hosts: { build1: {} },
        agents: {
          a: { command: "x", hosts: { spread: "all" } },
          b: { command: "x", hosts: "all", dependsOn: ["a"] },
        },
      }),
    ).toEqual(['12: agent "b" depends on "a", which is spread over hosts']);
  });
});
