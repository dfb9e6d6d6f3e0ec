import { describe, expect, it } from "vitest";
import { combinedCode } from "../../src/commands/shared/exit-codes.ts";
import { took, wording } from "../../src/diagnostics/wording.ts";
import { alikeResults, type HostResult } from "../../src/hosts/host-result.ts";
import { twinsIn } from "../../src/hosts/twins.ts";
import type { Frame } from "../../src/transport/frames.ts";
import type { HostEnd } from "../../src/transport/host-run-state.ts";

const done = (code: number): HostEnd => ({ name: "done", code });
const facts = { version: "1", node: "20", hostname: "h", uid: 1, lingers: true, clock: 0 };
const result = (host: string, ...frames: Frame[]): HostResult => ({
  host,
  end: done(0),
  facts: { ...facts, machine: host },
  frames,
});
const plan = (actions: readonly string[], idleSeconds: number): Frame => ({
  kind: "json",
  value: { actions, agents: [{ name: "a", atStake: { attached: 0, idleSeconds } }] },
});

describe("the results of hosts", () => {
  it("are alike if only times differ", () => {
    const groups = alikeResults([
      result("h1", { kind: "text", lines: ["4 s ago"] }, plan(["restart a"], 4)),
      result("h2", { kind: "text", lines: ["start"] }, plan(["start a"], 4)),
      result("h3", { kind: "text", lines: ["9 s ago"] }, plan(["restart a"], 9)),
    ]);
    expect(groups.map((group) => group.map(({ host }) => host))).toEqual([["h1", "h3"], ["h2"]]);
  });

  it("are alike if a change took another time", () => {
    const end = (count: string, ms: number): Frame => ({
      kind: "text",
      lines: [wording`Apply complete: ${count} added ${took(ms)}.`],
    });
    const groups = alikeResults([
      result("h1", end("2", 705)),
      result("h2", end("2", 17_400)),
      result("h3", end("3", 705)),
    ]);
    expect(groups.map((group) => group.length)).toEqual([2, 1]);
  });

  it("are not alike with another text, remark, problem or end", () => {
    const text = (line: string): Frame => ({ kind: "text", lines: [line] });
    const all = [
      result("h1", text("a")),
      result("h2", text("b")),
      result("h3", text("a"), { kind: "remark", line: "late" }),
      { ...result("h4", text("a")), end: done(4) },
      result("h5", text("a")),
    ];
    expect(alikeResults(all).map((group) => group.length)).toEqual([2, 1, 1, 1]);
  });

  it("show two hosts that are one machine", () => {
    const again = { ...result("h2"), facts: { ...facts, machine: "h1" } };
    expect([...twinsIn([result("h1"), again, result("h3")])]).toEqual([
      ["h1", "h2"],
      ["h2", "h1"],
    ]);
    expect(twinsIn([{ ...result("h1"), facts: undefined }, result("h2")]).size).toBe(0);
  });
});

describe("combinedCode", () => {
  const lost: HostEnd = { name: "lost", detail: "" };
  it.each<[readonly HostEnd[], number]>([
    [[done(0), done(2)], 2],
    [[done(4), done(6), done(0)], 6],
    [[done(3), lost], 7],
    [[done(0), { name: "not-begun" }], 7],
    [[lost, done(1)], 1],
    [[lost, { name: "refused", reason: "nonode", detail: "" }], 1],
    [[done(64), done(1)], 64],
    [[done(99)], 1],
  ])("of %j is %d", (ends, code) => {
    expect(combinedCode(ends)).toBe(code);
  });
});
