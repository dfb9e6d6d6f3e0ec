import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markAfter, markBefore, rowsSince, type PaneRows } from "../../src/logs/pane-rows.ts";

const look: PaneRows = {
  id: "%1",
  agent: "a",
  side: "",
  pid: 10,
  dead: false,
  historySize: 0,
  historyLimit: 50,
  cursorY: 0,
  height: 5,
  isAlternate: false,
  createdMs: 0,
};

/** A pane of a program that prints lines, with tmux's history. */
class Printer {
  private printed = 0;
  private dropped = 0;
  private readonly limit: number;
  private readonly height: number;

  constructor(limit: number, height: number) {
    this.limit = limit;
    this.height = height;
  }

  print(lines: number): void {
    for (let line = 0; line < lines; line += 1) {
      // As in grid.c: a tenth of the limit goes at once, before the next row scrolls off.
      if (this.history() >= this.limit) this.dropped += Math.max(1, Math.floor(this.limit / 10));
      this.printed += 1;
    }
  }

  private history(): number {
    return Math.max(0, this.printed - this.height + 1) - this.dropped;
  }

  look(): PaneRows {
    const historySize = this.history();
    const cursorY = this.printed - this.dropped - historySize;
    return { ...look, historySize, cursorY, historyLimit: this.limit, height: this.height };
  }

  /** Returns the lines of these rows: each is its number since the start. */
  rows(start: number, end: number): readonly string[] {
    return Array.from({ length: end - start }, (_, index) => String(start + index + this.dropped));
  }
}

describe("the rows of a pane since a mark", () => {
  it("are each line once, in order, if less than a tenth of the history is printed between two looks", () => {
    const panes = fc.record({
      limit: fc.integer({ min: 20, max: 200 }),
      height: fc.integer({ min: 1, max: 60 }),
      bursts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }),
    });
    fc.assert(
      fc.property(panes, ({ limit, height, bursts }) => {
        const pane = new Printer(limit, height);
        let mark = markBefore(pane.look(), 0, false);
        const read: string[] = [];
        let printed = 0;
        for (const burst of bursts) {
          const lines = Math.floor(burst * Math.max(1, limit / 10 - 1));
          pane.print(lines);
          printed += lines;
          const seen = pane.look();
          const range = rowsSince(mark, seen);
          expect(range).toMatchObject({ isBack: false, isNewRun: false });
          const rows = pane.rows(range.start, range.end);
          read.push(...rows);
          mark = markAfter(seen, range, rows, mark);
        }
        expect(read).toEqual(Array.from({ length: printed }, (_, index) => String(index)));
      }),
    );
  });

  it("begin at the last ones, and at the top of a short pane", () => {
    const end = { ...look, historySize: 30, cursorY: 4 };
    const short = { ...look, cursorY: 2 };
    expect(rowsSince(markBefore(end, 3, false), end)).toMatchObject({ start: 31, end: 34 });
    expect(rowsSince(markBefore(short, 9, false), short)).toMatchObject({ start: 0, end: 2 });
  });

  it("begin a screen earlier if the rest of the screen may be empty", () => {
    const end = { ...look, historySize: 30, cursorY: 4 };
    const dead = { ...end, dead: true };
    expect(rowsSince(markBefore(end, 3, true), end, true)).toMatchObject({ start: 27, end: 35 });
    expect(rowsSince(markBefore(dead, 3, false), dead)).toMatchObject({ start: 27, end: 35 });
  });

  it("begin at the top of the screen in a new run", () => {
    const mark = { pid: 9, historySize: 7, read: 11, last: "x" };
    const now = { ...look, historySize: 8, cursorY: 3 };
    expect(rowsSince(mark, now)).toEqual({ start: 8, end: 11, isNewRun: true, isBack: false });
  });

  it("are none if the cursor has gone up, and after clear-history those on the screen", () => {
    const mark = { pid: 10, historySize: 20, read: 24, last: "x" };
    const up = { ...look, historySize: 20, cursorY: 1 };
    const cleared = { ...look, historySize: 0, cursorY: 5, height: 9 };
    expect(rowsSince(mark, up)).toMatchObject({ isBack: true, start: 21, end: 21 });
    expect(rowsSince(mark, cleared)).toMatchObject({ start: 4, end: 5, isBack: false });
  });
});
