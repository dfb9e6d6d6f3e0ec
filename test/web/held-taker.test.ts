import { describe, expect, it } from "vitest";
import type { UiTerminal } from "../../src/ui/terminal/shown-terminal.ts";
import { heldTaker } from "../../web/src/views/agent/held-taker.ts";

const shown: UiTerminal = { kind: "stream", reason: null, columns: 80, rows: 24, mode: "", above: 0 };

describe("the receiver of a terminal whose library still loads", () => {
  it("hands over everything in its order, and then all that comes", () => {
    const got: string[] = [];
    const held = heldTaker();
    const write = (text: string): void =>
      held.write("stream", Buffer.from(text), (count) => got.push(`drawn ${count}`));
    held.tell(shown);
    write("one");
    held.earlier({ end: 7, first: 0, text: "", problem: null });
    expect(got).toEqual([]);
    held.handTo({
      tell: ({ kind }) => got.push(kind),
      write(kind, bytes, drawn) {
        got.push(`${kind} ${Buffer.from(bytes).toString()}`);
        drawn(bytes.length);
      },
      earlier: ({ end }) => got.push(`earlier ${end}`),
    });
    const before = ["stream", "stream one", "drawn 3", "earlier 7"];
    expect(got).toEqual(before);
    write("two");
    expect(got).toEqual([...before, "stream two", "drawn 3"]);
  });
});
