import { describe, expect, it } from "vitest";
import { suggest } from "../../src/text/suggest.ts";

describe("suggest", () => {
  it.each([
    ["comand", "command"],
    ["nmae", "name"],
    ["WORKDIR", "workdir"],
    ["env_files", "envFiles"],
  ])("takes %s for %s", (word, meant) => {
    expect(suggest(word, ["name", "command", "workdir", "env", "envFiles"])).toBe(meant);
  });

  it("suggests nothing if no word is similar", () => {
    expect(suggest("hosts", ["name", "command"])).toBeUndefined();
    expect(suggest("x", ["ab"])).toBeUndefined();
    expect(suggest("anything", [])).toBeUndefined();
  });
});
