import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digest } from "../../../src/text/digest.ts";
import { batchActions } from "../../../src/apply/batches.ts";
import { agentUnit, envPath, linkPath } from "../../../src/desired/layout.ts";
import type { Desired } from "../../../src/desired/types.ts";
import {
  preconditionsOf,
  changedPreconditions,
  type ChangedPrecondition,
  unitsIn,
  type Preconditions,
  type Invocations,
} from "../../../src/plan/saved/preconditions.ts";
import { planFleet } from "../../../src/plan/fleet/plan-fleet.ts";
import type { Action, ActionKind, Plan } from "../../../src/plan/types.ts";
import { anyCase, bold, movingCase, type Case } from "../../support/plan/arbitraries.ts";
import { crash, stopUnit } from "../../support/plan/model-units.ts";
import { announce, perform } from "../../support/plan/model.ts";
import { desiredOf } from "../../support/plan/resolved.ts";
import { edited, machineWith, planOn, trio, without } from "../../support/plan/scene.ts";
import {
  change,
  emptyWorld,
  observedOf,
  panesOf,
  setPanes,
  textAt,
  type World,
} from "../../support/plan/world.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 60) };
const key = "of this machine";
const none: Invocations = new Map();
const { layout } = desiredOf(trio);
const unit = (agent: string): string => agentUnit(layout, agent);

function factsOn(world: World, action: Action, invocations = none): Preconditions {
  return preconditionsOf(action, { observed: observedOf(world), layout: world.layout, invocations, key });
}

/** Returns the only action of this kind and for this agent in a plan; throws if there is none. */
function find({ actions }: Plan, kind: ActionKind, agent?: string): Action {
  const found = actions.find((action) => action.kind === kind && action.agent === agent);
  if (found === undefined)
    throw new Error(`no ${kind} of ${agent} in ${actions.map(({ id }) => id).join(", ")}`);
  return found;
}

describe("The facts that an action rests on are, for", () => {
  const world = machineWith(trio);
  const pane = panesOf(world).find(({ agent }) => agent === "canary");
  const canary = `${pane?.sessionId} ${pane?.id} process ${pane?.pid}`;

  it("a write: the file as it is, by a digest and its mode, and what is to be written", () => {
    const action = find(
      planOn(world, edited(trio, "canary", { env: { MODEL: "haiku" } }), bold),
      "write-file",
      "canary",
    );
    const facts = factsOn(world, action);
    expect(facts).toEqual({
      file: expect.stringMatching(/^[0-9a-f]{16} mode 600$/) as string,
      content: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
    const path = envPath(layout, "canary");
    const changed = (edit: (text: string) => string, mode = 0o600): Preconditions =>
      factsOn(
        change(world, ({ files, now }) =>
          files.set(path, { kind: "file", content: edit(textAt(world, path) ?? ""), mode, modifiedMs: now }),
        ),
        action,
      );
    expect(changed((text) => text)).toEqual(facts);
    expect(changed((text) => `${text}\n`)["file"]).not.toBe(facts["file"]);
    expect(changed((text) => text, 0o644)["file"]).toBe(facts["file"]?.replace("600", "644"));
    expect(
      factsOn(
        change(world, ({ files }) => files.delete(path)),
        action,
      )["file"],
    ).toBe("absent");
    const linked = change(world, ({ files }) => files.set(path, { kind: "link", target: "/elsewhere" }));
    expect(factsOn(linked, action)["file"]).toBe("link to /elsewhere");
    const closed = change(world, ({ files }) => files.set(path, { kind: "unreadable", message: "EACCES" }));
    expect(factsOn(closed, action)["file"]).toBe("unreadable");
    const other = find(
      planOn(world, edited(trio, "canary", { env: { MODEL: "sonnet" } }), bold),
      "write-file",
      "canary",
    );
    expect(factsOn(world, other)).toEqual({
      ...facts,
      content: expect.not.stringMatching(String(facts["content"])) as string,
    });
  });

  it("contents: nothing that is the same on another machine", () => {
    const action = find(
      planOn(world, edited(trio, "canary", { env: { MODEL: "haiku" } }), bold),
      "write-file",
      "canary",
    );
    const elsewhere = preconditionsOf(action, {
      observed: observedOf(world),
      layout,
      invocations: none,
      key: "other",
    });
    const here = factsOn(world, action);
    expect(elsewhere["file"]).not.toBe(here["file"]);
    expect(elsewhere["content"]).not.toBe(here["content"]);
  });

  it("a removal: the file, and the link", () => {
    const plan = planOn(world, without(trio, "canary"), bold);
    expect(factsOn(world, find(plan, "remove-file", "canary"))).toEqual({
      file: expect.stringMatching(/ mode 600$/) as string,
    });
    expect(factsOn(world, find(plan, "unlink", "canary"))).toEqual({
      link: `link to ${layout.templatePath}`,
    });
  });

  it("a link: what is in its place, and where it is to lead", () => {
    const bent = change(world, ({ files }) =>
      files.set(linkPath(layout, "canary"), { kind: "link", target: "/elsewhere" }),
    );
    const action = find(planOn(bent, trio), "link", "canary");
    expect(factsOn(bent, action)).toEqual({ link: "link to /elsewhere", to: layout.templatePath });
  });

  it("a mode: the mode of the folder", () => {
    const action = { kind: "set-mode", target: layout.envDir, mode: 0o700 } as Action;
    const observed = observedOf(world);
    const scene = { layout, invocations: none, key };
    expect(preconditionsOf(action, { ...scene, observed })).toEqual({ mode: "absent", to: "700" });
    const access = { mode: 0o40755, uid: 1000, gid: 1000 } as never;
    const folders = new Map([[layout.envDir, { linkTo: undefined, access }]]);
    expect(preconditionsOf(action, { ...scene, observed: { ...observed, folders } })).toEqual({
      mode: "755",
      to: "700",
    });
  });

  it("a restart or a stop: the unit with its run, the session with its process, and what that was started with", () => {
    const invocations = new Map([[unit("canary"), "abc123"]]);
    const restart = find(
      planOn(world, edited(trio, "canary", { env: { MODEL: "haiku" } }), bold),
      "restart",
      "canary",
    );
    const stop = find(planOn(world, edited(trio, "canary", { state: "stopped" }), bold), "stop", "canary");
    const facts = factsOn(world, restart, invocations);
    expect(facts).toEqual({
      load: "loaded",
      unit: "active running",
      invocation: "abc123",
      session: canary,
      config: digest(`${key}\n${pane?.config?.hash}`),
    });
    expect(factsOn(world, stop, invocations)).toEqual(facts);
    const crashed = change(world, (copy) => crash(copy, "canary", 1));
    expect(changedPreconditions(restart, facts, factsOn(crashed, restart, invocations))).not.toEqual([]);
    const dead = change(world, (copy) =>
      setPanes(
        copy,
        panesOf(copy).map((each) => (each.agent === "canary" ? { ...each, dead: true } : each)),
      ),
    );
    expect(changedPreconditions(restart, facts, factsOn(dead, restart, invocations))).toEqual([
      { name: "session", before: canary, now: `${canary} dead` },
    ]);
  });

  it("a start: that the unit does not run, and was not started since", () => {
    const stopped = change(world, (copy) => stopUnit(copy, unit("canary")));
    const action = find(planOn(stopped, trio), "start", "canary");
    expect(factsOn(stopped, action, new Map([[unit("canary"), ""]]))).toMatchObject({
      unit: "inactive dead",
      invocation: "none",
      session: "none",
      config: "unknown",
    });
    const fresh = find(planOn(emptyWorld(layout, world.inputs), trio), "start", "canary");
    expect(factsOn(emptyWorld(layout, world.inputs), fresh)).toMatchObject({ load: "not loaded" });
  });

  it("the end of a session, and a mark on a pane: the session with its process", () => {
    const facts = { session: canary, config: digest(`${key}\n${pane?.config?.hash}`) };
    const base = { agent: "canary", target: pane?.sessionId, reason: "new", cost: "none", id: "x" };
    expect(factsOn(world, { ...base, kind: "kill-session" } as Action)).toEqual(facts);
    expect(factsOn(world, { ...base, kind: "tag" } as Action)).toEqual(facts);
  });

  it("what is right at any time: none", () => {
    const plan = planOn(emptyWorld(layout, world.inputs), trio);
    expect(factsOn(world, find(plan, "daemon-reload"))).toEqual({});
    expect(
      factsOn(world, { kind: "reset-failed", target: unit("canary"), agent: "canary" } as Action),
    ).toEqual({});
  });

  it("runs: those of the units that are started, stopped or restarted, each once", () => {
    const plan = planOn(emptyWorld(layout, world.inputs), trio);
    expect(unitsIn([...plan.actions, ...plan.actions])).toEqual([
      layout.holderUnit,
      unit("canary"),
      unit("planner"),
      unit("tester"),
    ]);
  });
});

describe("What has moved", () => {
  const world = machineWith(trio);
  const plan = planOn(world, edited(trio, "canary", { env: { MODEL: "haiku" } }), bold);
  const action = find(plan, "restart", "canary");
  const before: Preconditions = {
    load: "loaded",
    unit: "active running",
    invocation: "a",
    session: "$1",
    config: "c",
  };
  const cause = { agent: "canary", reason: "new", cost: "none", id: "x", target: unit("canary") } as const;
  const moves = (
    now: Preconditions,
    ...earlier: readonly Partial<Action>[]
  ): readonly ChangedPrecondition[] =>
    changedPreconditions(
      action,
      before,
      now,
      earlier.map((each) => ({ ...cause, ...each }) as Action),
    );

  it("is told by its name, as it was and as it is", () => {
    expect(moves(before)).toEqual([]);
    expect(moves({ ...before, unit: "failed failed" })).toEqual([
      { name: "unit", before: "active running", now: "failed failed" },
    ]);
    const { session: _, ...less } = before;
    expect(moves({ ...less, extra: "1" })).toEqual([
      { name: "session", before: "$1", now: undefined },
      { name: "extra", before: undefined, now: "1" },
    ]);
  });

  it("is no news where an earlier action of the same agent did it, and only what that does", () => {
    const all = { load: "x", unit: "x", invocation: "x", session: "x", config: "x" };
    const names = (...earlier: readonly Partial<Action>[]): readonly string[] =>
      moves(all, ...earlier).map(({ name }) => name);
    expect(names()).toEqual(["load", "unit", "invocation", "session", "config"]);
    expect(names({ kind: "stop" })).toEqual([]);
    expect(names({ kind: "stop", agent: "planner", target: unit("planner") })).toHaveLength(5);
    expect(names({ kind: "kill-session" })).toEqual(["load", "unit", "invocation"]);
    expect(names({ kind: "tag" })).toEqual(["load", "unit", "invocation", "session"]);
    expect(names({ kind: "write-file" })).toHaveLength(5);
    expect(names({ kind: "daemon-reload", agent: undefined, target: "systemd --user" })).toEqual([
      "unit",
      "invocation",
      "session",
      "config",
    ]);
    expect(names({ kind: "reset-failed" })).toHaveLength(5);
  });

  it("is no news where the run has cleared a failure, of the holder too", () => {
    const failed: Preconditions = { ...before, unit: "failed failed" };
    const now: Preconditions = {
      load: "not loaded",
      unit: "inactive dead",
      invocation: "none",
      session: "$1",
      config: "c",
    };
    const reset = { ...cause, kind: "reset-failed" } as Action;
    expect(changedPreconditions(action, failed, now, [reset])).toEqual([]);
    expect(changedPreconditions(action, failed, { ...now, session: "$2" }, [reset])).toEqual([
      { name: "session", before: "$1", now: "$2" },
    ]);
    const holder = { agent: undefined, target: layout.holderUnit };
    const start = { ...action, ...holder, kind: "start" } as Action;
    expect(changedPreconditions(start, failed, now, [{ ...reset, ...holder }])).toEqual([]);
    expect(
      changedPreconditions(start, failed, now, [{ ...reset, agent: undefined, target: "x" }]),
    ).toHaveLength(3);
  });

  /** Returns the changes found by a run of the plan, batch by batch, on a machine without other changes. */
  function surprises({ world: first, desired }: Case): readonly ChangedPrecondition[] {
    const { actions } = planFleet(desired, observedOf(first), bold);
    const then = new Map(actions.map((each) => [each.id, factsOn(first, each)]));
    const said: ChangedPrecondition[] = [];
    const done: Action[] = [];
    let now = announce(first, actions);
    for (const batch of batchActions(actions)) {
      for (const each of batch.actions.filter((one) => !isPulledIn(one, done, desired)))
        said.push(...changedPreconditions(each, then.get(each.id) ?? {}, factsOn(now, each), done));
      now = perform(now, batch.actions);
      done.push(...batch.actions);
    }
    return said;
  }

  /**
   * Returns true for an action on an agent that systemd has started along with another: it waited for its restart, and
   * is stale.
   */
  function isPulledIn({ agent }: Action, done: readonly Action[], { agents }: Desired): boolean {
    const started = new Set(done.filter(({ kind }) => kind === "start").map((each) => each.agent));
    return agents.some(
      ({ name, wants }) => started.has(name) && agent !== undefined && wants.includes(agent),
    );
  }

  it.each([
    ["on any machine", anyCase],
    ["where agents are just starting or stopping", movingCase],
  ])("is never what the run itself does, %s", (_, cases) => {
    fc.assert(
      fc.property(cases, (each) => {
        expect(surprises(each)).toEqual([]);
      }),
      { numRuns: runs.numRuns * 4 },
    );
  });

  it.each([
    ["on any machine", anyCase],
    ["where agents are just starting or stopping", movingCase],
  ])("is nothing where nothing was done, %s", (_, cases) => {
    fc.assert(
      fc.property(cases, ({ world: first, desired }) => {
        const { actions } = planFleet(desired, observedOf(first), bold);
        const later = change(first, (copy) => (copy.now += 5000));
        for (const each of actions)
          expect(changedPreconditions(each, factsOn(first, each), factsOn(later, each))).toEqual([]);
      }),
      runs,
    );
  });
});
