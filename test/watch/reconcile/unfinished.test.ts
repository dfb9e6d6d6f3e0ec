import { describe, expect, it } from "vitest";
import {
  finishedIn,
  tellFinished,
  withUnfinished,
  type Finished,
  type Unfinished,
} from "../../../src/watch/reconcile/unfinished.ts";
import type { ApplyOutcome } from "../../../src/events/apply-events.ts";
import type { WatchEvent } from "../../../src/events/watch-events.ts";
import type { Plan } from "../../../src/plan/types.ts";
import { edited, trio, without } from "../../support/plan/scene.ts";
import { applied, lookAt } from "../../support/watch/look.ts";

type Changed = Extract<WatchEvent, { kind: "changed" }>;

const changed = (action: Changed["action"], reason: "env-changed" | "not-running"): Changed => ({
  kind: "changed",
  agent: "canary",
  action,
  changes: [reason === "env-changed" ? { reason, fields: ["env.A"] } : { reason }],
  wasStopped: false,
});

const restarted = changed("restarted", "env-changed");
const { plan } = lookAt(applied, { fleet: edited(trio, "canary", { env: { MODEL: "sonnet" } }) });
const restart = plan.actions.filter(({ kind }) => kind === "restart");

/** Follows the unfinished work through looks and applies, and gathers the reports. */
function followed(outcome: Pick<ApplyOutcome, "failed">) {
  let unfinished: Unfinished = withUnfinished(new Map(), [restarted], outcome);
  const told: WatchEvent[] = [];
  const take = (next: Finished): void => {
    ({ unfinished } = next);
    told.push(...next.events);
  };
  return {
    told,
    see: (whole: Plan): void => take(finishedIn(unfinished, whole)),
    tell: (event: WatchEvent): void => take(tellFinished(unfinished, [event])),
  };
}

describe("An unfinished restart", () => {
  const begin = () => {
    const unfinished = followed({ failed: restart });
    return { told: unfinished.told, unfinished };
  };

  it("is reported when nothing is left to do, once", () => {
    const { told, unfinished } = begin();
    unfinished.see(plan);
    expect(told).toEqual([]);
    unfinished.see(lookAt(applied).whole);
    unfinished.see(lookAt(applied).whole);
    expect(told).toEqual([restarted]);
  });

  it("is reported as itself, if the next look had to start the agent", () => {
    const { told, unfinished } = begin();
    unfinished.tell(changed("started", "not-running"));
    expect(told).toEqual([restarted]);
  });

  it("is not reported if the agent was removed instead", () => {
    const { told, unfinished } = begin();
    const removed = changed("removed", "not-running");
    unfinished.tell(removed);
    unfinished.see(lookAt(applied).whole);
    expect(told).toEqual([removed]);
    const other = begin();
    other.unfinished.see(lookAt(applied, { fleet: without(trio, "canary") }).whole);
    other.unfinished.see(lookAt(applied).whole);
    expect(other.told).toEqual([]);
  });

  it("is not remembered if it was never begun", () => {
    const unfinished = followed({ failed: [] });
    unfinished.see(lookAt(applied).whole);
    expect(unfinished.told).toEqual([]);
  });
});
