import { describe, expect, it } from "vitest";
import { parseIsoTime, localDay, suspensionEnd } from "../../../src/commands/shared/suspension-end.ts";
import type { Exec } from "../../../src/system/exec.ts";

/** 2026-11-28 was a Saturday. */
const now = new Date(2026, 10, 28, 14, 30);

describe("A time of ISO 8601", () => {
  it.each([
    ["2027-01-01T20:00:00Z", "2027-01-01T20:00:00.000Z"],
    ["2027-01-01T20:00:00.123Z", "2027-01-01T20:00:00.123Z"],
    ["2027-01-01T20:00:00+01:00", "2027-01-01T19:00:00.000Z"],
    ["2027-01-01T20:00-0530", "2027-01-02T01:30:00.000Z"],
    ["2027-01-01T20:00+02", "2027-01-01T18:00:00.000Z"],
  ])("%s", (text, time) => expect(new Date(parseIsoTime(text) ?? 0).toISOString()).toBe(time));

  it("is local time without a zone", () =>
    expect(parseIsoTime("2027-01-01T20:00")).toBe(new Date(2027, 0, 1, 20).getTime()));

  it.each(["2027-01-01", "20:00", "2027-13-01T20:00Z", "tomorrow"])("differs from %s", (text) =>
    expect(parseIsoTime(text)).toBeUndefined(),
  );
});

it.each([
  ["tomorrow 08:00", "2026-11-29 08:00"],
  ["tomorrow 8:00", "2026-11-29 08:00"],
  ["tomorrow", "2026-11-29 00:00"],
  ["today 18:00", "2026-11-28 18:00"],
  ["monday", "2026-11-30 00:00"],
  ["mon 08:00", "2026-11-30 08:00"],
  ["saturday at 09:00", "2026-12-05 09:00"],
  ["soon", undefined],
])("A day starts at midnight: %s", (text, date) => expect(localDay(text, now)).toBe(date));

describe("The end of a suspension", () => {
  const refuses: Exec = async () => ({
    kind: "exited",
    code: 1,
    stdout: "",
    stderr: "Hint: Use 'systemd-analyze timespan' or 'systemd-analyze calendar'",
  });

  it.each([
    ["1w", 7 * 86_400_000],
    ["1w1d", 8 * 86_400_000],
    ["2h", 7_200_000],
  ])("is a duration from now: %s", async (text, ms) =>
    expect(await suspensionEnd(text, now.getTime(), refuses)).toEqual({
      ok: true,
      value: now.getTime() + ms,
    }),
  );

  it.each(["soon", "in 2 hours", "2"])(
    "is refused without the message of another program: %s",
    async (text) => {
      const end = await suspensionEnd(text, now.getTime(), refuses);
      expect(end).toMatchObject({ ok: false, diagnostics: [{ code: "bad-usage" }] });
      expect(JSON.stringify(end)).not.toContain("systemd-analyze");
    },
  );
});
