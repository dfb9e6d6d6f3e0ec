import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { modifiedMs } from "../drivers/files/read.ts";
import type { Action, CallAction } from "../plan/types.ts";
import type { Layout } from "../desired/layout.ts";
import type { StopSignals } from "../system/signals.ts";
import type { Batch } from "./batches.ts";
import { outcomeAfterFailure, startTimes } from "./inspect-failed-call.ts";
import { performCall, type Target } from "./perform-call.ts";
import { performFile } from "./perform-file.ts";
import { whenAllHeld } from "./turns/when-all-held.ts";
import type { BatchResult } from "./run-state.ts";
import type { Emit } from "../events/apply-events.ts";

/** Performs a batch, and reports it. After a failed call, asks the machine for the results. */
export async function performBatch(
  batch: Batch,
  target: Target,
  emit: Emit,
  stopSignals: StopSignals,
): Promise<BatchResult> {
  if (batch.kind === "call") return performCalls(batch.actions, target, emit, stopSignals);
  const results = await Promise.all(
    batch.actions.map((action) => timed([action], emit, () => performFile(action, target.layout))),
  );
  const part = (ok: boolean): readonly Action[] =>
    batch.actions.filter((_, index) => results[index]?.ok === ok);
  return { done: part(true), failed: part(false), unknown: [] };
}

async function performCalls(
  actions: readonly [CallAction, ...CallAction[]],
  target: Target,
  emit: Emit,
  { now }: StopSignals,
): Promise<BatchResult> {
  const held = holdSignal(actions, target.layout);
  const exec: Target["exec"] = (command) => target.exec(command, now);
  const reach: Target = { layout: target.layout, exec };
  const before = startTimes(actions, target.layout, modifiedMs);
  const began = performance.now();
  emit({ kind: "started", actions });
  const called = await performCall(actions, {
    layout: target.layout,
    exec: held === undefined ? exec : (command) => target.exec(command, AbortSignal.any([now, held.signal])),
  });
  held?.end();
  // systemd goes on with the jobs of a systemctl that has ended.
  if (called.ok || (held?.signal.aborted && !now.aborted)) {
    emit({ kind: "finished", actions, ms: performance.now() - began });
    return { done: actions, failed: [], unknown: [] };
  }
  const truth = await outcomeAfterFailure(actions, called.diagnostics, { ...reach, before, now });
  const having = (...verdicts: readonly string[]): readonly Action[] =>
    actions.filter((action) => verdicts.includes(truth.get(action) ?? "unknown"));
  const done = having("done");
  const failed = having("not-done", "unknown");
  if (done.length > 0) emit({ kind: "finished", actions: done, ms: performance.now() - began });
  if (failed.length > 0)
    emit({ kind: "failed", actions: failed, diagnostics: toldErrors(called.diagnostics, now) });
  return { done, failed, unknown: having("unknown") };
}

/** Returns the signal that all remaining agents of a start are held; undefined if none of them takes turns. */
function holdSignal(
  actions: readonly CallAction[],
  layout: Layout,
): ReturnType<typeof whenAllHeld> | undefined {
  if (!actions.some((action) => "queueMs" in action)) return undefined;
  return whenAllHeld(
    actions.flatMap(({ agent }) => agent ?? []),
    layout,
  );
}

/** Returns the errors to report. Leaves out the failure of a call cut off on request. */
function toldErrors(diagnostics: readonly Diagnostic[], now: AbortSignal): readonly Diagnostic[] {
  return now.aborted ? [] : diagnostics;
}

async function timed(
  actions: readonly Action[],
  emit: Emit,
  work: () => Promise<Result<void>>,
): Promise<Result<void>> {
  emit({ kind: "started", actions });
  const began = performance.now();
  const result = await work();
  if (result.ok) emit({ kind: "finished", actions, ms: performance.now() - began });
  else emit({ kind: "failed", actions, diagnostics: result.diagnostics });
  return result;
}
