import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/diagnostics/diagnostic.ts";
import { joinFailedWrites } from "../../../src/report/apply/failed-writes.ts";

const failed = (path: string, hint?: string): Diagnostic => ({
  severity: "error",
  code: "file-write-failed",
  summary: `cannot write ${path}`,
  detail: `ENOSPC: ${path}`,
  hint,
});
const full = (count: number): readonly Diagnostic[] =>
  Array.from({ length: count }, (_, index) => failed(`${index}.env`, "the disk is full"));

describe("Failed writes", () => {
  it("of one cause share a message, next to those of others", () => {
    const other = failed("link", "a symbolic link is in its place: remove it");
    const reload: Diagnostic = { severity: "error", code: "command-failed", summary: "no reload" };
    expect(joinFailedWrites([other, ...full(300), reload])).toEqual([
      other,
      { ...full(1)[0], summary: "cannot write 0.env, and 299 other files", standsFor: 300 },
      reload,
    ]);
  });

  it("have a message each if they are few, or of an unknown cause", () => {
    const unknown = Array.from({ length: 9 }, (_, index) => failed(`${index}.env`));
    expect(joinFailedWrites([...full(3), ...unknown])).toEqual([...full(3), ...unknown]);
  });
});
