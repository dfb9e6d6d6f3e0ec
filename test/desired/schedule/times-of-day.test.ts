import { describe, expect, it } from "vitest";
import { timesOfDay } from "../../../src/desired/schedule/times-of-day.ts";

const at = (hours: number, minutes = 0, seconds = 0): number => hours * 3_600 + minutes * 60 + seconds;

describe("timesOfDay", () => {
  it.each<[string, readonly number[]]>([
    ["daily", [0]],
    ["monthly", [0]],
    ["2026-12-24", [0]],
    ["03:00", [at(3)]],
    ["Mon..Fri 09:00", [at(9)]],
    ["Wed, 17:48", [at(17, 48)]],
    ["Mon *-05~07/1 08:05:40 Europe/Berlin", [at(8, 5, 40)]],
    ["*-*-* 23,0,1:30", [at(23, 30), at(0, 30), at(1, 30)]],
    ["00,12/6:30", [at(0, 30), at(12, 30), at(18, 30)]],
    ["5:10..30/10:1..2", [10, 20, 30].flatMap((minute) => [at(5, minute, 1), at(5, minute, 2)])],
    ["05:40:23.5/20", [at(5, 40, 23.5), at(5, 40, 43.5)]],
    ["@1767225600", [0]],
  ])("reads %j", (expression, times) => {
    expect(timesOfDay(expression)).toEqual(times);
  });

  it.each([
    ["minutely", 1_440],
    ["Hourly UTC", 24],
    ["*:0/5", 288],
    ["*:*:0/20", 4_320],
    ["*:*:*", 86_400],
    ["12:*:0/0.001", 60 * 120],
  ])("has every time of %j", (expression, count) => {
    expect(timesOfDay(expression)).toHaveLength(count);
  });

  it("takes a part that it cannot read for every value", () => {
    expect(timesOfDay("*/2:30")).toHaveLength(24);
    expect(timesOfDay("3:15:,")).toHaveLength(60);
  });
});
