import { describe, expect, it } from "vitest";
import { exitCodeOf, exitCodes } from "../../../src/commands/shared/exit-codes.ts";

describe("exit codes", () => {
  it("never change, because scripts rely on them", () => {
    expect(exitCodes).toEqual({
      ok: 0,
      error: 1,
      changesPending: 2,
      stalePlan: 3,
      agentsFailed: 4,
      locked: 5,
      blocked: 6,
      incompleteHosts: 7,
      usage: 64,
      invalidFleet: 65,
      timedOut: 124,
      interrupted: 130,
    });
  });

  it.each([
    ["locked", 5],
    ["blocked", 6],
    ["stale-plan", 3],
    ["foreign-plan", 3],
    ["unknown-agent", 64],
    ["needs-confirmation", 64],
    ["yaml-syntax", 65],
    ["dependency-cycle", 65],
    ["file-not-found", 1],
    ["no-user-manager", 1],
    ["foreign-tmux-server", 1],
    [undefined, 1],
  ] as const)("contain a fixed one for a run that ended with %s: %d", (code, exitCode) => {
    expect(exitCodeOf(code)).toBe(exitCode);
  });
});
