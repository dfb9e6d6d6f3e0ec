import { wordingText } from "../../src/report/terminal/wording-text.ts";
import { describe, expect, it } from "vitest";
import { keysToPress } from "../../src/send/keys.ts";
import { senderIn, signedText } from "../../src/send/sender.ts";

const hintFor = (key: string): string | undefined => {
  const result = keysToPress([key]);
  return result.ok ? undefined : wordingText(result.diagnostics[0]?.hint ?? "");
};

describe("the keys of fleet keys", () => {
  it("have the names of tmux, in any case, with modifiers, or are one character", () => {
    const keys = "C-c Escape enter BTab C-M-x S-Up F12 C-Space y 1 ; ' - ^c é".split(" ");
    expect(keysToPress(keys)).toEqual({ ok: true, value: keys });
  });

  it.each([
    ["Ctrl-C", "did you mean C-c?"],
    ["ctrl+c", "did you mean C-c?"],
    ["Esc", "did you mean Escape?"],
    ["Return", "did you mean Enter?"],
    ["Shift-Tab", "did you mean BTab?"],
    ["alt+Up", "did you mean M-Up?"],
    ["Entre", "did you mean Enter?"],
    ["hello", "fleet send AGENT TEXT gives a text"],
    ["", "fleet send AGENT TEXT gives a text"],
    ["\u001b", "fleet send AGENT TEXT gives a text"],
  ])("are no other words, which tmux would type: %j", (key, hint) => {
    expect(hintFor(key)).toContain(hint);
  });

  it("are at most a hundred", () => {
    expect(keysToPress(Array.from({ length: 101 }, () => "Up")).ok).toBe(false);
  });
});

describe("the sender of a text", () => {
  it("is the agent of the unit around the command, with the fleet of a foreign one", () => {
    expect(senderIn("mosaic-agent@mayor.service", "mosaic")).toEqual({ name: "mayor", agent: "mayor" });
    expect(senderIn("mosaic-agent@mayor.service", "day")).toEqual({ name: "mosaic/mayor", agent: undefined });
    expect(senderIn("mosaic-tmux-holder.service", "mosaic")).toBeUndefined();
    expect(senderIn(undefined, "mosaic")).toBeUndefined();
  });

  it("stands in the first line", () => {
    expect(signedText("/clear\nnow", { name: "mayor", agent: "mayor" })).toBe("[from mayor] /clear\nnow");
    expect(signedText("go", undefined)).toBe("go");
  });
});
