import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { literalParts } from "../../../src/config/doubts/literal-variables.ts";
import { fieldPlaces } from "../../../src/config/field-places.ts";
import { relativePathsIn } from "../../../src/config/file/absolute-paths.ts";
import { sliceFor } from "../../../src/config/hosts/slice.ts";
import { parseFleet } from "../../../src/config/parse.ts";
import type { FleetConfig } from "../../../src/config/types.ts";
import { ok } from "../../../src/diagnostics/diagnostic.ts";
import { resolveFleet } from "../../../src/desired/agent/resolve.ts";
import { diagnosticsOf } from "../../support/config/errors-of.ts";
import { account, configOf, inputsOf } from "../../support/plan/resolved.ts";

/** Returns the files of the agents on a host. */
function filesOn(host: string, fleet: object): readonly string[] {
  return filesOf(configOf(stringify({ version: 1, ...fleet })), host);
}

function filesOf(whole: FleetConfig, host: string): readonly string[] {
  const config = sliceFor(whole, host);
  const { agents } = resolveFleet(config, account, inputsOf(config));
  return agents.flatMap(({ env, dropIn }) => [env.content, dropIn?.content ?? ""]);
}

const bare = configOf("version: 1");

/** Values for keys of all kinds, as parsed: plain ones, maps, and a list that is joined. */
const level = fc.record(
  {
    onChange: fc.constantFrom("restart" as const, "keep" as const, "when-idle" as const),
    workdir: fc.constantFrom("~/a", "/srv/b"),
    stopTimeout: fc.constantFrom(5_000, 7_000),
    env: fc.dictionary(fc.constantFrom("A", "B", "C"), fc.constantFrom("1", "2")),
    restart: fc.record(
      { policy: fc.constantFrom("always" as const, "no" as const), limit: fc.constantFrom(3, 4) },
      { requiredKeys: [] },
    ),
    hooks: fc.record(
      { preStart: fc.constantFrom("a", "b"), preStop: fc.constantFrom("c", "d") },
      { requiredKeys: [] },
    ),
    envFiles: fc.subarray(["/srv/one.env", "/srv/two.env"]),
  },
  { requiredKeys: [] },
);

const run = { command: "run" };

describe("The defaults of a host", () => {
  it("win over those of the fleet, and the agent's own keys over both, maps key by key", () => {
    fc.assert(
      fc.property(level, level, level, (fleet, host, own) => {
        const flat = {
          ...fleet,
          ...host,
          ...own,
          env: { ...fleet.env, ...host.env, ...own.env },
          restart: { ...fleet.restart, ...host.restart, ...own.restart },
          hooks: { ...fleet.hooks, ...host.hooks, ...own.hooks },
          envFiles: [fleet, host, own].flatMap(({ envFiles = [] }) => envFiles),
        };
        const agent = { ...run, ...own, hosts: "all" as const };
        const three = {
          ...bare,
          defaults: fleet,
          hosts: { one: { defaults: host }, two: {} },
          agents: { a: agent },
        };
        expect(filesOf(three, "one")).toEqual(
          filesOf({ ...bare, hosts: { one: {} }, agents: { a: { ...agent, ...flat } } }, "one"),
        );
        expect(filesOf(three, "two")).toEqual(filesOf({ ...three, hosts: { two: {} } }, "two"));
      }),
      { numRuns: Number(process.env["LAW_RUNS"] ?? 40) },
    );
  });

  it("replace a worktree by a workdir, and a workdir by a worktree", () => {
    const workdirs = (fleet: object, host: object): readonly string[] =>
      filesOn("one", {
        defaults: fleet,
        hosts: { one: { defaults: host } },
        agents: { a: { ...run, hosts: "one" } },
      }).flatMap((text) => /^MOSAIC_AGENT_WORKDIR=(.*)$/m.exec(text)?.[1] ?? []);
    const tree = { worktree: { repo: "/srv/app" } };
    expect(workdirs(tree, { workdir: "/srv/plain" })).toEqual(["/srv/plain"]);
    expect(workdirs({ workdir: "/srv/plain" }, tree)).toEqual(["/srv/app.worktrees/a"]);
    expect(workdirs(tree, { worktree: { path: "/srv/t" } })).toEqual(["/srv/t"]);
  });

  it("do not reach services, and may be an empty section", () => {
    const fleet = {
      hosts: { one: { defaults: { env: { A: "1" } } }, two: { defaults: null } },
      services: { s: { ...run, hosts: "all" } },
    };
    expect(filesOn("one", fleet)).toEqual(filesOn("two", fleet));
  });
});

describe("The line of a mistake by the defaults of a host", () => {
  const errors = (text: string): readonly string[] =>
    diagnosticsOf(text).map(({ place, summary }) => `${place?.line}: ${summary}`);

  it("is that of the default, with the name of the host", () => {
    expect(
      errors(`version: 1
defaults: { restart: { policy: no } }
hosts:
  one:
  two:
    defaults:
      env: { NUMBER: "{replica}" }
      restart: { policy: always }
  three: { defaults: { runtime: nosuch } }
agents:
  a: { command: run, run: once, hosts: all }
`),
    ).toEqual([
      '7: host "two": {replica} has no number in agent "a", which has no replicas',
      '8: host "two": agent "a" has run: once, but restart.policy: always',
      '9: host "three": unknown runtime "nosuch" in defaults',
    ]);
  });

  it("is that of the agent if the defaults of the host have no part in it", () => {
    expect(
      errors(`version: 1
hosts: { one: { defaults: { env: { A: "1" } } }, two: {} }
agents:
  a: { command: run, env: { B: "{replica}" }, hosts: all }
  b: { hosts: one }
`),
    ).toEqual([
      '4: {replica} has no number in agent "a", which has no replicas',
      '5: agent "b" has neither a command nor a runtime',
    ]);
  });

  it("is none if each host of an agent repairs it", () => {
    const fleet = (two: string): string => `version: 1
runtimes: { shell: { command: sh } }
hosts:
  one: { defaults: { runtime: shell } }
  two: ${two}
agents: { a: { hosts: all } }
`;
    expect(parseFleet(fleet("{ defaults: { runtime: shell } }"), "fleet.yaml").ok).toBe(true);
    expect(errors(fleet('{ defaults: { env: { A: "1" } } }'))).toEqual([
      '5: host "two": agent "a" has neither a command nor a runtime',
    ]);
    expect(errors(fleet("{}"))).toEqual(['6: agent "a" has neither a command nor a runtime']);
  });

  it("is that of a key with a wrong value, or of one that chooses hosts", () => {
    const found = diagnosticsOf(`version: 1
hosts:
  one:
    defaults:
      hosts: all
      spread: all
      weight: 2
      stopTimeout: soon
      restart: { polcy: no }
agents: {}
`);
    expect(found.map(({ place, summary }) => `${place?.line}: ${summary}`)).toEqual([
      '5: "hosts" in defaults in host "one" cannot choose hosts',
      '6: "spread" in defaults in host "one" cannot choose hosts',
      '7: "weight" in defaults in host "one" cannot choose hosts',
      expect.stringContaining('8: defaults.stopTimeout in host "one" must be a duration'),
      '9: unknown key "polcy" in defaults.restart in host "one"',
    ]);
    expect(found.map(({ hint }) => hint)).toEqual([
      "write hosts at the agent, or under defaults of the fleet",
      "write hosts at the agent, or under defaults of the fleet",
      "weight is a key of the host itself: write it next to its defaults",
      undefined,
      'did you mean "policy"?',
    ]);
  });
});

describe("The text of the defaults of a host", () => {
  const text = `version: 1
defaults: { onChange: keep, env: { A: "1", B: "1" } }
hosts:
  one:
    defaults: { env: { B: "$HOME" }, workdir: src }
agents:
  a: { command: run, hosts: all }
`;

  it("is the origin of its values on this host alone", () => {
    const origins = (host?: string): readonly string[] => {
      const places = fieldPlaces(text, "fleet.yaml", [], host);
      return ["env.A", "env.B", "workdir", "onChange"].flatMap((field) =>
        places.field("a", field).map(({ from, place }) => `${field} ${from} ${place.line}`),
      );
    };
    expect(origins("one")).toEqual([
      "env.A defaults 2",
      "env.B host 5",
      "workdir host 5",
      "onChange defaults 2",
    ]);
    expect(origins("two")).toEqual(["env.A defaults 2", "env.B defaults 2", "onChange defaults 2"]);
    expect(fieldPlaces(text, "fleet.yaml", [], "one").at(["defaults", "env", "B"])?.line).toBe(5);
  });

  it("takes part in the search for relative paths and for variables", () => {
    const config = configOf(text);
    expect([relativePathsIn(config), relativePathsIn(sliceFor(config, "one"))]).toEqual([["src"], ["src"]]);
    expect(literalParts(config)).toEqual([
      { path: ["hosts", "one", "defaults", "env", "B"], part: "$HOME", kind: "variable" },
    ]);
  });

  it("may be in an included file, with paths from its folder", () => {
    const included = parseFleet(
      "version: 1\ninclude: team/hosts.yaml\nagents: { a: { command: run, hosts: one } }\n",
      "fleet.yaml",
      {
        id: "",
        read: (name) =>
          ok({
            name,
            id: name,
            file: name,
            text: "hosts: { one: { defaults: { workdir: app, x-note: 1 } } }\n",
          }),
      },
    );
    expect(included.ok && sliceFor(included.value, "one").defaults).toEqual({ workdir: "team/app" });
  });
});
