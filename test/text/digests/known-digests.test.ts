import { expect, it } from "vitest";
import { digest, sha256 } from "../../../src/text/digests/digest.ts";
import { digestMemory } from "../../../src/text/digests/known-digests.ts";

it("A digest that recurs is the digest of its text", () => {
  const run = digestMemory();
  expect(run.recurring("a text")).toBe(digest("a text"));
  expect(run.recurring("a text", 8)).toBe(digest("a text", 8));
});

it("A run hands its digests to the next one, which keeps only those that it needs too", () => {
  const run = digestMemory();
  for (const text of ["one", "two"]) run.recurring(text);
  const kept = run.fresh() ?? [];
  expect(kept).toEqual([
    ["one", sha256("one")],
    ["two", sha256("two")],
  ]);
  const next = digestMemory();
  next.learn(kept);
  next.recurring("two");
  expect(next.fresh()).toBeUndefined();
  next.recurring("three");
  expect(next.fresh()?.map(([text]) => text)).toEqual(["two", "three"]);
  expect(next.fresh()).toBeUndefined();
});

it("A digest of an earlier run is not computed again", () => {
  const run = digestMemory();
  run.learn([["a text", "f".repeat(64)]]);
  expect(run.recurring("a text", 8)).toBe("ffffffff");
});

it("A run with too many texts keeps none of them", () => {
  const run = digestMemory();
  for (let at = 0; at < 300; at += 1) run.recurring(`${at} ${"x".repeat(1_000)}`);
  expect(run.fresh()).toBeUndefined();
  expect(run.recurring("more")).toBe(digest("more"));
});

it("A name stands for a text, and no text for a name", () => {
  const run = digestMemory();
  expect(run.recurring("a long text", 16, "script")).toBe(digest("a long text"));
  expect(run.recurring("script")).toBe(digest("script"));
  const kept = run.fresh() ?? [];
  expect(kept.map(([, whole]) => whole)).toEqual([sha256("a long text"), sha256("script")]);
  expect(JSON.stringify(kept)).not.toContain("a long text");
  const next = digestMemory();
  next.learn(JSON.parse(JSON.stringify(kept)) as typeof kept);
  expect(next.recurring("a long text", 8, "script")).toBe(digest("a long text", 8));
  expect(next.fresh()).toBeUndefined();
});

it("A run with too many texts still knows the digests of those with names", () => {
  const run = digestMemory();
  const whole = run.recurring("a script", 16, "script");
  for (let at = 0; at < 300; at += 1) run.recurring(`${at} ${"x".repeat(1_000)}`);
  expect(run.fresh()).toBeUndefined();
  expect(run.recurring("another text, which shows that the name counts", 16, "script")).toBe(whole);
});

it("A run keeps a digest that it confirms, and no text with another one", () => {
  const run = digestMemory();
  expect(run.confirms("ours", digest("ours"))).toBe(true);
  expect(run.confirms("edited", digest("ours"))).toBe(false);
  expect(run.confirms("ours", "")).toBe(false);
  const kept = run.fresh();
  expect(kept).toEqual([["ours", sha256("ours")]]);
  const next = digestMemory();
  next.learn(kept ?? []);
  expect(next.confirms("ours", digest("ours"))).toBe(true);
  expect(next.confirms("ours", digest("edited"))).toBe(false);
  expect(next.fresh()).toBeUndefined();
});
