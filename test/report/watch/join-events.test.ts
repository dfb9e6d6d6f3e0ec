import { describe, expect, it } from "vitest";
import type { WatchEvent } from "../../../src/events/watch-events.ts";
import { joinEvents } from "../../../src/report/watch/join-events.ts";
import { watchMessage } from "../../../src/report/watch/watch-text.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";
import { agentPlan } from "../../support/report/a-plan.ts";

const colors = createColors(false);

function lines(events: readonly WatchEvent[]): readonly string[] {
  return joinEvents(events).flatMap(
    ({ event, isMany }) => watchMessage(event, colors, 100, isMany)?.lines ?? [],
  );
}

const six = <T>(make: (agent: string) => T): readonly T[] =>
  Array.from({ length: 6 }, (_, index) => make(`coder-${index + 1}`));

describe("Equal events of many agents", () => {
  it.each<[string, (agent: string) => WatchEvent, string]>([
    [
      "added",
      (agent) => ({ kind: "changed", agent, action: "added", changes: [], wasStopped: false }),
      "+ coder-1 … coder-6 (6) added",
    ],
    [
      "failed",
      (agent) => ({ kind: "failed", agent, exitStatus: 1, lines: [`${agent}: no`], nextTryMs: 0 }),
      "x coder-1 … coder-6 (6) failed (exit status 1); they are started again now\n  | coder-1: no",
    ],
    ["recovered", (agent) => ({ kind: "recovered", agent }), "* coder-1 … coder-6 (6) run again"],
    [
      "blocked",
      (agent) => ({
        kind: "blocked",
        plan: agentPlan({
          name: agent,
          action: "blocked",
          change: { reason: "dependency-suspended", agent: "planner" },
        }),
      }),
      "! coder-1 … coder-6 (6) are blocked: they would start planner, which is suspended",
    ],
    [
      "waiting",
      (agent) => ({
        kind: "waiting",
        plan: agentPlan({
          name: agent,
          action: "pending",
          hold: "busy",
          change: { reason: "command-changed", fields: [] },
          atStake: { attached: 0, idleSeconds: 3 + Number(agent.slice(-1)) },
        }),
      }),
      ". coder-1 … coder-6 (6) wait: command changed, busy (nobody attached, last output 4 s or more ago)",
    ],
    [
      "changed",
      (agent) => ({
        kind: "changed",
        agent,
        action: "restarted",
        changes: [{ reason: "session-gone" }],
        wasStopped: false,
      }),
      "-/+ coder-1 … coder-6 (6) restarted: their sessions are gone",
    ],
    [
      "held",
      (agent) => ({ kind: "held", agent, action: "restart", why: "churn", inMs: 5000 }),
      ". coder-1 … coder-6 (6) will be restarted in 5 s: their envFiles keep changing",
    ],
  ])("are one line: %s", (_, make, text) => {
    const shown = lines(six(make));
    expect(shown).toEqual(text.split("\n"));
  });

  it("stay alone if work is at stake, if a command has their name, or if their words differ", () => {
    const atStake = { attached: 1, idleSeconds: 4 };
    const busy = six(
      (name) =>
        ({ kind: "waiting", plan: agentPlan({ name, action: "pending", hold: "busy", atStake }) }) as const,
    );
    const stopped = six(
      (agent) => ({ kind: "changed", agent, action: "started", changes: [], wasStopped: true }) as const,
    );
    const failed = six(
      (agent) => ({ kind: "crashed", agent, exitStatus: Number(agent.slice(-1)), lines: [] }) as const,
    );
    for (const events of [busy, stopped, failed]) expect(joinEvents(events)).toHaveLength(6);
  });

  it("keep their place among others", () => {
    const added = six(
      (agent) => ({ kind: "changed", agent, action: "added", changes: [], wasStopped: false }) as const,
    );
    const events = [{ kind: "resumed" } as const, ...added, { kind: "paused" } as const];
    expect(joinEvents(events).map(({ event }) => event.kind)).toEqual(["resumed", "changed", "paused"]);
  });
});
