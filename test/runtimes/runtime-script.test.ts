import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PresetName } from "../../src/runtimes/preset-names.ts";
import { renderRuntimeScript } from "../../src/runtimes/runtime-script.ts";

const arms = renderRuntimeScript("# PRESETS\n", "mosaic");

describe("The words of a preset", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "runtime-script-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  /** Returns the words that a preset adds to its command for hooks and for a new conversation, in this home. */
  function wordsOf(preset: PresetName): string {
    const script = `mosaic_preset=$1 mosaic_hooks=1 mosaic_own='' mosaic_added='' mosaic_begin=''
${arms}printf '%s\\n' "$mosaic_added" "$mosaic_begin"`;
    const env = { HOME: home, PATH: process.env["PATH"] };
    return execFileSync("sh", ["-euc", script, "sh", preset], { cwd: home, env, encoding: "utf8" });
  }

  it.each<[PresetName, string, string, string]>([
    ["codex", "notify=", ".codex/config.toml", 'notify = ["mine"]'],
    ["aider", "--notifications-command", ".aider.conf.yml", "notifications-command: mine"],
    ["aider", "--chat-history-file", ".aider.conf.yml", "chat-history-file: mine"],
  ])("of %s have %s, unless a setting in %s would be replaced", (preset, words, file, line) => {
    expect(wordsOf(preset)).toContain(words);
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), "other = 1\n");
    expect(wordsOf(preset)).toContain(words);
    writeFileSync(join(home, file), `${line}\n`);
    expect(wordsOf(preset)).not.toContain(words);
  });
});
