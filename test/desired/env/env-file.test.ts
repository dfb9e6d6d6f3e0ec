import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderEnvFile } from "../../../src/desired/env/env-file.ts";
import { desiredOf } from "../../support/plan/resolved.ts";
import { environmentOf } from "../../../src/desired/env/env-file-entries.ts";

describe("An env file", () => {
  it.each([
    ["plain", "a-b_c/d.e:f@g%h+i=j,k", "a-b_c/d.e:f@g%h+i=j,k"],
    ["empty", "", '""'],
    ["with spaces", " a  b ", '" a  b "'],
    ["with quotes", `"a" 'b'`, `"\\"a\\" 'b'"`],
    ["with what a shell would expand", "$HOME `id`", '"\\$HOME \\`id\\`"'],
    ["with backslashes", "a\\b\\", '"a\\\\b\\\\"'],
    ["of several lines", "a\nb\n", '"a\nb\n"'],
    ["like a comment", "#a;b", '"#a;b"'],
    ["with a carriage return", "a\r", '"a\r"'],
  ])("quotes a value %s only if it has to", (_, value, rendered) => {
    expect(renderEnvFile(new Map([["A", value]]))).toBe(`A=${rendered}\n`);
  });

  it("gives systemd the value of fleet.yaml, for any value", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({
        unit: fc.constantFrom('"', "'", "\\", "$", "`", "\n", "\r", " ", "\t", "#", ";", "=", "%", "a"),
      }),
    );
    const variables = fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/), value);
    fc.assert(
      fc.property(variables, (wanted) => {
        const map = new Map(Object.entries(wanted));
        expect(environmentOf(renderEnvFile(map))).toEqual(map);
      }),
      { numRuns: 300 },
    );
  });

  it("gives systemd everything that the start script needs, with the agent's own values last", () => {
    const hostile = 'a "b" $c `d` \\e\n# mosaic-fleet: fleet=evil\nMOSAIC_AGENT_CONFIG=evil';
    const [agent] = desiredOf({
      defaults: { env: { A: "1", B: "2" } },
      agents: {
        canary: { command: ["say", "it's", hostile], replicas: 1, env: { B: hostile }, workdir: "~/a b" },
      },
    }).agents;
    const read = environmentOf(agent?.env.content ?? "");
    expect([...read]).toEqual([
      ["MOSAIC_TMUX_SOCKET", "mosaic-factory"],
      ["MOSAIC_AGENT_WORKDIR", "/home/ada/a b"],
      ["MOSAIC_AGENT_COMMAND", `exec say 'it'\\''s' '${hostile}'`],
      ["MOSAIC_AGENT_REPLICA", "1"],
      ["A", "1"],
      ["B", hostile],
      ["MOSAIC_AGENT_CONFIG", expect.stringMatching(/^mosaic [0-9a-f]{16} command=/)],
    ]);
  });
});
