import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { shortSha256 } from "../../../src/text/digests/short-sha256.ts";

describe("the digest of a short text", () => {
  const ofNode = (text: string): string => createHash("sha256").update(text).digest("hex");

  it("is that of node, for each length around the end of a block, and in UTF-8", () => {
    const lengths = [...Array(130).keys()].map((length) => "a".repeat(length));
    const others = [
      "\0",
      "\u00e9",
      "\u20ac".repeat(21),
      "\u{1F600}".repeat(16),
      "\uD800",
      "x\uDFFFy",
      "~".repeat(3000),
    ];
    const texts = [...lengths, ...others];
    expect(texts.map(shortSha256)).toEqual(texts.map(ofNode));
  });
});

describe("a process", () => {
  it("loads node's crypto after some thousand characters alone", async () => {
    vi.resetModules();
    const { digest } = await import("../../../src/text/digests/digest.ts");
    const loaded = vi.spyOn(process, "getBuiltinModule");
    const texts = Array.from({ length: 100 }, (_, index) => `${index} ${"x".repeat(96)}`);
    const short = texts.slice(0, 20).map((text) => digest(text));
    expect(loaded).not.toHaveBeenCalled();
    const all = texts.map((text) => digest(text));
    expect(loaded).toHaveBeenCalledWith("node:crypto");
    expect(all.slice(0, 20)).toEqual(short);
    expect(new Set(all).size).toBe(100);
  });
});
