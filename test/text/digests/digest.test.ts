import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { shortSha256 } from "../../../src/text/digests/short-sha256.ts";

describe("the digest of a short text", () => {
  const ofNode = (text: string): string => createHash("sha256").update(text).digest("hex");

  it("is that of node, for any text and each length around the end of a block", () => {
    const lengths = [...Array(130).keys()].map((length) => "a".repeat(length));
    expect(lengths.map(shortSha256)).toEqual(lengths.map(ofNode));
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        (text) => shortSha256(text) === ofNode(text),
      ),
    );
    expect(shortSha256("\uD800")).toBe(ofNode("\uD800"));
  });
});

describe("a process", () => {
  it("loads node's crypto after some thousand characters alone", async () => {
    vi.resetModules();
    const { digest } = await import("../../../src/text/digests/digest.ts");
    const loaded = vi.spyOn(process, "getBuiltinModule");
    const texts = Array.from({ length: 40 }, (_, index) => `${index} ${"x".repeat(96)}`);
    const short = texts.slice(0, 20).map((text) => digest(text));
    expect(loaded).not.toHaveBeenCalled();
    const all = texts.map((text) => digest(text));
    expect(loaded).toHaveBeenCalledWith("node:crypto");
    expect(all.slice(0, 20)).toEqual(short);
    expect(new Set(all).size).toBe(40);
  });
});
