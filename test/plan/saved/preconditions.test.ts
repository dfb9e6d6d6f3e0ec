import { describe, expect, it } from "vitest";
import { digest } from "../../../src/text/digests/digest.ts";
import { envPath, linkPath } from "../../../src/desired/layout.ts";
import {
  preconditionsOf,
  changedPreconditions,
  unitsIn,
  type Preconditions,
} from "../../../src/plan/saved/preconditions.ts";
import type { Action } from "../../../src/plan/types.ts";
import { bold } from "../../support/plan/arbitraries.ts";
import { crash, stopUnit } from "../../support/plan/model-units.ts";
import { factsOn, find, key, layout, none, unit } from "../../support/plan/facts.ts";
import { edited, machineWith, planOn, trio, without } from "../../support/plan/scene.ts";
import { change, emptyWorld, observedOf, panesOf, setPanes, textAt } from "../../support/plan/world.ts";

describe("The preconditions of an action contain", () => {
  const world = machineWith(trio);
  const pane = panesOf(world).find(({ agent }) => agent === "canary");
  const canary = `${pane?.sessionId} ${pane?.id} process ${pane?.pid}`;

  it("the current file for a write, by a digest and its mode, and its new content", () => {
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

  it("nothing that is the same on another machine, for contents", () => {
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

  it("the file and the link for a removal", () => {
    const plan = planOn(world, without(trio, "canary"), bold);
    expect(factsOn(world, find(plan, "remove-file", "canary"))).toEqual({
      file: expect.stringMatching(/ mode 600$/) as string,
    });
    expect(factsOn(world, find(plan, "unlink", "canary"))).toEqual({
      link: `link to ${layout.templatePath}`,
    });
  });

  it("its current state and its future target for a link", () => {
    const bent = change(world, ({ files }) =>
      files.set(linkPath(layout, "canary"), { kind: "link", target: "/elsewhere" }),
    );
    const action = find(planOn(bent, trio), "link", "canary");
    expect(factsOn(bent, action)).toEqual({ link: "link to /elsewhere", to: layout.templatePath });
  });

  it("the mode of the folder for a mode", () => {
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

  it("the unit with its run, the session with its process, and its start for a restart or a stop", () => {
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

  it("a unit that does not run and was not started since for a start", () => {
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

  it("the session with its process for its end, and for a mark on a pane", () => {
    const facts = { session: canary, config: digest(`${key}\n${pane?.config?.hash}`) };
    const base = { agent: "canary", target: pane?.sessionId, reason: "new", cost: "none", id: "x" };
    expect(factsOn(world, { ...base, kind: "kill-session" } as Action)).toEqual(facts);
    expect(factsOn(world, { ...base, kind: "tag" } as Action)).toEqual(facts);
  });

  it("nothing for an action that is right at any time", () => {
    const plan = planOn(emptyWorld(layout, world.inputs), trio);
    expect(factsOn(world, find(plan, "daemon-reload"))).toEqual({});
    expect(
      factsOn(world, { kind: "reset-failed", target: unit("canary"), agent: "canary" } as Action),
    ).toEqual({});
  });

  it("the runs of the units that are started, stopped or restarted, each once", () => {
    const plan = planOn(emptyWorld(layout, world.inputs), trio);
    expect(unitsIn([...plan.actions, ...plan.actions])).toEqual([
      layout.holderUnit,
      unit("canary"),
      unit("planner"),
      unit("tester"),
    ]);
  });
});
