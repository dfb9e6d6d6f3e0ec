import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutTitles } from "../../src/ui/terminal/cut-titles.ts";
import { frameOf, partsOf } from "../../src/ui/terminal/frames.ts";
import { createMessageRate } from "../../src/ui/message-rate.ts";

const titled = Buffer.from("a\u001Bkthe title\u001B\\b\u001B[1mc\u001B\u001Bkx\u001By\u001B\\d");
const cut = "ab\u001B[1mc\u001Bd";

describe("the output on its way to a page", () => {
  it("loses its titles and nothing else, however it is split", () => {
    for (let at = 0; at <= titled.length; at += 1) {
      const filter = cutTitles();
      const parts = [titled.subarray(0, at), titled.subarray(at)].map((part) => filter(part).toString());
      expect(parts.join("")).toBe(cut);
    }
  });

  it("stays as it is without titles", () => {
    const bytes = fc.uint8Array().filter((each) => !each.includes(0x1b));
    fc.assert(
      fc.property(bytes, (each) => {
        expect([...cutTitles()(Buffer.from(each))]).toEqual([...each]);
      }),
    );
  });

  it("does not vanish for ever in a title without an end", () => {
    const filter = cutTitles();
    filter(Buffer.from(`\u001Bk${"x".repeat(5_000)}`));
    expect(filter(Buffer.from("here")).toString()).toBe("here");
  });

  it("carries its channel", () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.nat(0xff_ff),
        fc.constantFrom("stream", "picture"),
        (bytes, channel, kind) => {
          expect(partsOf(frameOf(kind, channel, bytes))).toEqual({ kind, channel, bytes });
        },
      ),
    );
    expect(partsOf(new Uint8Array([9, 0, 1]))).toBeUndefined();
    expect(partsOf(new Uint8Array([1]))).toBeUndefined();
  });
});

describe("the rate of messages", () => {
  it("allows a burst, and then so many in a second", () => {
    const mayTell = createMessageRate();
    const told = (count: number, now: number): number =>
      Array.from({ length: count }, () => mayTell(now)).filter(Boolean).length;
    expect(told(2_000, 1_000)).toBe(1_000);
    expect(told(2_000, 2_000)).toBe(200);
    expect(told(2_000, 100_000)).toBe(1_000);
  });
});
