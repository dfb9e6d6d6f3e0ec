import { describe, expect, it } from "vitest";
import { inCalls, sequence } from "../../../src/drivers/tmux/sequence.ts";

describe("a sequence of tmux commands", () => {
  it("puts each command into an if-shell of its own, so that an error in one does not affect the others", () => {
    expect(sequence(["kill-session -t '$1'", "kill-session -t '$2'"])).toEqual([
      "if-shell",
      "-F",
      "1",
      "kill-session -t '$1'",
      ";",
      "if-shell",
      "-F",
      "1",
      "kill-session -t '$2'",
    ]);
  });

  it("is split into calls that are small enough for tmux", () => {
    const ids = Array.from({ length: 250 }, (_, index) => `$${index + 100_000}`);
    const calls = inCalls(ids);
    expect(calls.flat()).toEqual(ids);
    expect(calls.map((call) => call.length)).toEqual([100, 100, 50]);
    const longest = "x".repeat(100);
    expect(sequence((calls[0] ?? []).map(() => longest)).join("\0").length).toBeLessThan(16_384);
  });

  it("is no call at all without commands", () => {
    expect(inCalls([])).toEqual([]);
  });
});
