import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DesiredAgent } from "../../../src/desired/types.ts";
import { compareWindows } from "../../../src/plan/view/compare-windows.ts";
import { diffWindows } from "../../../src/plan/agent/diff-windows.ts";
import type { RunDiff } from "../../../src/plan/agent/diff-run.ts";
import type { DiffContext } from "../../../src/plan/agent-diff.ts";
import type { AgentView } from "../../../src/plan/view/agent-view.ts";
import type { ObservedPane } from "../../../src/observed/types.ts";
import { desiredOf } from "../../support/plan/resolved.ts";

const now = 1_000_000;
const unchanged: RunDiff = { kind: "none", change: undefined, actions: [] };

const agentWith = (windows: object, more: object = {}): DesiredAgent => {
  const [agent] = desiredOf({ agents: { core: { command: "x", windows, ...more } } }).agents;
  if (agent === undefined) throw new Error("there is no agent");
  return agent;
};

let serial = 0;
const paneOf = (more: Partial<ObservedPane> = {}): ObservedPane => ({
  id: `%${++serial}`,
  pid: 100 + serial,
  dead: false,
  sessionId: "$1",
  sessionName: "core",
  sessionUnit: "mosaic-agent@core.service",
  windowId: "@1",
  attached: 0,
  activity: 0,
  agent: undefined,
  config: undefined,
  units: undefined,
  ...more,
});

/** Returns the panes that there are after an apply of these windows. */
const panesFor = (
  { windows = [] }: DesiredAgent,
  more: Partial<ObservedPane> = {},
): readonly ObservedPane[] =>
  windows.flatMap(({ name, arrangement, panes }, index) =>
    panes.map(({ hash }) =>
      paneOf({
        windowId: name === "main" ? "@1" : `@${index + 10}`,
        side: { fleet: "mosaic", agent: "core", hash, arrangement, window: name },
        ...more,
      }),
    ),
  );

const viewOf = (applied: DesiredAgent, sides: readonly ObservedPane[], pane = paneOf({ agent: "core" })) =>
  ({
    unit: { name: "u", load: "loaded", active: "active", sub: "running" },
    unitName: "mosaic-agent@core.service",
    env: { kind: "file", content: applied.env.content },
    pane,
    sides,
    sessions: [],
  }) as unknown as AgentView;

const contextOf = (options: object = {}) =>
  ({
    layout: { fleet: "mosaic" },
    observed: { now, selfUnit: undefined },
    options,
  }) as unknown as DiffContext;

const diff = (
  wanted: DesiredAgent,
  applied: DesiredAgent,
  sides = panesFor(applied),
  { run = unchanged, options = {} }: { run?: RunDiff; options?: object } = {},
) => diffWindows(wanted, viewOf(applied, sides), run, contextOf(options));

const none = agentWith({});
const two = agentWith({ main: { panes: ["htop"] }, tests: { panes: ["one", "two"] } });

describe("The windows of a running agent", () => {
  it("are as declared if each pane has its mark, dead or alive", () => {
    expect(diff(two, two)).toBeUndefined();
    expect(diff(two, two, panesFor(two, { dead: true }))).toBeUndefined();
    expect(diff(none, none, [])).toBeUndefined();
  });

  it("are opened without touching the agent", () => {
    const fix = diff(two, none);
    expect(fix?.change).toEqual({
      reason: "windows-changed",
      opens: ["main.1", "tests.1", "tests.2"],
      restarts: [],
      closes: [],
      arranges: [],
    });
    expect(fix?.action).toMatchObject({
      kind: "windows",
      cost: "none",
      windows: { windows: [{ windowId: "@1" }, { windowId: undefined, isArranged: true }], closes: [] },
    });
  });

  it("start only the changed pane again, and none for a new one between others", () => {
    const changed = diff(agentWith({ main: { panes: ["htop"] }, tests: { panes: ["one", "three"] } }), two);
    expect(changed?.change).toMatchObject({ opens: [], restarts: ["tests.2"], closes: [] });
    const added = diff(
      agentWith({ main: { panes: ["htop"] }, tests: { panes: ["new", "one", "two"] } }),
      two,
    );
    expect(added?.change).toMatchObject({ opens: ["tests.1"], restarts: [], closes: [] });
    expect(
      diff(agentWith({ main: { panes: ["htop"] }, tests: { panes: ["two", "one"] } }), two),
    ).toBeUndefined();
  });

  it("close the marked panes that are no longer declared, and no others", () => {
    const sides = panesFor(two);
    const fix = diff(none, two, sides);
    expect(fix?.change).toMatchObject({ closes: ["main", "tests"] });
    expect(fix?.action).toMatchObject({
      windows: { closes: sides.map(({ id, pid }) => ({ id, processId: pid })), script: "" },
    });
  });

  it("get another layout, title or size without a new process", () => {
    const fix = diff(
      agentWith({
        main: { panes: ["htop"] },
        tests: { layout: "tiled", panes: ["one", { command: "two", name: "t" }] },
      }),
      two,
    );
    expect(fix?.change).toMatchObject({ opens: [], restarts: [], closes: [], arranges: ["tests"] });
  });

  it("have drifted if one was closed, or has ended and is to run again", () => {
    const [, ...others] = panesFor(two);
    expect(diff(two, two, others)?.change).toMatchObject({ reason: "window-closed", opens: ["main.1"] });
    const kept = agentWith({ logs: { command: "tail", restart: true } });
    expect(diff(kept, kept, panesFor(kept, { dead: true }))?.change).toMatchObject({
      reason: "window-ended",
      restarts: ["logs"],
    });
  });

  it.each([
    ["somebody is attached", { attached: 1 }, {}, "busy"],
    ["it has just printed something", { activity: now / 1000 - 5 }, {}, "busy"],
    ["it computes", { work: "computes" as const }, {}, "busy"],
    ["onChange is keep", {}, { onChange: "keep" }, "kept"],
  ])("wait before they end a living pane: %s", (_, more, settings, hold) => {
    const before = agentWith({ logs: "one", old: "x" }, settings);
    const after = agentWith({ logs: "two", more: "y" }, settings);
    const sides = panesFor(before, { activity: -1_000_000, ...more });
    const fix = diff(after, before, sides);
    expect(fix).toMatchObject({ hold, action: { windows: { windows: [{ name: "more" }], closes: [] } } });
    const dead = sides.map((pane) => ({ ...pane, dead: true }));
    expect(diff(after, before, dead)).toMatchObject({ hold: undefined });
    if (hold === "busy") expect(diff(after, before, sides, { options: { now: true } })?.hold).toBeUndefined();
  });

  it("end at once if the agent says so", () => {
    const before = agentWith({ logs: "one" }, { onChange: "restart" });
    const after = agentWith({ logs: "two" }, { onChange: "restart" });
    expect(diff(after, before, panesFor(before, { attached: 1 }))).toMatchObject({ hold: undefined });
  });

  it("are left to a start or restart of the agent, and to a person's command", () => {
    const change = { reason: "requested" } as const;
    expect(diff(two, none, [], { run: { kind: "restart", change, actions: [] } })).toBeUndefined();
    const pending: RunDiff = { kind: "pending", hold: "busy", awaiting: "restart", change, actions: [] };
    expect(diff(two, none, [], { run: pending })).toBeDefined();
    expect(diff(two, none, [], { options: { intent: "adopt" } })).toBeUndefined();
    expect(diff(agentWith({ logs: "x" }, { state: "stopped" }), none)).toBeUndefined();
  });
});

describe("The assignment of panes to a declaration", () => {
  const commands = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 5 });
  const windows = fc.dictionary(
    fc.constantFrom("main", "x", "y"),
    commands.map((panes) => ({ panes })),
  );

  it("uses each pane at most once, keeps all that fit, and leaves nothing unassigned in a window that needs one", () => {
    fc.assert(
      fc.property(windows, windows, (before, after) => {
        const [old, wanted] = [agentWith(before), agentWith(after)];
        const sides = panesFor(old);
        const { windows: pairs, extra } = compareWindows(wanted.windows ?? [], sides);
        const used = pairs.flatMap(({ panes }) => panes.flatMap(({ found }) => found ?? []));
        expect(new Set([...used, ...extra])).toEqual(new Set(sides));
        expect(used.length + extra.length).toBe(sides.length);
        for (const { window, panes } of pairs) {
          const there = sides.filter(({ side }) => side?.window === window.name);
          expect(panes.filter(({ found }) => found !== undefined)).toHaveLength(
            Math.min(there.length, panes.length),
          );
          const count = (hashes: readonly (string | undefined)[], hash: string): number =>
            hashes.filter((each) => each === hash).length;
          for (const { hash } of window.panes) {
            const same = panes.filter(
              ({ pane, found }) => pane.hash === hash && found?.side?.hash === hash,
            ).length;
            const most = Math.min(
              count(
                window.panes.map((pane) => pane.hash),
                hash,
              ),
              count(
                there.map(({ side }) => side?.hash),
                hash,
              ),
            );
            expect(same).toBe(most);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("has nothing left to do after it was applied", () => {
    fc.assert(
      fc.property(windows, (declared) => {
        const agent = agentWith(declared);
        expect(diff(agent, agent)).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });
});
