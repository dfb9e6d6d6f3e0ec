import { describe, expect, it } from "vitest";
import { parseAnchor, parseOrders, seenAfter } from "../../../src/source/memory/source-memory.ts";
import type { PassResult } from "../../../src/source/pull-state.ts";

const revision = "a".repeat(40);
const anchor = {
  git: "/srv/fleet",
  ref: "refs/heads/main",
  revision,
  signer: "ada",
  at: "2026-11-29T10:00:00Z",
};

describe("The memory of a source", () => {
  const facts = { revision, signer: "ada", fingerprint: "k", author: "Ada", subject: "s" };
  const good: PassResult = {
    kind: "good",
    revision: facts,
    isPinned: false,
    isFirst: true,
    isNew: true,
    anchor: undefined,
  };
  const failed: PassResult = { kind: "failed", trouble: { why: "unreachable", said: "no route" } };

  it("notes the revision in place, and counts failures in a row", () => {
    expect(seenAfter(good, revision, 2, 0)).toEqual({
      at: "1970-01-01T00:00:00.000Z",
      newest: revision,
      placed: facts,
      trouble: null,
      failures: 0,
    });
    expect(seenAfter(failed, undefined, 2, 0)).toMatchObject({
      newest: null,
      placed: null,
      trouble: { why: "unreachable" },
      failures: 3,
    });
  });

  it("does not count a refused revision as a failure", () => {
    const refused: PassResult = {
      kind: "refused",
      trouble: { why: "rewritten", revision, anchor: revision },
    };
    expect(seenAfter(refused, revision, 2, 0)).toMatchObject({ newest: revision, placed: null, failures: 0 });
  });

  it("tells an absent anchor from a broken one", () => {
    expect(parseAnchor(undefined)).toEqual({ kind: "absent" });
    expect(parseAnchor(JSON.stringify(anchor))).toEqual({ kind: "kept", value: anchor });
    for (const text of [
      "",
      JSON.stringify(anchor).slice(0, -3),
      JSON.stringify({ ...anchor, revision: "HEAD" }),
    ])
      expect(parseAnchor(text)).toEqual({ kind: "broken" });
  });

  it("takes no part of broken orders", () => {
    const pin = { revision, by: "ada", at: anchor.at };
    expect(parseOrders(JSON.stringify({ pin }))).toEqual({ kind: "kept", value: { pin } });
    expect(parseOrders(JSON.stringify({ pin, accept: { revision: "HEAD" } }))).toEqual({ kind: "broken" });
  });
});
