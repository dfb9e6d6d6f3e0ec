import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inputText } from "../../../src/commands/send/input-text.ts";

describe("The text to send", () => {
  it("says in words why a file cannot be read", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mosaic-fleet-send-"));
    try {
      const summaryOf = async (file: string): Promise<string | undefined> => {
        const text = await inputText(undefined, file, false);
        return text.ok ? undefined : text.diagnostics[0]?.summary;
      };
      expect(await summaryOf(folder)).toBe(`cannot read ${folder}: it is a directory`);
      expect(await summaryOf(join(folder, "no"))).toBe(
        `cannot read ${join(folder, "no")}: there is no such file or folder`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
