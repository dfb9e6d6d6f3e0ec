import { describe, expect, it } from "vitest";
import { useFaults, withFaults, type Moment } from "../../support/faults/command-faults.ts";

/** Commands that change nothing. */
interface Reading extends Moment {
  /**
   * `reads`: without an answer nothing is known, so nothing may be done. `verifies`: it reads what was done. `shows`: its
   * text is only shown. `follows`: it belongs to a stop, to the verification, or to an observation that was made twice.
   */
  readonly does: "reads" | "verifies" | "shows" | "follows";
}

const reads: readonly Reading[] = [
  { what: "flock", match: "flock --wait", does: "reads" },
  { what: "systemctl list-units", match: "list-units --all", does: "reads" },
  { what: "systemctl show", match: "show --property=Id", does: "reads" },
  { what: "tmux list-panes", match: "list-panes -a", does: "reads" },
];
const verifies: readonly Reading[] = [
  { what: "systemctl list-units, the second", match: "list-units --all", nth: 2, does: "verifies" },
];
const shows: readonly Reading[] = [
  { what: "tmux capture-pane", match: "capture-pane", does: "shows" },
  { what: "journalctl", match: "journalctl", does: "shows" },
];
// An agent that starts in that time adds observations, so the same call is not always for the same purpose.
const follows: readonly Reading[] = [
  { what: "tmux list-panes, the second", match: "list-panes -a", nth: 2, does: "follows" },
  { what: "tmux list-panes, the third", match: "list-panes -a", nth: 3, does: "follows" },
];
const cases = [
  ...withFaults(follows, ["fails", "hangs", "prints garbage"]),
  ...withFaults(reads, ["fails", "hangs", "is killed", "prints garbage"]),
  ...withFaults(verifies, ["fails", "hangs", "prints garbage"]),
  ...withFaults(shows, ["hangs", "prints garbage"]),
];

describe("an external command without its usual effect", () => {
  const resultOf = useFaults(cases);

  it.each(cases)(
    "affects no other agent, is reported, and is fixed by the next apply: $what $fault",
    (each) => {
      const { trial, mended, isMet } = resultOf(each);
      expect(trial.wrongs).toEqual([]);
      expect(mended).toEqual([]);
      expect(isMet).toBe(true);

      const { said, code, codes } = trial;
      if (each.does === "shows" || (each.fault === "prints garbage" && each.match.startsWith("show "))) {
        // Nothing depends on its text.
        expect({ code, failed: said?.failed, skipped: said?.skipped }).toEqual({
          code: 4,
          failed: [],
          skipped: [],
        });
      } else if (each.does === "follows" && said !== undefined) {
        // A stop has done its work without this look: the next apply would find a session that it left.
        const ofStop = { code: 4, verified: true, failed: [], skipped: [] };
        expect([ofStop, { ...ofStop, code: 1, verified: false }]).toContainEqual({
          code,
          verified: said.verified,
          failed: said.failed,
          skipped: said.skipped,
        });
      } else if (each.does === "reads" || said === undefined) {
        // An observation is made twice if other fleets have changed files in that time. Then the second call belongs to it.
        expect({ code, said }).toEqual({ code: 1, said: undefined });
        expect(codes).toHaveLength(1);
      } else {
        expect({ code, verified: said?.verified, failed: said?.failed }).toEqual({
          code: 1,
          verified: false,
          failed: [],
        });
      }
    },
  );
});
