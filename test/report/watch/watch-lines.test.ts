import { describe, expect, it } from "vitest";
import { eventLines, timeOfDay, type LineStyle } from "../../../src/report/watch/watch-lines.ts";
import type { WatchEvent } from "../../../src/events/watch-events.ts";
import { allEvents, events, hostileEvents } from "../../support/report/an-event.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";

const plain = createColors(false);
/** In the time zone of this process. */
const noon = new Date(2026, 10, 3, 12, 4, 5).getTime();

function lines(event: WatchEvent, style: LineStyle, quiet = false): readonly string[] {
  return eventLines(event, style, noon, plain, quiet);
}

describe("Lines for a file or a pipe", () => {
  it("start with the date and time, and all lines of an event are aligned after it", () => {
    expect(lines(events.crashed, "timed")).toEqual([
      "2026-11-03 12:04:05 x canary failed (exit status 137); systemd restarts it",
      "                      | one",
      "                      | two",
    ]);
    expect(lines(events.recovered, "timed")).toEqual(["2026-11-03 12:04:05 * canary runs again"]);
  });

  it("do not exist for self-evident events", () => {
    expect(lines(events.applying, "timed")).toEqual([]);
    expect(lines(events.applying, "journal")).toEqual([]);
  });

  it("are dim in their time only, if colours are requested", () => {
    const coloured = createColors(true);
    expect(eventLines(events.paused, "timed", noon, coloured, false)).toEqual([
      "\u001B[2m2026-11-03 12:04:05\u001B[22m Paused: nothing is changed until it resumes.",
    ]);
  });
});

describe("Lines for the journal", () => {
  it("start with the priority, without a time, which the journal adds itself", () => {
    expect(lines(events.crashed, "journal")).toEqual([
      "<4>x canary failed (exit status 137); systemd restarts it",
      "<4>  | one",
      "<4>  | two",
    ]);
    expect(lines(events.failed, "journal")[0]).toMatch(/^<3>x canary failed/);
    expect(lines(events.paused, "journal")).toEqual(["<5>Paused: nothing is changed until it resumes."]);
    expect(lines(events["in-line"], "journal")).toEqual(["<6>No changes. The fleet matches fleet.yaml."]);
  });

  it("have it on every line of every kind, and no output can start its own line", () => {
    for (const event of [...allEvents, ...hostileEvents]) {
      const all = lines(event, "journal");
      expect(all.filter((line) => !/^<[3-6]>[^\p{Cc}\u202E]*$/u.test(line))).toEqual([]);
      expect(new Set(all.map((line) => line.slice(0, 3))).size).toBeLessThanOrEqual(1);
    }
  });
});

describe("With --quiet", () => {
  it.each(["timed", "journal"] as const)("only problems are printed, as %s lines", (style) => {
    const told = allEvents.filter((event) => lines(event, style, true).length > 0);
    expect(told.map(({ kind }) => kind)).toEqual([
      "file-rejected",
      "blocked",
      "refused",
      "notify-failed",
      "hook-failed",
      "deviation",
      "crashed",
      "failed",
      "problem",
      "source-refused",
    ]);
  });

  it("an apply is reported if a part of it has failed", () => {
    expect(lines({ ...events.applied, failed: 1 }, "timed", true)).toHaveLength(1);
    expect(lines({ ...events.applied, failed: 1, wasCut: true }, "timed", true)).toEqual([]);
  });

  it("JSON still contains everything", () => {
    for (const event of allEvents) expect(lines(event, "json", true)).toEqual(lines(event, "json"));
  });
});

describe("The time of day", () => {
  it("has two digits for each part", () => {
    expect(timeOfDay(new Date(2026, 0, 1, 0, 0, 0).getTime())).toBe("00:00:00");
    expect(timeOfDay(noon)).toBe("12:04:05");
  });
});
