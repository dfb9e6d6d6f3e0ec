import { describe, expect, it } from "vitest";
import { presetLine, type PresetUse } from "../../src/runtimes/preset-line.ts";
import { presetOfProgram, programOf } from "../../src/runtimes/program.ts";

const use: PresetUse = { preset: "claude", command: undefined, resume: undefined, activity: undefined };

describe("The command of a runtime with a preset", () => {
  it.each<[Partial<PresetUse>, string]>([
    [{}, "claude"],
    [{ command: "claude --model opus" }, "claude 'claude --model opus'"],
    [{ command: "claude --continue" }, "claude --as-is 'claude --continue'"],
    [{ command: "claude --continue", resume: false }, "claude --resume '' 'claude --continue'"],
    [{ resume: "claude -c" }, "claude --resume 'claude -c'"],
    [{ activity: "screen" }, "claude --no-hooks"],
  ])("names the preset and what replaces its parts: %j", (changes, words) => {
    const line = presetLine({ ...use, ...changes });
    expect(line).toBe(`exec "$MOSAIC_AGENT_TOOLS/mosaic-runtime" ${words}`);
  });
});

describe("The program of an agent", () => {
  it("is that of its runtime, its own command, or the known one of a command", () => {
    expect(programOf({ preset: "codex", command: "x" }, undefined)?.preset).toBe("codex");
    expect(programOf({ preset: "codex", command: "x" }, "./wrapper.sh")?.preset).toBe("codex");
    expect(programOf({ preset: "codex", command: "x" }, "claude -c")?.preset).toBe("claude");
    expect(programOf({ command: "aider --yes" }, undefined)?.preset).toBe("aider");
    expect(programOf(undefined, "exec bash")).toBeUndefined();
    expect(programOf(undefined, "npm start")).toBeUndefined();
  });

  it("has the parts of its preset, except those that fleet.yaml replaces", () => {
    const screen = { prompt: "^ready> $", limits: ["stop until (?<until>.+)"] };
    const preset = presetOfProgram({ preset: "claude", interrupt: ["C-c"], enterDelay: 5, screen });
    expect([preset.interrupt, preset.enterDelayMs, preset.stopText]).toEqual([["C-c"], 5, "/exit"]);
    expect(preset.screen.prompt.test("READY> ")).toBe(true);
    expect(preset.screen.limits[0]?.exec("Stop until 3pm")?.groups).toEqual({ until: "3pm" });
    expect(preset.screen.busy?.test("(esc to interrupt)")).toBe(true);
  });
});
