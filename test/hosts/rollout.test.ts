import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HostResult } from "../../src/hosts/host-result.ts";
import { massEndIn } from "../../src/hosts/mass-end.ts";
import { batchesOf, isUnavailable, mostUnavailable } from "../../src/hosts/rollout.ts";

const all = Array.from({ length: 10 }, (_, index) => `h${index + 1}`);

describe("The batches of a rollout", () => {
  it("begin with the canaries, and have the size of their share", () => {
    expect(batchesOf(all, all, {})).toEqual([all]);
    expect(batchesOf(all, all, { canary: 1, batch: "25%" }).map(({ length }) => length)).toEqual([
      1, 3, 3, 3,
    ]);
    expect(batchesOf(all, all, { canary: ["h5", "h9"], batch: 4 })[0]).toEqual(["h5", "h9"]);
    expect(batchesOf(all, all, { canary: "1%" })[0]).toEqual(["h1"]);
  });

  it("go on after a stop: canaries that are done are not replaced by others", () => {
    expect(batchesOf(all.slice(2), all, { canary: 2, batch: 4 })).toEqual([
      ["h3", "h4", "h5", "h6"],
      ["h7", "h8", "h9", "h10"],
    ]);
    expect(batchesOf([], all, { canary: 2 })).toEqual([]);
  });

  it("have each host with changes once, after the canaries, and none too many", () => {
    const share = fc.oneof(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 100 }).map((n) => `${n}%`),
    );
    fc.assert(
      fc.property(
        fc.subarray(all),
        fc.option(share, { nil: undefined }),
        share,
        (changing, canary, batch) => {
          const batches = batchesOf(changing, all, { canary, batch });
          expect(batches.flat().toSorted()).toEqual(changing.toSorted());
          const size = typeof batch === "number" ? batch : Math.ceil((Number.parseInt(batch, 10) / 100) * 10);
          const plain = canary === undefined ? batches : batches.slice(1);
          for (const each of plain) expect(each.length).toBeLessThanOrEqual(size);
          expect(batches.filter(({ length }) => length === 0)).toEqual([]);
        },
      ),
    );
  });

  it("stop with more unavailable hosts than allowed, of which a percentage is rounded down", () => {
    expect([mostUnavailable(10, {}), mostUnavailable(9, { maxUnavailable: "25%" })]).toEqual([0, 2]);
    expect(isUnavailable({ name: "done", code: 0 })).toBe(false);
    for (const end of [
      { name: "done", code: 4 },
      { name: "unreachable", detail: "" },
      { name: "unknown", detail: "" },
      { name: "not-begun" },
    ] as const)
      expect(isUnavailable(end)).toBe(true);
  });
});

describe("A change of many hosts", () => {
  const host = (name: string, agents: readonly object[]): HostResult => ({
    host: name,
    end: { name: "done", code: 64 },
    facts: undefined,
    frames: [{ kind: "json", value: { plan: { agents } } }],
  });
  const agent = (name: string, action: string, more: object = {}) => ({ name, action, ...more });
  const kept = agent("kept", "none");

  it("is refused if it ends most agents of all hosts together, though few on each", () => {
    const each = [kept, agent("a", "remove"), agent("b", "pending", { hold: "busy", awaiting: "stop" })];
    const many = ["h1", "h2", "h3"].map((name) => host(name, each));
    expect(massEndIn(many, [])).toEqual({ ended: 6, all: 9 });
    expect(massEndIn(many.slice(0, 1), [])).toBeUndefined();
  });

  it("counts neither agents that move, nor renamed and new ones, nor those that stay", () => {
    const moved = host("h1", [agent("a", "remove"), agent("b", "remove"), agent("c", "remove")]);
    const way = { to: "h2", from: "h1", because: "there" } as const;
    const moves = ["a", "b", "c"].map((name) => ({ agent: name, ...way }));
    expect(massEndIn([moved], moves)).toBeUndefined();
    expect(massEndIn([moved], moves.slice(1))).toBeUndefined();
    expect(massEndIn([moved], [])).toEqual({ ended: 3, all: 3 });
    const renamed = ["a", "b", "c"].map((name) => agent(name, "remove", { reason: "renamed" }));
    const keeps = ["d", "e", "f"].map((name) => agent(name, "pending", { hold: "kept", awaiting: "stop" }));
    expect(massEndIn([host("h1", [...renamed, ...keeps])], [])).toBeUndefined();
  });
});
