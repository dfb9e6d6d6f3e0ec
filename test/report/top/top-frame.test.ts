import { describe, expect, it } from "vitest";
import { roomIn, topLines } from "../../../src/report/top/top-frame.ts";
import { topHelp } from "../../../src/report/top/top-help.ts";
import type { TableRow } from "../../../src/report/table/table-row.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";
import { displayWidth } from "../../../src/report/terminal/display-width.ts";
import { beforeTop, stepTop, type TopState } from "../../../src/top/top-state.ts";
import { agentStatus, now } from "../../support/report/a-status.ts";

const plain = createColors(false);

const rows = Array.from({ length: 20 }, (_, index): TableRow => {
  return {
    ...agentStatus({ name: `coder-${index + 1}`, labels: {}, pid: 7, since: now - 90_000 }),
    attached: index === 1 ? 1 : 0,
    idleSeconds: 5,
    memoryBytes: 5_242_880,
    processorShare: 0.014,
    lastLine: "資料 waiting for the next question 🚀",
  };
});

const frame = {
  fleet: "mosaic",
  rows: new Map(rows.map((row) => [row.name, row])),
  nowMs: now,
  problem: undefined,
};

function stateFor(size: { readonly rows: number }): TopState {
  const { state } = stepTop(beforeTop, { kind: "resized", room: roomIn(size.rows) });
  return stepTop(state, { kind: "names", names: rows.map(({ name }) => name) }).state;
}

function shown(size: { readonly columns: number; readonly rows: number }): string {
  return `\n${topLines(stateFor(size), frame, size, plain).join("\n")}\n`;
}

describe("The frame of the live view", () => {
  it("has room for agents at 60 columns and 9 lines", () => {
    expect(shown({ columns: 60, rows: 9 })).toMatchInlineSnapshot(`
      "
      mosaic · 1 to 6 of 20 · by attention · 20 agents, 20 runnin…
        AGENT    STATE    SINCE  ATTACHED  QUIET  MEMORY  PENDING
      > coder-1  running  1 min  -         5 s    5.0 MB  -
        coder-2  running  1 min  1         5 s    5.0 MB  -
        coder-3  running  1 min  -         5 s    5.0 MB  -
        coder-4  running  1 min  -         5 s    5.0 MB  -
        coder-5  running  1 min  -         5 s    5.0 MB  -
        coder-6  running  1 min  -         5 s    5.0 MB  -
      ? help · q quit · Enter attach · o logs · w why · r restart…
      "
    `);
  });

  it("shows processor and last line at 200 columns", () => {
    expect(shown({ columns: 200, rows: 7 })).toMatchInlineSnapshot(`
      "
      mosaic · 1 to 4 of 20 · by attention · 20 agents, 20 running, nothing pending.
        AGENT    STATE    SINCE  RESTARTS  ATTACHED  QUIET  MEMORY  CPU    PENDING  LAST LINE
      > coder-1  running  1 min  0         -         5 s    5.0 MB  1.4 %  -        資料 waiting for the next question 🚀
        coder-2  running  1 min  0         1         5 s    5.0 MB  1.4 %  -        資料 waiting for the next question 🚀
        coder-3  running  1 min  0         -         5 s    5.0 MB  1.4 %  -        資料 waiting for the next question 🚀
        coder-4  running  1 min  0         -         5 s    5.0 MB  1.4 %  -        資料 waiting for the next question 🚀
      ? help · q quit · Enter attach · o logs · w why · r restart · x stop · z suspend · / search · s sort
      "
    `);
  });

  it("is never larger than the terminal", () => {
    for (const [columns, height] of [
      [20, 4],
      [60, 9],
      [80, 23],
      [200, 60],
    ] as const) {
      const size = { columns, rows: height };
      const lines = topLines(stateFor(size), frame, size, plain);
      expect(lines.length).toBeLessThanOrEqual(height);
      expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
    }
  });

  it("tells a problem of the last look, and that nothing matches a search", () => {
    const size = { columns: 80, rows: 9 };
    const problem = "fleet.yaml has errors; shown is the last look";
    expect(topLines(stateFor(size), { ...frame, problem }, size, plain).at(-1)).toBe(problem);
    const { state } = stepTop(stateFor(size), { kind: "names", names: [] });
    expect(topLines(state, frame, size, plain)).toContain("  No agent matches. Escape shows all.");
  });

  it("has a help that fits 60 columns and 9 lines", () => {
    expect(topHelp.length).toBeLessThanOrEqual(9);
    expect(topHelp.filter((line) => displayWidth(line) > 60)).toEqual([]);
  });
});
