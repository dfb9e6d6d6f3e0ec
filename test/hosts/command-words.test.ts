import { describe, expect, it } from "vitest";
import { firstArgumentAt, isWholeChange, namesCommand } from "../../src/hosts/command-words.ts";

describe("firstArgumentAt", () => {
  it.each([
    ["diff HEAD~1 coder-1", 1],
    ["diff --now --selector team=core HEAD~1", 4],
    ["apply --lock-timeout 30s", -1],
    ["plan --selector abcdef1", -1],
    ["plan -- coder-1", 2],
  ])("finds the first argument of: %s", (line, at) => {
    expect(firstArgumentAt(line.split(" "))).toBe(at);
  });
});

describe("isWholeChange", () => {
  it.each([
    ["apply", true],
    // With the value of an option taken for a name, the guard of all hosts together would be off.
    ["apply --lock-timeout 30s --wait-idle 10m", true],
    ["plan --format markdown --now", true],
    ["apply coder-1", false],
    ["apply --selector team=core", false],
    ["restart --all", false],
  ])("knows if it is about the whole fleet: %s", (line, isWhole) => {
    expect(isWholeChange(line.split(" "))).toBe(isWhole);
  });
});

describe("namesCommand", () => {
  it.each([
    ["attach coder-1:tests", "status --output=name coder-1"],
    ["attach --selector team=core --read-only", "status --output=name --selector team=core"],
    ["exec --no-tty coder-1 grep --selector x", "status --output=name coder-1"],
    ["attach", "status --output=name"],
  ])("asks for the agents of: %s", (line, names) => {
    expect(namesCommand(line.split(" ")).join(" ")).toBe(names);
  });
});
