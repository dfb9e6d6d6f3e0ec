import { describe, expect, it } from "vitest";
import type { ObservedRun, ObservedUnit } from "../../../src/observed/types.ts";
import type { AgentView } from "../../../src/plan/view/agent-view.ts";
import { isInCrashLoop } from "../../../src/plan/view/crash-loop.ts";

const now = 1_000_000_000;

/** Returns whether an agent in this state has a crash loop. */
function loops(state: string, run: Partial<ObservedRun>, attached = 0): boolean {
  const [active = "", sub = ""] = state.split(" ");
  const unit = { active, sub } as ObservedUnit;
  const runtime = { startedMs: undefined, exitStatus: 1, restarts: 2, ...run };
  return isInCrashLoop({ unit, runtime, pane: { attached } } as AgentView, now);
}

describe("isInCrashLoop", () => {
  it("is true between the runs of an agent that crashes, whatever phase is observed", () => {
    const states = ["deactivating stop-post", "activating auto-restart", "activating start"];
    expect(states.filter((state) => loops(state, {}))).toEqual(states);
    expect(loops("activating start-post", { startedMs: now - 500 })).toBe(true);
    expect(loops("active running", { startedMs: now - 500 })).toBe(true);
  });

  it("is false for a run that lasts, one without a known start, and one with a person in it", () => {
    expect(loops("active running", { startedMs: now - 60_000 })).toBe(false);
    expect(loops("activating start-post", { startedMs: now - 60_000 })).toBe(false);
    expect(loops("active running", {})).toBe(false);
    expect(loops("active running", { startedMs: now - 500 }, 1)).toBe(false);
  });

  it("is false for an agent that has not crashed since its start, and for one that systemd has given up", () => {
    expect(loops("activating start", { restarts: 0 })).toBe(false);
    expect(loops("failed failed", {})).toBe(false);
    expect(loops("inactive dead", {})).toBe(false);
  });
});
