import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Change } from "../../src/plan/change.ts";
import { planFleet } from "../../src/plan/fleet/plan-fleet.ts";
import { changePhrase } from "../../src/report/change-text.ts";
import { anyCase, shy } from "../support/plan/arbitraries.ts";
import { observedOf } from "../support/plan/world.ts";

const mode = { found: 0o644, wanted: 0o600 };

describe("The words for a change", () => {
  it.each<[Change, string, string]>([
    [{ reason: "not-running" }, "it does not run", "they do not run"],
    [
      { reason: "not-running", underWay: "start" },
      "systemd is already starting it",
      "systemd is already starting them",
    ],
    [{ reason: "not-running", underWay: "end" }, "it is ending", "they are ending"],
    [
      { reason: "failed", exitStatus: 1, isRetried: true },
      "it failed (exit status 1, systemd is about to try again)",
      "they failed (exit status 1, systemd is about to try again)",
    ],
    [{ reason: "config-changed", fields: [] }, "its configuration changed", "their configuration changed"],
    [{ reason: "enablement-changed" }, "no longer starts at boot", "no longer start at boot"],
    [{ reason: "link-missing" }, "enablement link is missing", "enablement links are missing"],
    [{ reason: "file-missing", file: "env" }, "env file is missing", "env files are missing"],
    [{ reason: "file-missing", file: "drop-in" }, "drop-in is missing", "drop-ins are missing"],
    [
      { reason: "file-edited", file: "env", mode },
      "env file was edited by hand, and has mode 0644 instead of 0600",
      "env files were edited by hand, and have mode 0644 instead of 0600",
    ],
    [
      { reason: "file-edited", file: "drop-in", directives: ["MemoryMax"] },
      "MemoryMax was edited by hand",
      "MemoryMax was edited by hand",
    ],
    [{ reason: "settings-changed", record: "completion", names: [] }, "no longer a job", "no longer jobs"],
    [
      { reason: "place-blocked", agent: "old" },
      "it takes the place of old, which is blocked",
      "they take the place of old, which is blocked",
    ],
    [
      { reason: "protected", agent: "a", by: "marked" },
      "it is marked protect: true; set protect: false and apply before you remove it",
      "they are marked protect: true; set protect: false and apply before you remove them",
    ],
    [
      { reason: "adopt-differs", fields: ["command"], isFileNewer: true },
      "the running configuration is not the declared one (command, its env file was changed after its start)",
      "the running configuration is not the declared one (command, their env files were changed after their start)",
    ],
  ])("fit one agent, and several: %j", (change, one, many) => {
    expect(changePhrase(change)).toBe(one);
    expect(changePhrase(change, true)).toBe(many);
  });

  it("speak of several agents as several, in any plan", () => {
    let seen = 0;
    fc.assert(
      fc.property(anyCase, ({ desired, world }) => {
        for (const { changes } of planFleet(desired, observedOf(world), shy).agents) {
          for (const change of changes) {
            if (change.reason === "file-unreadable" || change.reason === "protected") continue;
            seen += 1;
            const phrase = changePhrase(change, true);
            expect(phrase.replaceAll(/:.*/g, "")).not.toMatch(/\b(?:it|its)\b/);
          }
        }
      }),
      { numRuns: 100 },
    );
    expect(seen).toBeGreaterThan(50);
  });
});
