import { describe, expect, it } from "vitest";
import {
  asksForReplica,
  fillPlaceholders,
  hasPlaceholder,
  protectPlaceholders,
} from "../../../src/config/entries/placeholders.ts";
import { diagnosticsOf, errorsOf, fleetWithAgent } from "../../support/config/errors-of.ts";

const second = { name: "coder-2", replica: 2 };

/** Texts of commands in which braces mean something to another program. */
const foreign = [
  "{ cd x; }",
  "${name} ${name:-x} ${replica}",
  "${{ name }} ${{name}}",
  "{a,b} {names} {Name} { name } {name,x} {}",
  '{"json": 1}',
  "$(echo {})",
  "find . -exec echo {} +",
];

describe("A placeholder", () => {
  it.each([
    ["~/wt/{name}", "~/wt/coder-2"],
    ["{name}{replica}", "coder-22"],
    ["{{name}}", "{name}"],
    ["{{{name}}}", "{{name}}"],
    ['{"number":{replica}}', '{"number":2}'],
    ["{{name}", "{coder-2"],
    ["{{replica}} of {replica}", "{replica} of 2"],
  ])("turns %s into %s", (written, filled) => {
    expect(fillPlaceholders(written, second)).toBe(filled);
    expect(hasPlaceholder(written)).toBe(true);
  });

  it.each(foreign)("is nothing in %s", (text) => {
    expect(fillPlaceholders(text, second)).toBe(text);
    expect(hasPlaceholder(text)).toBe(false);
  });

  it.each([...foreign, "{name}", "{{name}}", "a{replica}}{{name}b", "{{{name}}{replica}}"])(
    "can be protected in %s",
    (text) => {
      expect(fillPlaceholders(protectPlaceholders(text), second)).toBe(text);
      expect(asksForReplica(protectPlaceholders(text))).toBe(false);
    },
  );
});

describe("{replica} of an agent without replicas", () => {
  it("is an error at its place, also in defaults and in a runtime", () => {
    const text = [
      "version: 1",
      "runtimes: { r: { command: 'run {replica}' } }",
      "defaults: { runtime: r, env: { A: '{replica}', B: '{replica}', C: '{{replica}}' } }",
      "agents:",
      "  a: { replicas: 2 }",
      "  b: { workdir: '~/{replica}', env: { B: x } }",
      "  c: { command: [x, '{replica}'], env: { A: '1', B: '2' } }",
      "  d: { envFiles: [~/a.env, '~/{replica}.env'], env: { A: '1', B: '2' }, command: x }",
      "",
    ].join("\n");
    expect(errorsOf(text)).toEqual([
      "2:27 invalid-value ['run {replica}']",
      "3:35 invalid-value ['{replica}']",
      "6:17 invalid-value ['~/{replica}']",
      "7:21 invalid-value ['{replica}']",
      "8:28 invalid-value ['~/{replica}.env']",
    ]);
    expect(diagnosticsOf(text)[2]?.summary).toBe(
      '{replica} has no number in agent "b", which has no replicas',
    );
  });
});

describe("{replica} in a pane of an agent without replicas", () => {
  it("is an error at its window, also in one of defaults that no window of its own replaces", () => {
    const text = [
      "version: 1",
      "defaults: { windows: { logs: 'tail {replica}.log', top: { panes: [htop, { command: x, name: '{replica}' }] } } }",
      "agents:",
      "  a: { command: x, replicas: 2, windows: { one: 'x {replica}' } }",
      "  b: { command: x, windows: { logs: false, top: x, mine: { command: x, env: { N: '{replica}' } } } }",
      "  c: { command: x, windows: { logs: '{{replica}}' } }",
      "",
    ].join("\n");
    expect(errorsOf(text).map((line) => line.replace(/ \[.*/, ""))).toEqual([
      "2:57 invalid-value",
      "5:58 invalid-value",
    ]);
  });
});

describe("A placeholder without quotes in braces of YAML", () => {
  it("is one error with a hint", () => {
    const text = fleetWithAgent("command: x").replace(
      "agents:",
      "defaults: { workdir: ~/wt/{name} }\nagents:",
    );
    expect(errorsOf(text)).toEqual(["2:27 yaml-syntax [{name}]"]);
    expect(diagnosticsOf(text)[0]?.hint).toBe("put the value in quotes");
  });
});
