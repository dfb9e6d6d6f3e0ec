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
    { kind: "need-node" },
    { kind: "hello" },
    { kind: "ready" },
    { kind: "never-begun" },
    { kind: "overdue" },
    { kind: "overdue", wasOpen: true },
    { kind: "ended", detail: "", wasQuick: true },
    { kind: "ended", detail: "", wasQuick: false },
    { kind: "ended", detail: "", wasQuick: true, refusal: "login" },
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

/** Plays a run with an abort at its end, and returns the laws that it breaks. */
function brokenLaws(news: readonly HostNews[], why: Purpose): readonly string[] {
  const { runs, effects } = walk([...news, { kind: "abort" }], why);
  const names = runs.map(({ name }) => name);
  const end = runs.findIndex(isHostEnd);
  const requests = effects.flatMap((each, at) =>
    each.some(({ kind }) => kind === "request") ? [names[at]] : [],
  );
  const begun = names.indexOf("running");
  const connects = (begun === -1 ? [] : effects.slice(begun).flat()).filter(({ kind }) => kind === "connect");
  const before = names.at(-2) ?? "";
  const laws = {
    "it has one end": end !== -1 && runs.slice(end).every((run) => run === runs[end]),
    "nothing is done after the end": effects.slice(end).every(({ length }) => length === 0),
    "its request is sent once": requests.filter((name) => name === "connecting").length <= 1,
    "after the hello it only asks": connects.every((each) => each.kind === "connect" && each.asks),
    "a reading command does not come back after its hello": why === "change" || connects.length === 0,
    "only a change with a request may be in doubt":
      names.at(-1) !== "unknown" ||
      before === "unknown" ||
      (why === "change" && ["running", "asking"].includes(before)),
  };
  return Object.entries(laws).flatMap(([law, holds]) => (holds ? [] : [law]));
}

describe("a run on a host", () => {
  it("keeps its end, sends its request once, and ends with an abort, whatever the news", () => {
    // A matcher for each step of 10,000 runs would take most of the time.
    fc.assert(
      fc.property(
        fc.array(anyNews, { maxLength: 30 }),
        purpose,
        (news, why) => brokenLaws(news, why).length === 0,
      ),
      { numRuns: Number(process.env["LAW_RUNS"] ?? 10_000) },
    );
  });

  it("begins nothing after a stop", () => {
    for (const why of ["read", "change"] as const)
      expect(nextRun(newRun("own"), { kind: "stop" }, why).run).toEqual({ name: "not-begun" });
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
    const { effects } = walk([goOn, { kind: "overdue", wasOpen: true }, goOn], "read");
    expect(effects.flat().filter(({ kind }) => kind === "connect")).toEqual([
      { kind: "connect", way: "shared", asks: false },
      { kind: "connect", way: "own", asks: false },
    ]);
  });

  it("does not wait again for a host whose login gives no sign of life", () => {
    for (const way of ["own", "shared"] as const)
      expect(walk([goOn, { kind: "overdue" }], "read", way).runs.at(-1)?.name).toBe("unreachable");
  });

  it("does not try again after a refusal of its key or its login", () => {
    for (const refusal of ["key", "login"] as const) {
      const { runs } = walk([goOn, { kind: "ended", detail: "no", wasQuick: true, refusal }], "change");
      expect(runs.at(-1)).toEqual({ name: "unreachable", detail: "no", refusal });
    }
  });

  it("does not try again after the time limit of ssh", () => {
    const slow: HostNews = { kind: "ended", detail: "timed out", wasQuick: false };
    for (const way of ["own", "shared"] as const)
      expect(walk([goOn, slow], "change", way).runs.at(-1)).toEqual({
        name: "unreachable",
        detail: "timed out",
      });
  });
});
