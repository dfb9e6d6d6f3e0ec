import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { AgentState, AgentStatus } from "../../../src/plan/explain/status.ts";
import { displayWidth } from "../../../src/report/terminal/display-width.ts";
import { openLiveView, viewLines } from "../../../src/report/watch/watch-view.ts";
import type { WatchView } from "../../../src/events/watch-events.ts";
import { agentPlan } from "../../support/report/a-plan.ts";
import { agentStatus, now } from "../../support/report/a-status.ts";
import { evil, events, problem } from "../../support/report/an-event.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";

const plain = createColors(false);
const coloured = createColors(true);

function agent(name: string, state: AgentState = "running", more: Partial<AgentStatus> = {}): AgentStatus {
  return agentStatus({ name, state, labels: {}, since: now - 90_000, ...more });
}

function failing(name: string): AgentStatus {
  const plan = agentPlan({
    name,
    action: "start",
    change: { reason: "failed", exitStatus: 3, isRetried: false },
  });
  return agent(name, "failed", { since: undefined, exitStatus: 3, pending: "failed", plan });
}

function viewOf(agents: readonly AgentStatus[], more: Partial<WatchView> = {}): WatchView {
  return {
    fleet: "mosaic",
    file: "./fleet.yaml",
    state: "waiting",
    agents,
    seenMs: now,
    nextLookMs: 41_200,
    ...more,
  };
}

const large = { rows: 24, columns: 80 };
const small = { rows: 10, columns: 40 };

function lines(view: WatchView, size = large): readonly string[] {
  return viewLines(view, now, size, plain);
}

/** Returns so many agents. Every seventh has failed, and one has every character of a name. */
function many(count: number): readonly AgentStatus[] {
  const names = Array.from({ length: count }, (_, index) => `agent-${String(index).padStart(3, "0")}`);
  return names.map((name, index) =>
    index === 0 ? agent("n".repeat(63)) : index % 7 === 6 ? failing(name) : agent(name),
  );
}

describe("The view of a watch", () => {
  it("contains the fleet, its agents, a summary and the keys", () => {
    expect(`${lines(viewOf([agent("canary"), failing("planner")])).join("\n")}\n`).toBe(`
Fleet mosaic · ./fleet.yaml · watching, next look in 42 s
AGENT    STATE       SINCE  RESTARTS  PENDING
canary   running     1 min  0         -
planner  failed (3)  -      0         start: it failed (exit status 3)
2 agents, 1 running, 1 with something pending: see fleet plan.
q quit · r reconcile now · p pause
`);
  });

  it("reports that there is no fleet yet if the file was never valid", () => {
    const view = viewOf([], { fleet: undefined, nextLookMs: undefined });
    expect(lines(view)).toEqual([
      "",
      "No fleet yet · ./fleet.yaml · watching",
      "q quit · r reconcile now · p pause",
    ]);
  });

  it.each<[WatchView["state"], string]>([
    ["waiting", "watching, next look in 42 s"],
    ["settling", "something changed"],
    ["looking", "at work"],
    ["paused", "paused"],
    ["leaving", "ending"],
    ["left", "ended"],
  ])("shows its activity while it is %s", (state, expected) => {
    const [, head, ...others] = lines(viewOf([agent("canary")], { state }));
    expect(head).toBe(`Fleet mosaic · ./fleet.yaml · ${expected}`);
    expect(others.at(-1)).toBe(`q quit · r reconcile now · p ${state === "paused" ? "go on" : "pause"}`);
  });

  it("shows the time of its data, if it is paused and could not observe again", () => {
    const view = viewOf([agent("canary")], { state: "paused", seenMs: now - 75_000 });
    expect(lines(view)[1]).toMatch(/ · paused, as of \d\d:\d\d:\d\d$/);
  });

  it("shows the end of a path that is too long, and its whole activity", () => {
    const file = "/home/ada/a/long/way/down/to/the/folder/of/the/fleet/fleet.yaml";
    expect(lines(viewOf([], { file }))[1]).toBe(
      "Fleet mosaic · …the/folder/of/the/fleet/fleet.yaml · watching, next look in 42 s",
    );
    expect(lines(viewOf([], { file, state: "paused" }), small)[1]).toBe(
      "Fleet mosaic · …leet/fleet.yaml · paused",
    );
  });

  it.each([0, 1, 2, 3, 4, 17, 18, 30, 500])("fits into the terminal with %i agents", (count) => {
    const states: readonly WatchView["state"][] = ["waiting", "looking", "paused"];
    for (const { rows, columns } of [large, small, { rows: 8, columns: 20 }]) {
      for (const state of states) {
        const file = "/home/ada/a/long/way/down/to/the/folder/of/the/fleet/and/then/some/fleet.yaml";
        const shown = lines(viewOf(many(count), { state, file }), { rows, columns });
        expect(shown.length).toBeLessThan(rows);
        expect(shown.filter((line) => displayWidth(line) > columns)).toEqual([]);
        expect(shown.at(-1)).toMatch(/^q quit/);
      }
    }
  });

  it("fits in colour as without, and resets the colour at the end of each line", () => {
    const view = viewOf(many(30));
    for (const size of [large, small]) {
      const shown = viewLines(view, now, size, coloured);
      expect(shown.map((line) => stripVTControlCharacters(line))).toEqual(lines(view, size));
      const last = shown.map((line) => line.split("\u001B[").at(-1) ?? "");
      expect(last.filter((code, index) => code !== shown[index] && !/^(?:0|22|39)m/.test(code))).toEqual([]);
      expect(last.filter((code, index) => code !== shown[index])).not.toEqual([]);
    }
  });

  it("shows the agents with problems first, in their usual order, and counts the others", () => {
    const agents = [
      agent("a"),
      agent("b", "starting", { since: undefined }),
      failing("c"),
      agent("d", "running", { pending: "env-changed" }),
      agent("e", "missing", { since: undefined }),
      agent("f"),
      agent("g", "restarting", { since: undefined }),
    ];
    const names = (rows: number): readonly string[] =>
      lines(viewOf(agents), { rows, columns: 80 })
        .filter((line) => /^[a-g] /.test(line))
        .map((line) => line.slice(0, 1));
    expect(names(14)).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
    expect([12, 11, 10, 9, 8].map(names)).toEqual([
      ["b", "c", "d", "e", "g"],
      ["b", "c", "e", "g"],
      ["c", "e", "g"],
      ["c", "e"],
      ["c"],
    ]);
    expect(lines(viewOf(agents), { rows: 11, columns: 80 })).toContain(
      "… and 3 more, of which 2 run as declared",
    );
  });

  it("shows the failing ones of five hundred, even in a small terminal", () => {
    const shown = lines(viewOf(many(500)), small).filter((line) => line.startsWith("agent-"));
    expect(shown.map((line) => line.slice(0, 9))).toEqual(["agent-006", "agent-013", "agent-020"]);
  });

  it("shows control characters instead of obeying them", () => {
    const plan = agentPlan({
      name: evil,
      action: "blocked",
      change: { reason: "not-ours", kind: "file", name: evil },
    });
    const view = viewOf([agent(evil, "unmanaged", { plan, pending: "not-ours" })], { file: evil });
    const shown = lines(view, { rows: 24, columns: 200 });
    expect(shown.filter((line) => /[\p{Cc}\u202E]/u.test(line))).toEqual([]);
    expect(shown.filter((line) => line.includes("a␛[2J")).length).toBe(2);
  });
});

describe("The log above the view", () => {
  afterEach(() => vi.restoreAllMocks());

  it("contains the whole event, even if it is longer than the terminal", () => {
    let written = "";
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      written += String(text);
      return true;
    });
    const diagnostics = Array.from({ length: 60 }, (_, index) => problem(`problem ${index} of many`));
    openLiveView(plain).tell({ ...events["file-rejected"], diagnostics }, now);
    vi.restoreAllMocks();
    for (const { summary } of diagnostics) expect(written).toContain(summary);
  });
});
