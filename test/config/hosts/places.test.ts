import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { parsePlaces } from "../../../src/config/hosts/parse-places.ts";
import { placesProblems } from "../../../src/config/hosts/place-checks.ts";
import { placesPath, placesText, type Places } from "../../../src/config/hosts/places.ts";
import { sliceFor } from "../../../src/config/hosts/slice.ts";
import { parseFleet } from "../../../src/config/parse.ts";
import type { FleetConfig } from "../../../src/config/types.ts";

const run = { command: "run" };
const fleet = {
  hosts: { build1: {}, build2: {}, build3: { labels: { gpu: "yes" } } },
  agents: {
    coder: { ...run, replicas: 3, hosts: { spread: ["build1", "build2"] } },
    planner: { ...run, hosts: "build3" },
    watcher: { ...run, hosts: "all" },
  },
};

function parsed(more: object = fleet): FleetConfig {
  const result = parseFleet(stringify({ version: 1, ...more }), "fleet.yaml");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

const table: Places = {
  places: { "coder-1": "build1", "coder-2": "build2", planner: "build3" },
  moves: { "coder-3": { from: "build1", to: "build2" } },
  removed: { former: ["build1", "build2"] },
  drained: ["build1"],
};

function problems(text: string, config = parsed()): readonly string[] {
  const places = parsePlaces(text, "fleet.place.json");
  const found = places.ok
    ? placesProblems(config, places.value, text, "fleet.place.json")
    : places.diagnostics;
  return found.map(({ place, summary }) => `${place?.line ?? "-"}: ${summary}`);
}

describe("A table of places", () => {
  it("is next to fleet.yaml, with a line for each agent, and reads as it was written", () => {
    expect(placesPath("/srv/fleet.yaml")).toBe("/srv/fleet.place.json");
    const text = placesText({ ...table, places: { "coder-10": "b", "coder-9": "a" } });
    expect(text).toBe(
      '{\n  "formatVersion": "1.0",\n  "drained": ["build1"],\n  "moves": {\n    "coder-3": { "from": "build1", "to": "build2" }\n  },\n  "places": {\n    "coder-9": "a",\n    "coder-10": "b"\n  },\n  "removed": {\n    "former": ["build1", "build2"]\n  }\n}\n',
    );
    const again = parsePlaces(placesText(table), "fleet.place.json");
    expect(again).toEqual({ ok: true, value: table });
    expect(problems(placesText(table))).toEqual([]);
  });

  it("decides about the host of an agent, and an agent on its way is on neither without its end", () => {
    const config = { ...parsed(), places: table };
    const names = (host: string) => {
      const { agents, arrivals = {} } = sliceFor(config, host);
      return [JSON.stringify(agents["coder"]?.replicas ?? []), arrivals];
    };
    expect(names("build1")).toEqual(["[1]", {}]);
    expect(names("build2")).toEqual(["[2,3]", { "coder-3": "build1" }]);
    expect(sliceFor(config, "build2", {}).arrivals).toBeUndefined();
    expect(Object.keys(sliceFor(config, "build3").agents)).toEqual(["planner", "watcher"]);
  });

  it("is refused with the line of each mistake", () => {
    const places = (more: string): string => `{\n  "formatVersion": "1.0",\n  "places": {\n${more}\n  }\n}\n`;
    expect(problems("nothing")).toEqual(["-: fleet.place.json: it is no JSON"]);
    expect(problems("[]")).toEqual(["-: fleet.place.json: it is no JSON object"]);
    expect(problems('{\n<<<<<<< HEAD\n "places": {}\n=======\n}')).toEqual([
      "2: it has the marks of an unfinished merge",
    ]);
    expect(problems('{ "formatVersion": "2.0" }')).toEqual([
      '-: fleet.place.json: its formatVersion is not "1.0"',
    ]);
    expect(problems('{ "formatVersion": "1.0", "hosts": {} }')).toEqual(['1: unknown key "hosts"']);
    expect(problems(places('    "coder-1": ["build1"]'))).toEqual([
      "4: places must have names of agents with the name of a host each",
    ]);
    // JSON.parse takes the last one: a merge of two branches may leave both.
    expect(
      problems(places('    "coder-1": "build1",\n    "coder-2": "build2",\n    "coder-1": "build2"')),
    ).toEqual(['4: "coder-1" is there twice']);
    const both =
      '{\n "formatVersion": "1.0",\n "moves": { "a": { "from": "b", "to": "c" } },\n "places": { "a": "b" }\n}';
    expect(problems(both)).toEqual(['3: agent "a" has a place, and is on its way at the same time']);
    expect(problems('{ "formatVersion": "1.0", "moves": { "a": { "from": "b", "to": "b" } } }')).toHaveLength(
      1,
    );
    expect(problems('{ "formatVersion": "1.0", "removed": { "a": "b" } }')).toEqual([
      "1: removed must have names of agents with a list of one or two hosts each",
    ]);
    expect(problems(placesText({ ...table, removed: { planner: ["build1"] } }))).toEqual([
      expect.stringContaining('agent "planner" is removed, and has a place at the same time'),
    ]);
  });

  it("is refused if it does not fit fleet.yaml, so that an edit alone moves nobody", () => {
    const text = (more: Partial<Places["places"]>): string =>
      placesText({
        ...table,
        places: Object.fromEntries(
          Object.entries({ ...table.places, ...more }).flatMap(([name, host]) =>
            host === undefined ? [] : [[name, host]],
          ),
        ),
      });
    expect(problems(text({ "coder-1": undefined }))).toEqual([
      '-: fleet.place.json: agent "coder-1" has no place',
    ]);
    expect(problems(text({ "coder-1": "build3" }))[0]).toContain(
      'agent "coder-1" is on build3 here, and fleet.yaml says build1, build2',
    );
    expect(problems(text({ planner: "build1" }))[0]).toContain('agent "planner" is on build1 here');
    expect(problems(text({ "coder-1": "build9" }))).toEqual([
      expect.stringMatching(/^\d+: "build9" is no host of this fleet any more$/),
    ]);
    // A drained host without agents may leave the fleet.
    expect(problems(placesText({ ...table, drained: ["build9"] }))).toEqual([]);
    // An agent that is not declared any more harms nobody.
    expect(problems(text({ other: "build1" }))).toEqual([]);
    expect(problems(placesText({ ...table, removed: { other: ["build9"] } }))).toEqual([
      expect.stringMatching(/^\d+: "build9" is no host of this fleet any more$/),
    ]);
    const again = parsed({ ...fleet, agents: { ...fleet.agents, former: { ...run, hosts: "build3" } } });
    expect(problems(placesText(table), again)).toEqual([
      expect.stringContaining('agent "former" is on build1 here, and fleet.yaml says build3'),
    ]);
  });
});
