import { describe, expect, it } from "vitest";
import { literalParts } from "../../src/config/doubts/literal-variables.ts";
import { parseFleet } from "../../src/config/parse.ts";

function partsOf(...lines: readonly string[]): readonly string[] {
  const parsed = parseFleet(["version: 1", ...lines, ""].join("\n"), "fleet.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return literalParts(parsed.value).map(({ path, part }) => `${path.join(".")} ${part}`);
}

const env = (value: string): readonly string[] => partsOf(`defaults: { env: ${value} }`);

describe("A value with a variable that nothing expands", () => {
  it.each([
    ['{ PATH: "$HOME/bin:/usr/bin" }', "$HOME"],
    ['{ PATH: "/usr/bin:~/bin" }', "~/bin"],
    ['{ PYTHONPATH: "~/lib" }', "~/lib"],
    ['{ URL: "http://${HOST}:80" }', "${HOST}"],
    ['{ API_KEY: "$API_KEY" }', "$API_KEY"],
  ])("is found: %s", (value, part) => expect(env(value)[0]?.split(" ")[1]).toBe(part));

  it("is found in a list command, but not in a line for a shell", () => {
    expect(
      partsOf(
        "runtimes: { r: { command: [~/bin/claude] } }",
        "agents:",
        "  a: { command: [claude, --model, $MODEL] }",
        "  b: { command: 'claude --model $MODEL' }",
        "  c: { command: [bash, -lc, $MODEL] }",
      ),
    ).toEqual(["runtimes.r.command.0 ~/bin/claude", "agents.a.command.2 $MODEL"]);
  });
});

it.each([
  '{ PRICE: "5 $" }',
  '{ DB_PASSWORD: "pa$word" }',
  '{ NOTE: "~/x" }',
  '{ RE: "^a$1" }',
  '{ PATH: "/usr/bin:/bin" }',
])("differs from any other value: %s", (value) => expect(env(value)).toEqual([]));
