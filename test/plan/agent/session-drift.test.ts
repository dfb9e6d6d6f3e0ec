import { describe, expect, it } from "vitest";
import { envPath } from "../../../src/desired/layout.ts";
import { notesOf } from "../../support/plan/detail.ts";
import { drift } from "../../support/plan/drift.ts";
import { edited, inShort, machineWith, planOn, trio } from "../../support/plan/scene.ts";
import { change, panesOf, setPanes } from "../../support/plan/world.ts";

const fleet = edited(trio, "canary", { description: "smoke test" });
const applied = machineWith(fleet);

describe("Drift of sessions and panes is fixed or reported:", () => {
  it("an agent whose unit is active without a session is restarted", () => {
    const world = change(applied, (copy) =>
      setPanes(
        copy,
        panesOf(copy).filter(({ agent }) => agent !== "canary"),
      ),
    );
    expect(inShort(planOn(world, fleet))).toEqual([
      "canary: restart session-gone",
      "reset-failed canary (session-gone)",
      "restart canary (session-gone)",
    ]);
  });

  it("an agent with an unknown configuration is restarted", () => {
    const world = change(applied, (copy) =>
      setPanes(
        copy,
        panesOf(copy).map((pane) => (pane.agent === "canary" ? { ...pane, config: undefined } : pane)),
      ),
    );
    expect(inShort(planOn(world, fleet))).toEqual([
      "canary: restart config-unknown !agent",
      "reset-failed canary (config-unknown)",
      "restart canary (config-unknown) !agent",
    ]);
  });

  it("an older start script is reported, and no agent is restarted", () => {
    const world = change(applied, (copy) =>
      setPanes(
        copy,
        panesOf(copy).map((pane) => ({ ...pane, units: "01234567" })),
      ),
    );
    const plan = planOn(world, fleet);
    expect(inShort(plan)).toEqual([]);
    expect(notesOf(plan)).toEqual([
      "Runs an older start script until its next start: canary, planner, tester.",
    ]);
  });

  it("a session under another name is reported", () => {
    const world = drift(applied, [{ what: "sessionRenamed", pick: 0 }]);
    expect(notesOf(planOn(world, fleet))).toEqual(["The session of canary was renamed to canary-kept."]);
  });

  it("the dead pane of a renamed session is closed once its agent is declared stopped", () => {
    const world = drift(applied, [{ what: "sessionRenamedAndRestarted", pick: 0 }]);
    const [old] = panesOf(world).filter(({ dead }) => dead);
    expect(inShort(planOn(world, fleet))).toEqual([]);
    expect(
      inShort(planOn(world, edited(fleet, "canary", { state: "stopped" }), { now: true })).slice(0, 3),
    ).toEqual([
      "canary: stop stop-wanted !agent",
      "stop canary (stop-wanted) !agent",
      `kill-session ${old?.sessionId} (stop-wanted)`,
    ]);
  });

  it("a dead pane that a person has joined into another agent's session is never a reason to end that session", () => {
    const world = change(drift(applied, [{ what: "failed", pick: 0 }]), (copy) => {
      const host = panesOf(copy).find(({ agent }) => agent === "planner");
      const { sessionId = "", sessionName = "" } = host ?? {};
      setPanes(
        copy,
        panesOf(copy).map((pane) => (pane.agent === "canary" ? { ...pane, sessionId, sessionName } : pane)),
      );
    });
    const stopped = edited(fleet, "canary", { state: "stopped" });
    const kinds = planOn(world, stopped, { now: true }).actions.map(({ kind }) => kind);
    expect(kinds).not.toContain("kill-session");
    const removed = { ...fleet, agents: { planner: { command: "plan --watch" } } };
    const { actions } = planOn({ ...world }, removed, { now: true, allowRemoveAll: true });
    expect(actions.filter(({ kind }) => kind === "kill-session")).toEqual([]);
    expect(actions.map(({ target }) => target)).toContain(envPath(world.layout, "canary"));
  });
});
