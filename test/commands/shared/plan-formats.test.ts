import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { asksForJson } from "../../../src/commands/shared/asks-for-json.ts";
import { formatChoices, planFormats } from "../../../src/commands/shared/plan-formats.ts";

describe("The formats of a plan", () => {
  it("are in docs/commands.md, each one that --format takes", () => {
    const row = /^\| `--format FORMAT`.*$/m.exec(readFileSync("docs/commands.md", "utf8"))?.[0] ?? "";
    for (const format of formatChoices) expect(row).toContain(`\`${format}\``);
    expect(formatChoices).not.toContain("diff");
  });

  it("count as JSON even in an invalid command line, if they are JSON", () => {
    const asking = Object.keys(planFormats).filter((format) => asksForJson(["plan", "--format", format]));
    expect(asking).toEqual(["json"]);
    expect(asksForJson(["paln", "--format=json"])).toBe(true);
    expect(asksForJson(["json"])).toBe(false);
    expect(asksForJson(["plan", "--", "--json"])).toBe(false);
  });
});
