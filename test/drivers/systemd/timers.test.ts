import { describe, expect, it } from "vitest";
import { parseListTimers } from "../../../src/drivers/systemd/list-units.ts";
import { parseCalendar } from "../../../src/drivers/systemd/timestamp.ts";

describe("systemd-analyze calendar", () => {
  it("tells the invalid expressions, and the next time of the others in their order", () => {
    const stdout = [
      "  Original form: daily\nNormalized form: *-*-* 00:00:00\n    Next elapse: Mon 2026-11-30 00:00:00 UTC\n       From now: 9h left\n",
      "Normalized form: 2020-01-01 00:00:00\n    Next elapse: never\n",
      "  Original form: hourly\nNormalized form: *-*-* *:00:00\n    Next elapse: Sun 2026-11-29 15:00:00 UTC\n       From now: 1h left\n",
    ].join("\n");
    const stderr = "Failed to parse calendar specification 'nonsense': Invalid argument\n";
    const answer = parseCalendar({ stdout, stderr }, ["daily", "nonsense", "2020-01-01", "hourly"]);
    expect([...answer.invalid]).toEqual(["nonsense"]);
    expect([...answer.next]).toEqual([
      ["daily", "Mon 2026-11-30 00:00:00 UTC"],
      ["hourly", "Sun 2026-11-29 15:00:00 UTC"],
    ]);
  });
});

describe("systemctl list-timers", () => {
  it("gives the next and the last run, and anything else gives none", () => {
    const rows = [
      { next: 1795996800000000, left: 1, last: 0, passed: 0, unit: "a.timer", activates: "a.service" },
      { next: null, left: null, last: 1795961462071052, passed: 1, unit: "b.timer", activates: "b.service" },
    ];
    expect([...parseListTimers(JSON.stringify(rows))]).toEqual([
      ["a.timer", { nextMs: 1795996800000, lastMs: undefined }],
      ["b.timer", { nextMs: undefined, lastMs: 1795961462071 }],
    ]);
    expect(parseListTimers("NEXT LEFT").size).toBe(0);
  });
});
