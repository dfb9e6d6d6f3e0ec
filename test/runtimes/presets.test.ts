import { describe, expect, it } from "vitest";
import type { PresetName } from "../../src/runtimes/preset-names.ts";
import { presetOf, presets } from "../../src/runtimes/presets.ts";

describe("A preset", () => {
  it.each<[string | readonly string[], PresetName | undefined]>([
    ["claude --model opus", "claude"],
    ["claude --continue || claude", "claude"],
    [["/usr/local/bin/codex", "--full-auto"], "codex"],
    ["cd app && exec aider", "aider"],
    ["npm run agent", undefined],
    ["toString", undefined],
  ])("belongs to the program of a command: %j", (command, name) => {
    expect(presetOf(command)).toBe(name);
  });

  it("finds the program of its own commands", () => {
    const found = Object.values(presets).map(({ command }) => presetOf(command));
    expect(new Set(found)).toStrictEqual(
      new Set(["claude", "codex", "gemini", "opencode", "aider", undefined]),
    );
  });
});

describe("The screen of a program", () => {
  const rows: readonly [PresetName, string, string][] = [
    ["claude", "❯\u00a0", "emptyPrompt"],
    ["claude", "│ ❯\u00a0write the tests │", "prompt"],
    ["claude", "✻ Thinking… (12s · esc to interrupt)", "busy"],
    ["codex", "› Ask Codex to do anything", "prompt"],
    ["gemini", "│ >   Type your message or @path/to/file │", "emptyPrompt"],
    ["gemini", "⠋ Reading (esc to cancel, 3s)", "busy"],
    ["aider", "architect>", "emptyPrompt"],
    ["aider", "> add a test", "prompt"],
    ["shell", "me@host:~$", "emptyPrompt"],
  ];

  it.each(rows)("of %s shows %j as its %s", (name, row, pattern) => {
    const { screen } = presets[name];
    const wanted = pattern === "emptyPrompt" || pattern === "busy" ? pattern : "prompt";
    expect(screen[wanted]?.test(row)).toBe(true);
    if (pattern === "prompt") expect(screen.emptyPrompt?.test(row) ?? false).toBe(false);
    if (pattern === "busy") expect(screen.prompt.test(row)).toBe(false);
  });

  it.each<[PresetName, string, string | undefined]>([
    ["claude", "You've hit your session limit · resets 3pm", "3pm"],
    ["claude", "You've hit your weekly limit", undefined],
    ["codex", "■ You've hit your usage limit. Upgrade to Pro or try again at 3:05 PM.", "at 3:05 PM"],
    ["codex", "You've hit your usage limit.", undefined],
  ])("of %s tells a limit and its end: %j", (name, row, until) => {
    const found = presets[name].screen.limits.map((limit) => limit.exec(row)).find((match) => match !== null);
    expect(found?.groups?.["until"]).toBe(until);
    expect(found).toBeDefined();
  });

  it.each<[PresetName, string, string]>([
    ["claude", "Do you trust the files in this folder?", "trust"],
    ["claude", "Do you want to proceed?", "permission"],
    ["codex", "Would you like to run the following command?", "permission"],
    ["aider", "Add src/app.ts to the chat? (Y)es/(N)o [Yes]:", "permission"],
  ])("of %s asks a person: %j", (name, row, kind) => {
    expect(presets[name].screen.dialogs.find((dialog) => dialog.row.test(row))?.kind).toBe(kind);
  });
});
