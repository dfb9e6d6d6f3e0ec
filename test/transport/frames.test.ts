import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameLine, lineSplitter, readFrame, type Frame } from "../../src/transport/frames.ts";

const nonce = "0123456789abcdef";

/** Any text, also with line breaks, quotes, half characters and whole frames of another run. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("\n", "\r\n", `@${nonce} {"kind":"done","code":0}`, "\u2028", "\ud800", "\0", "]\n}"),
);
const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ kind: fc.constant("text" as const), lines: fc.array(anyText, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant("raw" as const), text: anyText }),
  fc.record({ kind: fc.constant("json" as const), value: fc.jsonValue() }),
  fc.record({ kind: fc.constant("progress" as const), line: anyText }),
  fc.record({ kind: fc.constant("done" as const), code: fc.nat(255) }),
  fc.constantFrom<Frame>({ kind: "beat" }, { kind: "never-begun" }),
);
/** A line of something else, such as a login file, an older run, or half a frame. */
const anyNoise = fc
  .oneof(
    anyText,
    anyText.map((text) => `@fedcba9876543210 ${text}`),
    anyText.map((text) => ` @${nonce} ${text}`),
    fc.constantFrom(`@${nonce}`, `@${nonce} `, `@${nonce} {`, `@${nonce} {"kind":"done"`, `@${nonce} []`),
  )
  .map((text) => text.replaceAll("\n", " "))
  .filter((line) => readFrame(line, nonce) === undefined);

type Part = { readonly frame: Frame } | { readonly noise: string };
const anyPart = fc.oneof(
  anyFrame.map((frame): Part => ({ frame })),
  anyNoise.map((noise): Part => ({ noise })),
);

/** Returns the lines of a stream that arrives in pieces which end at these places. */
function arrived(stream: string, ends: readonly number[]): readonly string[] {
  const split = lineSplitter();
  const places = [...ends.map((end) => end % (stream.length + 1)), stream.length].toSorted((a, b) => a - b);
  return places.flatMap((end, at) => split(stream.slice(places[at - 1] ?? 0, end)));
}

describe("The frames of a host", () => {
  it("arrive all, whole and in order, with any noise between them, and in any pieces", () => {
    const pieces = fc.array(fc.nat(), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(anyPart, { maxLength: 12 }), pieces, (parts, ends) => {
        const stream = parts
          .map((part) => ("frame" in part ? frameLine(part.frame, nonce) : `${part.noise}\n`))
          .join("");
        const frames = arrived(stream, ends).flatMap((line) => readFrame(line, nonce) ?? []);
        const sent = parts.flatMap((part) => ("frame" in part ? [part.frame] : []));
        // As JSON: it has no negative zero.
        return JSON.stringify(frames) === JSON.stringify(sent);
      }),
      { numRuns: Number(process.env["LAW_RUNS"] ?? 500) },
    );
  });

  it("are none if a connection ends within them", () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), (frame, at) => {
        const line = frameLine(frame, nonce);
        expect(arrived(line.slice(0, at % line.length), [at])).toEqual([]);
      }),
    );
  });

  it("need the nonce of their own run at the begin of a line", () => {
    const line = frameLine({ kind: "done", code: 0 }, "fedcba9876543210").trimEnd();
    expect(readFrame(line, nonce)).toBeUndefined();
    expect(readFrame(`Welcome ${line}`, "fedcba9876543210")).toBeUndefined();
    expect(readFrame(line, "fedcba9876543210")).toEqual({ kind: "done", code: 0 });
  });
});
