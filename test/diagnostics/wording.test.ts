import { describe, expect, it } from "vitest";
import { fleetCommand, took, wording } from "../../src/diagnostics/wording.ts";
import { visibleWording, wordingText } from "../../src/report/terminal/wording-text.ts";

describe("A wording", () => {
  it("is a text if none of its parts is a command or a time", () => {
    expect(wording`a ${"b"} ${wording`c ${""}d`}`).toBe("a b c d");
  });

  it("keeps commands and times as parts, also those of a wording in it", () => {
    const inner = wording`${fleetCommand("start")} a`;
    expect(wording`run ${inner} ${took(5)}`).toEqual(["run ", { fleet: "start" }, " a", " ", { tookMs: 5 }]);
  });

  it("is a text for this machine", () => {
    expect(wordingText(wording`\`${fleetCommand("source pin")} a\` ${took(1_300)}, ${took(87.4)}`)).toBe(
      "`fleet source pin a` (1.3 s), (87 ms)",
    );
  });

  it("can be made safe to print", () => {
    expect(visibleWording(wording`${fleetCommand("start")} ${"\u001B[2J"}`)).toEqual([
      { fleet: "start" },
      " ",
      "␛[2J",
    ]);
  });
});
