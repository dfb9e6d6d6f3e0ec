import { describe, expect, it } from "vitest";
import type { WatchEvent } from "../../../src/events/watch-events.ts";
import { createReconciler, type Reconciler } from "../../../src/watch/reconcile/reconcile.ts";
import type { SourceReading } from "../../../src/watch/source/source-state.ts";
import { answering, exited } from "../../support/drivers/fake-exec.ts";
import { account, configOf } from "../../support/plan/resolved.ts";

const config = configOf({ agents: { worker: { command: "sleep inf" } } });
const usual: SourceReading = { config, isNew: false, againInMs: 700, isOutdated: false, sinceMs: 0 };

/** Returns a reconciler of these readings on a machine without a user manager, and its reports. */
function reconcilerOf(...readings: readonly SourceReading[]): readonly [Reconciler, WatchEvent[]] {
  const told: WatchEvent[] = [];
  const left = [...readings];
  const reconciler = createReconciler({
    machine: account,
    exec: answering(exited(1, "", "Failed to connect to bus")).exec,
    source: {
      read: async () => left.shift() ?? usual,
      prepare: async () => undefined,
      included: () => [],
    },
    tell: (event) => told.push(event),
    attachDiffs: async (plan) => plan,
    onSeen: () => undefined,
    onSlow: () => undefined,
  });
  return [reconciler, told];
}

const never = { soon: new AbortController().signal, now: new AbortController().signal };

describe("A look of a watch is not finished", () => {
  it("without a configuration to follow", async () => {
    const [{ pass }] = reconcilerOf({ ...usual, config: undefined });
    expect(await pass(["start"], never)).toEqual({ nextInMs: 700, isFinished: false });
  });

  it("while fleet.yaml is being saved, and a person who asked hears about it once for each wait", async () => {
    const saved = { ...usual, isOutdated: true };
    const [{ pass }, told] = reconcilerOf(saved, saved, usual, saved);
    for (let look = 0; look < 4; look++)
      expect(await pass(["asked"], never)).toMatchObject({ isFinished: false });
    expect(told.map(({ kind }) => kind)).toEqual(["note", "problem", "note"]);
  });

  it("if the machine cannot be read", async () => {
    const [{ pass }, told] = reconcilerOf();
    expect(await pass(["edit"], never)).toMatchObject({ isFinished: false });
    expect(told).toMatchObject([{ kind: "problem" }]);
  });
});
