import { dirname, join } from "node:path/posix";
import { describe, expect, it } from "vitest";
import { parseFleet } from "../../src/config/parse.ts";
import type { FleetConfig } from "../../src/config/types.ts";
import { fieldPlaces } from "../../src/config/field-places.ts";
import type { Includer } from "../../src/config/include/gather.ts";
import { fail, ok, type Diagnostic, type Result } from "../../src/diagnostics/diagnostic.ts";

type Files = Readonly<Record<string, string>>;

/** Returns an includer of files in memory. The first file is `/fleet/fleet.yaml`. */
function includerOf(files: Files): Includer {
  return {
    id: "/fleet/fleet.yaml",
    read(path) {
      const name = path.replace(/^~/, "/home/ada");
      const text = files[name];
      if (text === "forbidden") return fail("file-unreadable", `cannot read ${name}: permission denied`);
      return text === undefined
        ? undefined
        : ok({ name, id: join("/fleet", name.startsWith("/") ? "/" : ".", name), file: name, text });
    },
  };
}

function parse(first: string, files: Files): Result<FleetConfig> {
  return parseFleet(first, "fleet.yaml", includerOf({ ...files, "fleet.yaml": first }));
}

function configOf(first: string, files: Files): FleetConfig {
  const parsed = parse(first, files);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics, null, 2));
  return parsed.value;
}

function problemsOf(first: string, files: Files): readonly Diagnostic[] {
  const parsed = parse(first, files);
  if (parsed.ok) throw new Error("expected errors");
  return parsed.diagnostics;
}

/** Returns each error as `FILE:LINE CODE`. */
function placesOf(first: string, files: Files): readonly string[] {
  return problemsOf(first, files).map(({ code, place }) => `${place?.file}:${place?.line} ${code}`);
}

const first = (include: string, ...more: readonly string[]): string =>
  ["version: 1", `include: ${include}`, ...more, ""].join("\n");

describe("An included file", () => {
  it("adds its agents and runtimes, also through another one", () => {
    const config = configOf(first("[a.yaml, lib/r.yaml]", "agents: { own: { runtime: r } }"), {
      "a.yaml": "include: b.yaml\nagents: { a: { runtime: r, dependsOn: [own, b] } }\n",
      "b.yaml": "version: 1\nagents:\n  b: { command: x }\n",
      "lib/r.yaml": "runtimes: { r: { command: run } }\n",
    });
    expect(Object.keys(config.agents)).toEqual(["own", "a", "b"]);
    expect(config.runtimes).toEqual({ r: { command: "run" } });
    expect(config).not.toHaveProperty("include");
  });

  it("counts once if two files include it", () => {
    const config = configOf(first("[a.yaml, b.yaml]"), {
      "a.yaml": "include: [lib/../c.yaml]\nagents: { a: { command: x } }\n",
      "b.yaml": "include: [c.yaml]\n",
      "c.yaml": "agents: { c: { command: x } }\n",
    });
    expect(Object.keys(config.agents)).toEqual(["a", "c"]);
  });

  it("has relative paths from its own folder", () => {
    const agent = "agents: { NAME: { command: x, workdir: app/{{name}}, envFiles: [.env, ~/k.env] } }\n";
    const of = (name: string) => agent.replace("NAME", name).replace("app/{{name}}", "../app");
    const { agents } = configOf(first("[teams/a.yaml, /etc/b.yaml, ~/c/c.yaml, ./d.yaml]"), {
      "teams/a.yaml": `include: deep/e.yaml\n${of("a")}`,
      "/etc/b.yaml": of("b"),
      "/home/ada/c/c.yaml": of("c"),
      "./d.yaml": of("d"),
      "teams/deep/e.yaml": of("e"),
    });
    expect(Object.values(agents).map(({ workdir, envFiles }) => [workdir, envFiles?.[0]])).toEqual([
      ["app", "teams/.env"],
      ["teams/app", "teams/deep/.env"],
      ["/app", "/etc/.env"],
      ["/home/ada/app", "/home/ada/c/.env"],
      ["../app", ".env"],
    ]);
    expect(agents["a"]?.envFiles?.[1]).toBe("~/k.env");
    expect(dirname("teams/a.yaml")).toBe("teams");
  });

  it("has its errors at its own lines", () => {
    const files = {
      "a.yaml": "agents:\n  a: { command: x, replicas: 0 }\n  b: { comand: x }\n",
      "b.yaml": "agents:\n  c:\n    command: x\n    runtime: none\n    dependsOn: [a, nobody]\n",
      "c.yaml": "agents: { d: { command: [ } }\n",
    };
    expect(placesOf(first("[a.yaml, b.yaml]", "nam: x"), files)).toEqual([
      "fleet.yaml:3 unknown-key",
      "a.yaml:2 invalid-value",
      "a.yaml:3 unknown-key",
      "b.yaml:4 unknown-runtime",
      "b.yaml:5 unknown-dependency",
    ]);
    expect(placesOf(first("c.yaml"), files)).toContain("c.yaml:1 yaml-syntax");
  });

  it("may have no settings of the whole fleet", () => {
    const files = {
      "a.yaml":
        "name: x\ntmux: { socket: s }\nnotify: [{ bell: true }]\ndefaults: { state: stopped }\nnope: 1\n",
    };
    expect(placesOf(first("a.yaml"), files)).toEqual([
      "a.yaml:1 unknown-key",
      "a.yaml:2 unknown-key",
      "a.yaml:3 unknown-key",
      "a.yaml:4 unknown-key",
      "a.yaml:5 unknown-key",
    ]);
  });

  it("may not declare an agent or a runtime of another file, and the error names both places", () => {
    const files = { "a.yaml": "agents:\n  own: { command: x }\nruntimes:\n  r: { command: x }\n" };
    const problems = problemsOf(
      first("a.yaml", "runtimes: { r: { command: y } }", "agents:", "  own: { command: y }"),
      files,
    );
    expect(problems.map(({ place, detail }) => [place?.file, place?.line, detail])).toEqual([
      ["a.yaml", 2, "fleet.yaml:5 declares it already."],
      ["a.yaml", 4, "fleet.yaml:3 declares it already."],
    ]);
  });
});

describe("The key include", () => {
  it.each([
    ["[a.yaml, gone.yaml]", "fleet.yaml:2 include-not-found"],
    ["teams/*.yaml", "fleet.yaml:2 include-not-found"],
    ["secret.yaml", "fleet.yaml:2 file-unreadable"],
    ["loop.yaml", "loop2.yaml:1 invalid-value"],
    ["fleet.yaml", "fleet.yaml:2 invalid-value"],
    ["{ a: b }", "fleet.yaml:2 wrong-type"],
    ["[1]", "fleet.yaml:2 wrong-type"],
    ["$HOME/a.yaml", "fleet.yaml:2 invalid-value"],
  ])("is an error at its place as %s", (include, place) => {
    const files = {
      "a.yaml": "agents: { a: { command: x } }\n",
      "secret.yaml": "forbidden",
      "loop.yaml": "include: loop2.yaml\n",
      "loop2.yaml": "include: [loop.yaml]\n",
    };
    expect(placesOf(first(include), files)[0]).toBe(place);
  });

  it("hides no error of a name that a missing file may have", () => {
    const text = first("gone.yaml", "agents: { a: { runtime: there, dependsOn: [far] } }");
    expect(placesOf(text, {})).toEqual(["fleet.yaml:2 include-not-found"]);
  });

  it("has limits for all files together", () => {
    const long = `agents:\n${Array.from({ length: 2_000 }, (_, at) => `  NAME${at}: { command: x }\n`).join("")}`;
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const files = Object.fromEntries(names.map((name) => [`${name}.yaml`, long.replaceAll("NAME", name)]));
    const list = `[${names.map((name) => `${name}.yaml`).join(", ")}]`;
    expect(problemsOf(first(list), files).at(-1)?.summary).toBe("more than one fleet.yaml may contain");
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`${at}.yaml`, "version: 1\n"]));
    expect(placesOf(first(`[${Object.keys(many).join(", ")}]`), many)).toEqual([
      "fleet.yaml:2 invalid-value",
    ]);
  });
});

describe("A field of an agent in an included file", () => {
  it("has its place there, and in the file of its runtime and the defaults", () => {
    const text = first("a.yaml", "defaults: { env: { A: b } }", "runtimes: { r: { command: x } }");
    const places = fieldPlaces(text, "fleet.yaml", [
      { file: "a.yaml", text: "agents:\n  a:\n    runtime: r\n" },
    ]);
    const at = (field: string) => places.field("a", field).map(({ place }) => `${place.file}:${place.line}`);
    expect([places.entry("a")?.file, places.entry("a")?.line]).toEqual(["a.yaml", 2]);
    expect([at("runtime"), at("command"), at("env.A")]).toEqual([
      ["a.yaml:3"],
      ["fleet.yaml:4"],
      ["fleet.yaml:3"],
    ]);
  });
});

describe("A key that begins with x-", () => {
  it("may be in each map with fixed keys, and is a name elsewhere", () => {
    const text = [
      "version: 1",
      "x-parts: { env: &env { A: b } }",
      "tmux: { x-a: 1 }",
      "runtimes: { r: { command: y, x-b: [1] } }",
      "defaults: { x-c: 1, runtime: r, restart: { x-d: 1, limit: 3 } }",
      "agents:",
      "  x-ray: { x-e: {}, env: *env, resources: { x-f: 1, tasksMax: 5 }, labels: { x-team: core } }",
      "",
    ].join("\n");
    const { agents, defaults, tmux, runtimes } = configOf(text, {});
    expect(agents).toEqual({
      "x-ray": { env: { A: "b" }, resources: { tasksMax: 5 }, labels: { "x-team": "core" } },
    });
    expect([defaults, tmux, runtimes]).toEqual([
      { runtime: "r", restart: { limit: 3 } },
      { socket: "mosaic-factory" },
      { r: { command: "y" } },
    ]);
    expect(placesOf("version: 1\nagents: { a: { command: x, env: { x-a: b } } }\n", {})).toHaveLength(1);
  });
});
