import { describe, expect, it } from "vitest";
import { parseFleet } from "../../../../src/config/parse.ts";
import { diagnosticsOf, errorsOf, hintsOf } from "../../../support/config/errors-of.ts";

describe("agent names", () => {
  it("may not appear twice through replicas, in either order", () => {
    const first = "version: 1\nagents:\n  a: { command: x, replicas: 2 }\n  a-1: { command: x }\n";
    const second = "version: 1\nagents:\n  a-2: { command: x }\n  a: { command: x, replicas: 2 }\n";
    expect(errorsOf(first)).toEqual(["4:3 duplicate-agent [a-1]"]);
    expect(errorsOf(second)).toEqual(["4:3 duplicate-agent [a]"]);
    expect(diagnosticsOf(second)[0]?.summary).toBe('agents "a-2" and "a" both claim the name "a-2"');
  });

  it("may look like those of replicas that do not exist", () => {
    expect(
      parseFleet("version: 1\nagents:\n  a: { command: x, replicas: 2 }\n  a-3: { command: x }\n", "f").ok,
    ).toBe(true);
    expect(parseFleet("version: 1\nagents:\n  a: { command: x }\n  a-1: { command: x }\n", "f").ok).toBe(
      true,
    );
  });

  it("have to leave room for the number of a replica", () => {
    const fleet = (name: string) => `version: 1\nagents:\n  ${name}: { command: x, replicas: 10 }\n`;
    expect(parseFleet(fleet("a".repeat(60)), "f").ok).toBe(true);
    expect(errorsOf(fleet("a".repeat(61)))).toEqual([`3:3 invalid-value [${"a".repeat(61)}]`]);
  });
});

describe("the command of an agent", () => {
  it("has to come from a command, a runtime or the defaults", () => {
    expect(errorsOf("version: 1\nagents:\n  a:\n  b: { workdir: /b }\n")).toEqual([
      "3:3 missing-key [a]",
      "4:3 missing-key [b]",
    ]);
  });

  it("is not reported as missing if it is invalid", () => {
    expect(errorsOf("version: 1\nagents:\n  a: { comand: x }\n  b: { runtime: 5 }\n  c: text\n")).toEqual([
      "3:8 unknown-key [comand]",
      "4:17 wrong-type [5]",
      "5:6 wrong-type [text]",
    ]);
    expect(errorsOf("version: 1\ndefaults: { runtme: x }\nagents: { a: }\n")).toEqual([
      "2:13 unknown-key [runtme]",
    ]);
  });
});

describe("the stop of an agent", () => {
  const fleet = (keys: string, more = "") => `version: 1\n${more}agents:\n  a: { ${keys} }\n`;
  const isValid = (text: string): boolean => parseFleet(text, "f").ok;

  it("needs a text or keys, unless its program is a known one", () => {
    expect(errorsOf(fleet("command: x, stop: { timeout: 1s }"))).toEqual(["3:20 missing-key [stop]"]);
    const own = "runtimes: { own: { command: ~/bin/aider } }\n";
    for (const keys of ["command: claude", "command: [codex, -q]", "runtime: own"]) {
      expect(isValid(fleet(`${keys}, stop: { timeout: 1s }`, own))).toBe(true);
    }
    expect(isValid(fleet("command: x, stop: { timeout: 1s }", "defaults: { stop: { send: bye } }\n"))).toBe(
      true,
    );
    expect(isValid(fleet("command: x", "defaults: { stop: { timeout: 1s } }\n"))).toBe(true);
  });

  it("has either a text or keys, in one line and with names of tmux", () => {
    const invalid = [
      "send: a, keys: [q]",
      "keys: []",
      "keys: [C-cc]",
      "keys: [';']",
      'send: "a\\nb"',
      'send: "\\e[201~"',
      "send: ' '",
    ];
    for (const stop of invalid) expect(errorsOf(fleet(`command: x, stop: { ${stop} }`))).toHaveLength(1);
    expect(isValid(fleet("command: x, stop: { keys: [C-c, M-x, F1, Escape, q] }"))).toBe(true);
  });
});

describe("runtimes", () => {
  it("have to be declared", () => {
    const text = "version: 1\nruntimes: { claude: { command: x } }\nagents: { a: { runtime: claud } }\n";
    expect(errorsOf(text)).toEqual(["3:25 unknown-runtime [claud]"]);
    expect(hintsOf(text)).toEqual(['did you mean "claude"?']);
    expect(diagnosticsOf(text)[0]?.detail).toBe("Declared runtimes: claude.");
  });

  it("of the defaults are reported once, not for each agent", () => {
    expect(errorsOf("version: 1\ndefaults: { runtime: x }\nagents: { a: , b: }\n")).toEqual([
      "2:22 unknown-runtime [x]",
    ]);
  });

  it("are not reported as missing if runtimes is invalid as a whole", () => {
    expect(errorsOf("version: 1\nruntimes: [claude]\nagents: { a: { runtime: claude } }\n")).toEqual([
      "2:11 wrong-type [[claude]]",
    ]);
  });

  it("may be invalid themselves and still be known", () => {
    const text = "version: 1\nruntimes: { r: { comand: x } }\nagents: { a: { runtime: r } }\n";
    expect(errorsOf(text)).toEqual(["2:13 missing-key [r]", "2:18 unknown-key [comand]"]);
  });
});
