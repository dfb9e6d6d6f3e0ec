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
        plan: agentPlan({ name: agent, action: "blocked", change: { reason: "own-session" } }),
      }),
      "! coder-1 … coder-6 (6) are blocked: this command runs in its own session",
    ],
  ])("are one line: %s", (_, make, text) => {
    const shown = lines(six(make));
    const [first = ""] = text.split("\n");
    expect(shown[0]).toContain(first.split(": ")[0]);
    expect(shown).toHaveLength(text.split("\n").length);
  });

  it("stay alone if work is at stake, if a command has their name, or if their words differ", () => {
    const busy = six((name) => ({ kind: "waiting", plan: agentPlan({ name, action: "pending" }) }) as const);
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
