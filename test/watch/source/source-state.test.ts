import { describe, expect, it } from "vitest";
import type { LoadedFleet } from "../../../src/config/file/load.ts";
import { fail, type Diagnostic, type Result } from "../../../src/diagnostics/diagnostic.ts";
import { stepSource, unreadState, type SourceState } from "../../../src/watch/source/source-state.ts";
import { configOf } from "../../support/plan/resolved.ts";

const settings = { shown: "fleet.yaml", quietMs: 200 };

/** Returns a good file. By default, its text ends its last line. */
function file(agents: string, end = "\n", warnings: readonly Diagnostic[] = []): Result<LoadedFleet> {
  const names = agents.split(" ").map((name) => [name, { command: "x" }]);
  const config = configOf({ agents: Object.fromEntries(names) });
  return {
    ok: true,
    value: {
      config,
      declared: config,
      folder: "/",
      text: agents + end,
      included: [],
      file: "fleet.yaml",
      warnings,
    },
  };
}

const broken = fail("yaml-syntax", "broken");
const missing = fail("file-not-found", "there is no fleet.yaml");

interface Look {
  readonly loaded: Result<LoadedFleet>;
  readonly atMs: number;
  /** Long enough, unless told otherwise. */
  readonly untouchedForMs?: number;
}

/** Follows a file through these readings, and returns the report and the result of the last one. */
function follow(...looks: readonly Look[]) {
  let state: SourceState = unreadState;
  let last: ReturnType<typeof stepSource> | undefined;
  for (const { loaded, atMs, untouchedForMs = 10_000 } of looks) {
    last = stepSource(state, { loaded, untouchedForMs }, atMs, settings);
    ({ state } = last);
  }
  const { reading, events = [] } = last ?? {};
  const agents = Object.keys(reading?.config?.agents ?? {}).join(" ");
  return { told: events.map(({ kind }) => kind).join(), ...reading, config: agents };
}

describe("A followed file", () => {
  it("is reported with its first text and with each new one, with the time since when it has it", () => {
    const one = { loaded: file("a"), atMs: 100 };
    expect(follow(one)).toMatchObject({ told: "edited", config: "a", isNew: true, sinceMs: 100 });
    expect(follow(one, { ...one, atMs: 900 })).toMatchObject({ told: "", isNew: false, sinceMs: 100 });
    const two = { loaded: file("a b"), atMs: 1_000 };
    expect(follow(one, two)).toMatchObject({ told: "edited", config: "a b", isNew: true, sinceMs: 1_000 });
  });

  it("keeps its effect while it is invalid, which is reported once, and so is its end", () => {
    const good = { loaded: file("a"), atMs: 0 };
    const wrong = { loaded: broken, atMs: 1_000 };
    expect(follow(good, wrong)).toMatchObject({ told: "file-rejected", config: "a" });
    expect(follow(good, wrong, wrong).told).toBe("");
    expect(follow(good, wrong, good).told).toBe("file-accepted");
  });

  it("does not count before it has been quiet, and the old text does not return until then", () => {
    const good = { loaded: file("a"), atMs: 0 };
    const fresh = { loaded: file("a b"), atMs: 1_000, untouchedForMs: 50 };
    expect(follow(good, fresh)).toMatchObject({ told: "", config: "a", againInMs: 150, isOutdated: true });
  });

  it("is reported once if it is never quiet, and the text in force is kept up after that", () => {
    const good = { loaded: file("a"), atMs: 0 };
    const restless = (atMs: number): Look => ({ loaded: file("a b"), atMs, untouchedForMs: 50 });
    expect(follow(good, restless(0), restless(29_999))).toMatchObject({ told: "", isOutdated: true });
    expect(follow(good, restless(0), restless(30_000))).toMatchObject({ told: "note", isOutdated: false });
    expect(follow(good, restless(0), restless(30_000), restless(31_000)).told).toBe("");
    const quiet = { loaded: file("a b"), atMs: 32_000 };
    expect(follow(good, restless(0), restless(30_000), quiet, restless(40_000)).isOutdated).toBe(false);
  });

  it("has two seconds to become complete if it is missing, or ends in the middle of a line", () => {
    const good = { loaded: file("a"), atMs: 0 };
    expect(follow(good, { loaded: missing, atMs: 0 })).toMatchObject({ told: "", againInMs: 2_000 });
    expect(follow(good, { loaded: missing, atMs: 0 }, { loaded: missing, atMs: 2_000 })).toMatchObject({
      told: "file-rejected",
      config: "a",
    });
    const half = (atMs: number, text: string): Look => ({ loaded: file(text, ""), atMs });
    expect(follow(good, half(0, "a b"))).toMatchObject({ againInMs: 2_000, isOutdated: true });
    expect(follow(good, half(0, "a b"), half(1_500, "a b c"))).toMatchObject({ againInMs: 2_000 });
    expect(follow(good, half(0, "a b"), half(2_000, "a b"))).toMatchObject({ told: "edited", config: "a b" });
  });

  it("does not count if others may write it, or if it is another fleet's", () => {
    const good = { loaded: file("a"), atMs: 0 };
    const risk: Diagnostic = { severity: "warning", code: "file-untrusted", summary: "others may write it" };
    expect(follow(good, { loaded: file("a b", "\n", [risk]), atMs: 1 })).toMatchObject({
      told: "file-rejected",
      config: "a",
    });
    const other = file("b");
    if (!other.ok) throw new Error("it is good");
    const renamed = { ...other.value, config: { ...other.value.config, name: "another" } };
    expect(follow(good, { loaded: { ok: true, value: renamed }, atMs: 1 })).toMatchObject({
      told: "file-rejected",
      config: "a",
    });
  });
});
