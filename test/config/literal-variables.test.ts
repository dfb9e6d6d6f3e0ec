import { describe, expect, it } from "vitest";
import { literalParts } from "../../src/config/doubts/literal-variables.ts";
import { literalWarning } from "../../src/config/doubts/literal-warning.ts";
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

it("is found in a path, with what to write instead", () => {
  const parsed = parseFleet(
    [
      "version: 1",
      "defaults: { workdir: ~/$TEAM }",
      "agents:",
      "  a: { command: x, replicas: 2, workdir: '~/wt/a-$MOSAIC_AGENT_REPLICA' }",
      "  b: { command: x, workdir: '~/wt/{name}', envFiles: ['~/env/${MOSAIC_AGENT_NAME}.env'] }",
      "  c: { command: x, workdir: '~/us$' }",
      "",
    ].join("\n"),
    "fleet.yaml",
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  expect(literalParts(parsed.value).map((part) => literalWarning(part, undefined))).toMatchObject([
    {
      summary: 'workdir in defaults has "$TEAM", which is not expanded',
      hint: "write the path in full; begin with ~/ for your home directory",
    },
    {
      summary: 'workdir in agent "a" has "$MOSAIC_AGENT_REPLICA", which is not expanded',
      hint: "write {replica}",
    },
    {
      summary: 'item 1 of envFiles in agent "b" has "${MOSAIC_AGENT_NAME}", which is not expanded',
      hint: "write {name}",
    },
  ]);
});

it.each([
  '{ PRICE: "5 $" }',
  '{ DB_PASSWORD: "pa$word" }',
  '{ NOTE: "~/x" }',
  '{ RE: "^a$1" }',
  '{ PATH: "/usr/bin:/bin" }',
])("differs from any other value: %s", (value) => expect(env(value)).toEqual([]));
