import { describe, expect, it } from "vitest";
import { useFaults, withFaults, type Moment } from "../../support/faults/command-faults.ts";

/** The commands that change the machine. If one of them fails, the actions of the others go on. */
const moments: readonly Moment[] = [
  { what: "systemctl stop", match: "stop --" },
  { what: "tmux kill-session", match: "if-shell -F -t" },
  { what: "systemctl reset-failed", match: "reset-failed --" },
  { what: "systemctl daemon-reload", match: "daemon-reload" },
  { what: "systemctl start", match: "start --" },
  { what: "systemctl restart", match: "restart --" },
];
const cases = withFaults(moments, [
  "fails",
  "hangs",
  "is killed",
  "does it and fails",
  "does it and is killed",
]);

describe("an external command without its usual effect", () => {
  const resultOf = useFaults(cases);

  it.each(cases)(
    "affects no other agent, is reported, and is fixed by the next apply: $what $fault",
    (each) => {
      const { trial, lane, mended, leaving, arriving, isMet } = resultOf(each);
      expect(trial.wrongs).toEqual([]);
      expect(mended).toEqual([]);
      expect(isMet).toBe(true);

      const { said, code, codes } = trial;
      const did = (kind: string, agent: string): boolean | undefined =>
        said?.done.includes(`${kind}:${lane.unit(agent)}`);
      const { match, fault } = each;
      if (fault.startsWith("does it") && !/reset|reload/.test(match)) {
        // The machine shows the result, whatever systemctl or tmux said, except for units with an end of their own
        // since.
        const unsure = match === "start --" ? [lane.unit(arriving === "added" ? "over" : "ended")] : [];
        // It ends within a tenth of a second, before or after the look at the machine.
        const failed = said?.failed ?? [];
        expect([[], unsure.map((unit) => `start:${unit}`)]).toContainEqual(failed);
        expect({ unknown: said?.unknown, skipped: said?.skipped }).toEqual({ unknown: failed, skipped: [] });
        expect(code).toBe(failed.length > 0 ? 1 : 4);
        return;
      }
      // A stop of more than two seconds has the reload repeated after it. If that one works, its dependents stay skipped.
      const isRepeated =
        match === "daemon-reload" && said?.done.some((id) => id.startsWith("daemon-reload:"));
      const undone = isRepeated ? said?.skipped.length : said?.failed.length;
      expect({ code, undone }).not.toEqual({ code: 1, undone: 0 });
      expect(codes).toContain(fault.includes("hangs") ? "command-timeout" : "command-failed");
      // It holds up only the agents whose call it was, or whose units it would have read again.
      if (match !== "start --" && match !== "daemon-reload") expect(did("start", arriving)).toBe(true);
      if (match !== "restart --" && match !== "reset-failed --") expect(did("restart", "changed")).toBe(true);
      if (match !== "stop --") expect(did("stop", leaving)).toBe(true);
    },
  );
});
