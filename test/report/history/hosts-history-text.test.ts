import { describe, expect, it } from "vitest";
import type { HistoryEntryJson } from "../../../src/report/history/history-output.ts";
import { hostsHistoryLines } from "../../../src/report/history/hosts-history-text.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";

const run = (time: string, id: string, command = "fleet apply"): HistoryEntryJson => ({
  id,
  isKept: true,
  time: `2026-11-30T${time}.000Z`,
  kind: "run",
  message: "",
  command,
  causes: null,
  by: { user: "ada", uid: 1000 },
  version: "0.1.0",
  file: "/fleet.yaml",
  digest: `${id}0000`,
  revision: null,
  summary: { add: 1, change: 0, restart: 0, remove: 0, pending: 0, blocked: 0, daemonReload: false },
  steps: [{ action: "add", reasons: [], result: "done", agents: ["coder"] }],
  shared: [],
  exitCode: 0,
  interruptedBy: null,
  durationMs: 1,
});
const lines = (
  histories: Readonly<Record<string, readonly HistoryEntryJson[]>>,
  most = 20,
): readonly string[] =>
  hostsHistoryLines(
    Object.entries(histories).map(([host, runs]) => ({ host, now: "new", runs })),
    most,
    createColors(false),
  ).map((line) => line.replaceAll(/ {2,}/g, " | ").replace(/\d{4}-\d\d-\d\d \d\d/, "HH"));

describe("the histories of several hosts", () => {
  const histories = {
    build1: [run("10:00:00", "old"), run("10:30:00", "new")],
    build2: [run("10:00:09", "old"), run("10:20:00", "old", "fleet restart coder"), run("10:30:01", "new")],
    build3: [run("10:45:00", "new")],
  };

  it("are one table, with a row for equal runs at one time", () => {
    expect(lines(histories)).toEqual([
      "STATE | WHEN | HOST | BY | COMMIT | COMMAND | RESULT",
      "old | HH:00 | build1, build2 | ada | - | fleet apply | 1 agent added",
      "old | HH:20 | build2 | ada | - | fleet restart coder | 1 agent added",
      "new* | HH:30 | build1, build2 | ada | - | fleet apply | 1 agent added",
      "new* | HH:45 | build3 | ada | - | fleet apply | 1 agent added",
    ]);
  });

  it("keep two runs of one host apart, and show the last rows only", () => {
    expect(lines({ a: [run("10:00:00", "x"), run("10:00:05", "x")] })).toHaveLength(3);
    expect(lines(histories, 1).slice(1)).toEqual([
      "new* | HH:45 | build3 | ada | - | fleet apply | 1 agent added",
    ]);
    expect(lines({ a: [], b: [] })).toEqual([]);
  });
});
