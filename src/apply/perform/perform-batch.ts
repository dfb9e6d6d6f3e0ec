import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { modifiedMs } from "../../drivers/files/read.ts";
import type { Action, CallAction, FileAction } from "../../plan/types.ts";
import type { Layout } from "../../desired/layout.ts";
import type { StopSignals } from "../../system/signals.ts";
import type { Batch } from "../batches.ts";
import { outcomeAfterFailure } from "./inspect-failed-call.ts";
import type { Target } from "../target.ts";
import { performCall } from "./perform-call.ts";
import { performFile } from "./perform-file.ts";
import { startTimes } from "../turns/starts.ts";
import { watchStarts } from "../turns/watch-starts.ts";
import type { BatchResult } from "../run-state.ts";
import type { Emit } from "../../events/apply-events.ts";

/** Performs a batch, and reports it. After a failed call, asks the machine for the results. */
export async function performBatch(
  batch: Batch,
  target: Target,
  emit: Emit,
  stopSignals: StopSignals,
): Promise<BatchResult> {
  if (batch.kind === "call") return performCalls(batch.actions, target, emit, stopSignals);
  return performFiles(batch.actions, target.layout, emit);
}

/** Performs file actions next to each other. All failures are one event: a full disk fails each of them. */
async function performFiles(
  actions: readonly FileAction[],
  layout: Layout,
  emit: Emit,
): Promise<BatchResult> {
  emit({ kind: "started", actions });
  const results = await Promise.all(
    actions.map(async (action) => {
      const began = performance.now();
      const result = await performFile(action, layout);
      if (result.ok) emit({ kind: "finished", actions: [action], ms: performance.now() - began });
      return result;
    }),
  );
  const actionsWith = (ok: boolean): readonly Action[] =>
    actions.filter((_, index) => results[index]?.ok === ok);
  const failed = actionsWith(false);
  const diagnostics = results.flatMap((result) => (result.ok ? [] : result.diagnostics));
  if (failed.length > 0) emit({ kind: "failed", actions: failed, diagnostics });
  return { done: actionsWith(true), failed, unknown: [] };
}

async function performCalls(
  actions: readonly [CallAction, ...CallAction[]],
  target: Target,
  emit: Emit,
  { soon, now }: StopSignals,
): Promise<BatchResult> {
  const starts = startsOf(actions, target.layout, soon);
  const exec: Target["exec"] = (command) => target.exec(command, now);
  const reach: Target = { layout: target.layout, exec };
  const before = startTimes(actions, target.layout, modifiedMs);
  const began = performance.now();
  emit({ kind: "started", actions });
  const called = await performCall(actions, {
    layout: target.layout,
    exec:
      starts === undefined ? exec : (command) => target.exec(command, AbortSignal.any([now, starts.signal])),
  });
  starts?.end();
  const isLeft = starts?.signal.aborted === true && !called.ok && !now.aborted;
  if (isLeft && soon.aborted) return queuedResult(actions, starts.left(), emit, performance.now() - began);
  // systemd goes on with the jobs of a systemctl that has ended.
  if (called.ok || isLeft) {
    emit({ kind: "finished", actions, ms: performance.now() - began });
    return { done: actions, failed: [], unknown: [] };
  }
  const truth = await outcomeAfterFailure(actions, called.diagnostics, { ...reach, before, now });
  const actionsFound = (...verdicts: readonly string[]): readonly Action[] =>
    actions.filter((action) => verdicts.includes(truth.get(action) ?? "unknown"));
  const done = actionsFound("done");
  const failed = actionsFound("not-done", "unknown");
  if (done.length > 0) emit({ kind: "finished", actions: done, ms: performance.now() - began });
  if (failed.length > 0)
    emit({ kind: "failed", actions: failed, diagnostics: toldErrors(called.diagnostics, now) });
  return { done, failed, unknown: actionsFound("unknown") };
}

/** Watches the starts of a call; undefined if no agent takes turns. */
function startsOf(
  actions: readonly CallAction[],
  layout: Layout,
  soon: AbortSignal,
): ReturnType<typeof watchStarts> | undefined {
  if (!actions.some((action) => "queueMs" in action)) return undefined;
  return watchStarts(
    actions.flatMap(({ agent }) => agent ?? []),
    layout,
    soon,
  );
}

/** Returns and reports the result of a call that was interrupted while some of its agents waited for their turn. */
function queuedResult(
  actions: readonly CallAction[],
  waiting: readonly string[],
  emit: Emit,
  ms: number,
): BatchResult {
  const names = new Set(waiting);
  const queued = actions.filter(({ agent }) => agent !== undefined && names.has(agent));
  const done = actions.filter((action) => !queued.includes(action));
  if (done.length > 0) emit({ kind: "finished", actions: done, ms });
  emit({ kind: "failed", actions: queued, diagnostics: [] });
  return { done, failed: queued, unknown: [], queued };
}

/** Returns the errors to report. Leaves out the failure of a call cut off on request. */
function toldErrors(diagnostics: readonly Diagnostic[], now: AbortSignal): readonly Diagnostic[] {
  return now.aborted ? [] : diagnostics;
}
