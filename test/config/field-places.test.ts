import { describe, expect, it } from "vitest";
import { fieldPlaces } from "../../src/config/field-places.ts";
import { parseFleet } from "../../src/config/parse.ts";

const text = `version: 1
tmux: { socket: mine }
runtimes:
  claude: { command: claude --token hush-option }
  codex:
    command: [codex, hush-named]
defaults:
  runtime: claude
  env: { MODEL: opus, A: "1" }
  envFiles: [~/all.env]
  onChange: keep
agents:
  planner:
  coder:
    replicas: 3
    runtime: codex
    envFiles: [~/coder.env]
    resources: { memoryMax: 1G }
    env:
      API_TOKEN: hush-named
      MODEL: sonnet
  reviewer: { command: review hush-named, env: { PASSWORD: "hush quoted", B: hush quoted } }
  merged:
    <<: &base { workdir: ~/src, state: stopped }
    env:
      KEY: |
        hush-first
        hush-second
`;

const places = fieldPlaces(text, "fleet.yaml");

/** Returns `FROM LINE: SOURCE` for each place. */
function found(entry: string, field: string): readonly string[] {
  return places.field(entry, field).map(({ from, place }) => `${from} ${place.line}: ${place.source.trim()}`);
}

describe("The place of a field", () => {
  it("is found in a valid file", () => {
    expect(parseFleet(text, "fleet.yaml")).toMatchObject({ ok: true });
  });

  it("is in the agent's own entry rather than in the defaults", () => {
    expect(found("coder", "env.MODEL")).toEqual(["agent 21: MODEL: sonnet"]);
    expect(found("planner", "env.MODEL")).toEqual(['defaults 9: env: { MODEL: opus, A: "1" }']);
    expect(found("coder", "env.A")).toEqual(['defaults 9: env: { MODEL: opus, A: "1" }']);
    expect(found("coder", "resources.memoryMax")).toEqual(["agent 18: resources: { memoryMax: 1G }"]);
    expect(found("coder", "onChange")).toEqual(["defaults 11: onChange: keep"]);
    expect(found("coder", "replica")).toEqual(["agent 15: replicas: 3"]);
    expect(places.field("coder", "env.MODEL")[0]?.place).toMatchObject({ file: "fleet.yaml", column: 7 });
  });

  it("is in the runtime for a command that the agent does not have itself", () => {
    expect(found("reviewer", "command")[0]).toMatch(/^agent 22: reviewer: \{ command: /);
    expect(found("planner", "command")).toEqual([
      "runtimes 4: claude: { command: claude --token (sensitive value) }",
    ]);
    expect(found("coder", "command")).toEqual(["runtimes 6: command: [codex, (sensitive value)]"]);
  });

  it("is in two places for a combined value, and in none for a default", () => {
    expect(found("coder", "envFiles")).toEqual([
      "defaults 10: envFiles: [~/all.env]",
      "agent 17: envFiles: [~/coder.env]",
    ]);
    expect(found("planner", "envFiles")).toEqual(["defaults 10: envFiles: [~/all.env]"]);
    expect(found("planner", "idleAfter")).toEqual([]);
    expect(found("planner", "env.NONE")).toEqual([]);
    expect(found("nobody", "command")).toEqual([]);
    expect(places.entry("nobody")).toBeUndefined();
    expect(places.entry("constructor")).toBeUndefined();
  });

  it("is found through merge keys, and for the whole fleet", () => {
    expect(found("merged", "workdir")).toEqual(["agent 24: <<: &base { workdir: ~/src, state: stopped }"]);
    expect(found("planner", "tmux.socket")).toEqual(["fleet 2: tmux: { socket: mine }"]);
    expect(places.agents).toMatchObject({ line: 12, column: 1, source: "agents:" });
    expect(places.entry("planner")).toMatchObject({ line: 13, source: "  planner:" });
  });

  it("does not show a secret, nor another place with the same secret", () => {
    expect(found("coder", "env.API_TOKEN")).toEqual(["agent 20: API_TOKEN: (sensitive value)"]);
    expect(found("reviewer", "env.B")).toEqual([
      "agent 22: reviewer: { command: review (sensitive value), env: { PASSWORD: (sensitive value), B: (sensitive value) } }",
    ]);
    const fields = ["command", "env.API_TOKEN", "env.PASSWORD", "env.B", "env.KEY"];
    const all = ["planner", "coder", "reviewer", "merged"].flatMap((entry) =>
      fields.flatMap((field) => found(entry, field)),
    );
    expect(all.length).toBeGreaterThan(6);
    expect(all.join("\n")).not.toContain("hush");
  });

  it("is the same in a file with a byte order mark", () => {
    expect(fieldPlaces(`\uFEFF${text}`, "f").entry("planner")).toMatchObject({ line: 13, column: 3 });
  });
});
