import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HostResult } from "../../src/hosts/host-result.ts";
import { massEndIn } from "../../src/hosts/mass-end.ts";
import {
  afterBatch,
  batchesOf,
  hostsLeft,
  isUnavailable,
  mostUnavailable,
  newRollout,
  nextBatch,
  rolloutOver,
  type Rollout,
} from "../../src/hosts/rollout.ts";
import type { HostEnd } from "../../src/transport/host-run-state.ts";

const all = Array.from({ length: 10 }, (_, index) => `h${index + 1}`);

const share = fc.oneof(
  fc.integer({ min: 1, max: 20 }),
  fc.integer({ min: 1, max: 100 }).map((n) => `${n}%`),
);
/** Returns the number of hosts of a share: 1 % is one of them. */
const numberOf = (part: string | number): number =>
  typeof part === "number" ? part : Math.ceil((Number.parseInt(part, 10) / 100) * all.length);

const well: HostEnd = { name: "done", code: 0 };
/** A rollout with the ends that its hosts would have. */
interface AnyRollout {
  readonly changing: readonly string[];
  readonly rollout: Pick<Rollout, "canary" | "maxUnavailable" | "onFailure"> & {
    readonly batch: number | string;
  };
  /** The number of unavailable hosts before the first batch. */
  readonly before: number;
  readonly ends: readonly HostEnd[];
}
const anyRollout: fc.Arbitrary<AnyRollout> = fc.record({
  changing: fc.subarray(all),
  rollout: fc.record({
    canary: fc.option(fc.oneof(share, fc.subarray(all)), { nil: undefined }),
    batch: share,
    maxUnavailable: fc.oneof(fc.constant(0), share),
    onFailure: fc.constantFrom(undefined, "stop", "continue"),
  }),
  before: fc.constantFrom(0, 0, 1, 3),
  ends: fc.array(
    fc.constantFrom<HostEnd>(
      well,
      well,
      well,
      { name: "done", code: 4 },
      { name: "unreachable", detail: "" },
      { name: "unknown", detail: "" },
      { name: "not-begun" },
    ),
    { minLength: all.length, maxLength: all.length },
  ),
});

/** Plays a rollout, and returns the laws that it breaks. */
function brokenLaws({ changing, rollout, before, ends }: AnyRollout): readonly string[] {
  const endOf = (name: string): HostEnd => ends[all.indexOf(name)] ?? well;
  const most = mostUnavailable(all.length, rollout);
  const goesOn = rollout.onFailure === "continue";
  const begun: string[] = [];
  let isLate = false;
  let down = before;
  let state = newRollout(changing, all, rollout, before);
  const { batches } = state;
  for (let batch = nextBatch(state); batch !== undefined; batch = nextBatch(state)) {
    isLate ||= down > most;
    begun.push(...batch);
    down += batch.filter((name) => endOf(name) !== well).length;
    state = afterBatch(state, batch.map(endOf));
  }
  const left = hostsLeft(state);
  const { canary, batch: size } = rollout;
  const firsts =
    typeof canary === "object" ? canary : all.slice(0, canary === undefined ? 0 : numberOf(canary));
  const canaries = changing.filter((name) => firsts.includes(name));
  const plain = canaries.length === 0 ? batches : batches.slice(1);
  const laws = {
    "a batch has a host": batches.every(({ length }) => length > 0),
    "no batch begins with too many hosts down": !isLate || goesOn,
    "each host is changed once, or left":
      String([...begun, ...left].toSorted()) === String(changing.toSorted()),
    "only too many hosts down stop it": left.length === 0 || (down > most && !goesOn),
    "one that goes on changes all": !goesOn || begun.length === changing.length,
    "all hosts that are down count": state.unavailable === down,
    "canaries are first, and alone": canaries.length === 0 || String(batches[0]) === String(canaries),
    "a batch is as large as told": plain.every(({ length }) => length <= numberOf(size)),
  };
  return Object.entries(laws).flatMap(([law, holds]) => (holds ? [] : [law]));
}

describe("The batches of a rollout", () => {
  it("begin with the canaries, and have the size of their share", () => {
    expect(batchesOf(all, all, {})).toEqual([all]);
    expect(batchesOf(all, all, { canary: 1, batch: "25%" }).map(({ length }) => length)).toEqual([
      1, 3, 3, 3,
    ]);
    expect(batchesOf(all, all, { canary: ["h5", "h9"], batch: 4 })[0]).toEqual(["h5", "h9"]);
    expect(batchesOf(all, all, { canary: "1%" })[0]).toEqual(["h1"]);
  });

  it("begin with the hosts of a selector, in the order of the file", () => {
    const hosts = Object.fromEntries(
      all.map((name, at) => [name, at % 4 === 1 ? { labels: { ring: "canary", gpu: "yes" } } : {}]),
    );
    const rollout = rolloutOver({ canary: { labels: { ring: "canary" } }, batch: 4 }, hosts);
    expect(batchesOf(all, all, rollout)).toEqual([
      ["h2", "h6", "h10"],
      ["h1", "h3", "h4", "h5"],
      ["h7", "h8", "h9"],
    ]);
    // A run without the canaries has none: no other host takes their place.
    expect(batchesOf(["h1", "h3"], ["h1", "h3"], rollout)).toEqual([["h1", "h3"]]);
    expect(rolloutOver({ canary: ["h3"] }, hosts)).toEqual({ canary: ["h3"] });
  });

  it("go on after a stop: canaries that are done are not replaced by others", () => {
    expect(batchesOf(all.slice(2), all, { canary: 2, batch: 4 })).toEqual([
      ["h3", "h4", "h5", "h6"],
      ["h7", "h8", "h9", "h10"],
    ]);
    expect(batchesOf([], all, { canary: 2 })).toEqual([]);
  });

  it("change each host at most once, and begin nothing with more unavailable hosts than allowed", () => {
    // A matcher for each step of 10,000 rollouts would take most of the time.
    fc.assert(
      fc.property(anyRollout, (each) => brokenLaws(each).length === 0),
      { numRuns: Number(process.env["LAW_RUNS"] ?? 10_000) },
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
