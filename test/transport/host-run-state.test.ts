import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isHostEnd,
  newRun,
  nextRun,
  type HostEffect,
  type HostNews,
  type HostRun,
  type Purpose,
} from "../../src/transport/host-run-state.ts";

const anyNews: fc.Arbitrary<HostNews> = fc.oneof(
  fc.constantFrom<HostNews>(
    { kind: "go-on" },
    { kind: "need" },
    { kind: "hello" },
    { kind: "ready" },
    { kind: "never-begun" },
    { kind: "overdue" },
    { kind: "ended", detail: "", wasQuick: true },
    { kind: "ended", detail: "", wasQuick: false },
  ),
  fc.constantFrom<HostNews>(
    { kind: "refused", reason: "nonode", detail: "" },
    { kind: "done", code: 0 },
    { kind: "out-of-patience" },
    { kind: "stop" },
    { kind: "abort" },
  ),
);
const purpose = fc.constantFrom<Purpose>("read", "change");

interface Walk {
  readonly runs: readonly HostRun[];
  /** The effects of each step. */
  readonly effects: readonly (readonly HostEffect[])[];
}

function walk(news: readonly HostNews[], why: Purpose, way: "shared" | "own" = "shared"): Walk {
  const runs: HostRun[] = [newRun(way)];
  const effects: (readonly HostEffect[])[] = [];
  for (const each of news) {
    const step = nextRun(runs.at(-1) ?? newRun(way), each, why);
    runs.push(step.run);
    effects.push(step.effects);
  }
  return { runs, effects };
}

const quick: HostNews = { kind: "ended", detail: "refused", wasQuick: true };
const goOn: HostNews = { kind: "go-on" };
const hello: HostNews = { kind: "hello" };

describe("a run on a host", () => {
  const all = { numRuns: 2_000 };

  it("stays in its end state", () => {
    fc.assert(
      fc.property(fc.array(anyNews, { maxLength: 30 }), purpose, (news, why) => {
        const { runs, effects } = walk(news, why);
        const first = runs.findIndex(isHostEnd);
        if (first === -1) return;
        expect(runs.slice(first).every((run) => run === runs[first])).toBe(true);
        expect(effects.slice(first).flat()).toEqual([]);
      }),
      all,
    );
  });

  it("sends its request once, and after the hello only asks", () => {
    fc.assert(
      fc.property(fc.array(anyNews, { maxLength: 30 }), purpose, (news, why) => {
        const { runs, effects } = walk(news, why);
        const requests = effects.flatMap((each, at) =>
          each.some(({ kind }) => kind === "request") ? [runs[at]?.name] : [],
        );
        expect(requests.filter((name) => name === "connecting").length).toBeLessThanOrEqual(1);
        const begun = runs.findIndex(({ name }) => name === "running");
        const later = begun === -1 ? [] : effects.slice(begun).flat();
        expect(later.filter((each) => each.kind === "connect").every(({ asks }) => asks)).toBe(true);
        if (why === "read") expect(later.some(({ kind }) => kind === "connect")).toBe(false);
      }),
      all,
    );
  });

  it("begins nothing after a stop, and ends with the second one", () => {
    fc.assert(
      fc.property(fc.array(anyNews, { maxLength: 20 }), purpose, (news, why) => {
        const stopped = nextRun(newRun("own"), { kind: "stop" }, why);
        expect(stopped.run).toEqual({ name: "not-begun" });
        const { runs } = walk([...news, { kind: "abort" }], why);
        const last = runs.at(-1);
        expect(last !== undefined && isHostEnd(last)).toBe(true);
        const before = runs.at(-2);
        // Only a host with a request may be in doubt.
        if (last?.name === "unknown" && before?.name !== "unknown")
          expect([before?.name, why]).toEqual([expect.stringMatching(/running|asking/), "change"]);
      }),
      all,
    );
  });

  it("ends for a host that does not answer, whatever its silence", () => {
    const silence = fc.constantFrom<HostNews>(quick, { kind: "overdue" }, { ...quick, wasQuick: false });
    fc.assert(
      fc.property(fc.array(silence, { minLength: 4, maxLength: 4 }), purpose, (news, why) => {
        const { runs } = walk(
          news.flatMap((each) => [goOn, each]),
          why,
        );
        expect(runs.at(-1)?.name).toBe("unreachable");
      }),
      all,
    );
  });

  it("asks for a change after its loss, and never takes silence for an end", () => {
    const lost = walk([goOn, hello, quick], "change");
    expect(lost.runs.at(-1)?.name).toBe("asking");
    const ends: readonly [HostNews, HostRun["name"]][] = [
      [{ kind: "done", code: 4 }, "done"],
      [{ kind: "never-begun" }, "not-begun"],
      [{ kind: "out-of-patience" }, "unknown"],
    ];
    for (const [news, name] of ends)
      expect(
        walk([goOn, hello, quick, goOn, hello, quick, goOn, hello, news], "change").runs.at(-1)?.name,
      ).toBe(name);
    expect(walk([goOn, hello, quick], "read").runs.at(-1)).toEqual({ name: "lost", detail: "refused" });
  });

  it("lets a change begin when the host is ready for it, and no question after a loss", () => {
    const ready: HostNews = { kind: "ready" };
    const allowed = (news: readonly HostNews[], why: Purpose): number =>
      walk(news, why)
        .effects.flat()
        .filter(({ kind }) => kind === "go-ahead").length;
    expect(allowed([goOn, hello, ready], "change")).toBe(1);
    expect(allowed([goOn, hello, ready], "read")).toBe(0);
    expect(allowed([goOn, hello, quick, goOn, hello, ready], "change")).toBe(0);
    expect(walk([goOn, hello, ready, { kind: "never-begun" }], "change").runs.at(-1)?.name).toBe("not-begun");
  });

  it("tries a connection of its own if a shared one does not answer", () => {
    const { effects } = walk([goOn, { kind: "overdue" }, goOn], "read");
    expect(effects.flat().filter(({ kind }) => kind === "connect")).toEqual([
      { kind: "connect", way: "shared", asks: false },
      { kind: "connect", way: "own", asks: false },
    ]);
  });

  it("does not try again after the time limit of ssh", () => {
    const slow: HostNews = { kind: "ended", detail: "timed out", wasQuick: false };
    expect(walk([goOn, slow], "change", "own").runs.at(-1)).toEqual({
      name: "unreachable",
      detail: "timed out",
    });
  });
});
