import { describe, expect, it } from "vitest";
import { parseFleet } from "../../../../src/config/parse.ts";
import { diagnosticsOf, errorsOf, hintsOf } from "../../../support/config/errors-of.ts";

/** Returns a fleet of agents on lines 3, 4, …, each with a list of dependencies. */
function fleet(agents: Readonly<Record<string, string>>): string {
  const lines = Object.entries(agents).map(
    ([name, list]) => `  ${name}: { command: x, dependsOn: [${list}] }`,
  );
  return `version: 1\nagents:\n${lines.join("\n")}\n`;
}

describe("dependencies", () => {
  it("may name agents with all their replicas, and single replicas", () => {
    const text =
      "version: 1\nagents:\n  a: { command: x, replicas: 2 }\n  b: { command: x, dependsOn: [a] }\n  c: { command: x, dependsOn: [a-2] }\n";
    expect(parseFleet(text, "f").ok).toBe(true);
  });

  it("have to be declared", () => {
    const text = fleet({ planner: "", coder: "planer" });
    expect(errorsOf(text)).toEqual(["4:36 unknown-dependency [planer]"]);
    expect(hintsOf(text)).toEqual(['did you mean "planner"?']);
  });

  it.each([
    ["replicas: 2, ", 'Agent "a" has the replicas a-1 to a-2.'],
    ["", 'Agent "a" has no replicas.'],
  ])("have to name an existing replica: %s", (replicas, detail) => {
    const text = `version: 1\nagents:\n  a: { ${replicas}command: x }\n  b: { command: x, dependsOn: [a-3] }\n`;
    expect(errorsOf(text)).toEqual(["4:32 unknown-dependency [a-3]"]);
    expect(diagnosticsOf(text)[0]?.detail).toBe(detail);
  });

  it("cause no error on replicas with an invalid number", () => {
    const text =
      "version: 1\nagents:\n  a: { command: x, replicas: x }\n  b: { command: x, dependsOn: [a-3] }\n";
    expect(errorsOf(text)).toEqual(["3:30 wrong-type [x]"]);
  });
});

describe("dependency cycles", () => {
  it.each(["a", "a-1"])("of one agent are reported as depending on itself: %s", (target) => {
    const text = `version: 1\nagents:\n  a: { replicas: 2, command: x, dependsOn: [${target}] }\n`;
    expect(errorsOf(text)).toEqual([`3:45 dependency-cycle [${target}]`]);
    expect(diagnosticsOf(text)[0]?.summary).toBe('agent "a" depends on itself');
  });

  it("are reported with their path, at the dependency that closes them", () => {
    const text = fleet({ a: "b", b: "c", c: "a" });
    expect(errorsOf(text)).toEqual(["5:32 dependency-cycle [a]"]);
    expect(diagnosticsOf(text)[0]?.summary).toBe("dependency cycle: a → b → c → a");
  });

  it("start with the first of their agents in the file", () => {
    const text = fleet({ z: "c", b: "c", c: "b" });
    expect(diagnosticsOf(text).map(({ summary }) => summary)).toEqual(["dependency cycle: b → c → b"]);
  });

  it("are reported one by one", () => {
    const text = fleet({ a: "b", b: "a", c: "d", d: "c" });
    expect(diagnosticsOf(text).map(({ summary }) => summary)).toEqual([
      "dependency cycle: a → b → a",
      "dependency cycle: c → d → c",
    ]);
  });

  it("are found through replicas", () => {
    const text =
      "version: 1\nagents:\n  a: { command: x, replicas: 2, dependsOn: [b] }\n  b: { command: x, dependsOn: [a-2] }\n";
    expect(errorsOf(text)).toEqual(["4:32 dependency-cycle [a-2]"]);
  });

  it("do not include two ways to one agent", () => {
    expect(parseFleet(fleet({ a: "", b: "a", c: "a", d: "b, c" }), "f").ok).toBe(true);
  });

  it("are found in chains longer than the stack is deep", () => {
    const chain = Array.from({ length: 5_000 }, (_, index) => `  a${index + 1}: {dependsOn: [a${index}]}\n`);
    const text = `version: 1\nruntimes: {r: {command: x}}\ndefaults: {runtime: r}\nagents:\n  a0:\n${chain.join("")}`;
    expect(parseFleet(text, "f").ok).toBe(true);
  });
});
