import { describe, expect, it } from "vitest";
import { parseFleet } from "../../src/config/parse.ts";
import { formerNames } from "../../src/config/schema/replicas.ts";
import { diagnosticsOf, errorsOf, hintsOf } from "../support/config/errors-of.ts";

/** Returns a fleet with agents on lines 3, 4, … */
function fleet(...agents: readonly string[]): string {
  return `version: 1\ndefaults: { runtime: x }\nruntimes: { x: { command: x } }\nagents:\n${agents.map((line) => `  ${line}\n`).join("")}`;
}

describe("Former names", () => {
  it("map an agent to each of its names, OLD to NAME-1, and OLD-i to NAME-i", () => {
    const all = (...args: Parameters<typeof formerNames>) =>
      formerNames(...args).map(({ agent, former }) => `${agent}: ${former.join(" ")}`);
    expect(all("dev", undefined, "coder")).toEqual(["dev: coder"]);
    expect(all("dev", undefined, ["coder", "writer"])).toEqual(["dev: coder writer"]);
    expect(all("planner", undefined, "planner-1")).toEqual(["planner: planner-1"]);
    expect(all("planner", 2, "planner")).toEqual(["planner-1: planner", "planner-2: "]);
    expect(all("dev", 2, "coder")).toEqual(["dev-1: coder coder-1", "dev-2: coder-2"]);
    expect(all("dev", 2, undefined)).toEqual(["dev-1: ", "dev-2: "]);
  });

  it("may stay in the file for years, also as a list and with replicas", () => {
    const text = fleet("a: { formerly: x }", "b: { formerly: [y, z] }", "c: { replicas: 2, formerly: c }");
    expect(parseFleet(text, "f").ok).toBe(true);
  });

  it.each([
    ["a: { formerly: b }", "b:", "5:18 former-name [b]"],
    ["a: { formerly: [x, b] }", "b:", "5:22 former-name [b]"],
    ["a: { formerly: b-2 }", "b: { replicas: 2 }", "5:18 former-name [b-2]"],
    ["a: { replicas: 2, formerly: a-1 }", "b:", "5:31 former-name [a-1]"],
    ["a: { formerly: a }", "b:", "5:18 former-name [a]"],
    ["a: { formerly: x }", "b: { formerly: x }", "6:18 former-name [x]"],
    ["a: { replicas: 2, formerly: x }", "b: { formerly: x-2 }", "6:18 former-name [x-2]"],
    ["a: { formerly: [x, x] }", "b:", "5:22 former-name [x]"],
    ["a: { formerly: a b }", "b:", "5:18 invalid-value [a b]"],
    ["a: { formerly: [] }", "b:", "5:18 invalid-value [[]]"],
    ["a: { formerly: { b: c } }", "b:", "5:18 wrong-type [{ b: c }]"],
  ])("are refused if they are impossible: %s with %s", (first, second, error) => {
    expect(errorsOf(fleet(first, second))).toEqual([error]);
  });

  it("are refused if they swap two agents, with the way to do it", () => {
    const text = fleet("a: { formerly: b }", "b: { formerly: a }");
    expect(errorsOf(text)).toEqual(["5:18 former-name [b]", "6:18 former-name [a]"]);
    expect(diagnosticsOf(text)[0]?.detail).toBe("Two agents cannot swap their names in one step.");
    expect(hintsOf(text)[0]).toBe("rename one of them to a third name first, and apply");
  });

  it("are not a key of defaults", () => {
    const text = fleet("a:").replace("{ runtime: x }", "{ runtime: x, formerly: b }");
    expect(errorsOf(text)).toEqual([expect.stringContaining("2:25 unknown-key")]);
  });
});
