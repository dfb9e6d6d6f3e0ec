import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { needsReload } from "../plan/order.ts";
import type { Action, CallAction, FileAction, Plan } from "../plan/types.ts";
import { batchActions, type Batch } from "./batches.ts";
import { announceReload, performCall, type Target } from "./perform-call.ts";
import { performFile } from "./perform-file.ts";

/** What happens while a plan is run, for whoever shows it. */
export type ApplyEvent =
  | { readonly kind: "started"; readonly actions: readonly Action[] }
  | { readonly kind: "finished"; readonly actions: readonly Action[]; readonly ms: number }
  | {
      readonly kind: "failed";
      readonly actions: readonly Action[];
      readonly diagnostics: readonly Diagnostic[];
    };

/** What became of each action. */
export interface ApplyOutcome {
  readonly done: readonly Action[];
  readonly failed: readonly Action[];
  /** Not tried, because something that they rest on failed. */
  readonly skipped: readonly Action[];
}

type Emit = (event: ApplyEvent) => void;

/**
 * Runs the actions in order. A file that cannot be written keeps its own agent from being started with old content
 * and nobody else; a failed call or shared file ends the run, for everything after it rests on that.
 */
export async function runPlan(plan: Plan, target: Target, emit: Emit): Promise<ApplyOutcome> {
  const done: Action[] = [];
  const failed: Action[] = [];
  const skipped: Action[] = [];
  const isSpoiled = ({ agent }: Action): boolean =>
    failed.some((action) => action.agent === undefined || isCall(action) || action.agent === agent);

  const announced = plan.actions.some(needsReload) ? await announceReload(target.layout) : undefined;
  if (announced?.ok === false) {
    emit({ kind: "failed", actions: plan.actions, diagnostics: announced.diagnostics });
    return { done, failed: [], skipped: plan.actions };
  }
  for (const batch of batchActions(plan.actions)) {
    skipped.push(...batch.actions.filter(isSpoiled));
    const results = await runBatch(without(batch, isSpoiled), target, emit);
    for (const [action, result] of results) (result.ok ? done : failed).push(action);
  }
  return { done, failed, skipped };
}

type Results = readonly (readonly [Action, Result<void>])[];

async function runBatch(batch: Batch | undefined, target: Target, emit: Emit): Promise<Results> {
  if (batch === undefined) return [];
  if (batch.kind === "call") return runCall(batch.actions, target, emit);
  return Promise.all(
    batch.actions.map(async (action) => {
      const result = await timed([action], emit, () => performFile(action, target.layout));
      return [action, result] as const;
    }),
  );
}

async function runCall(
  actions: readonly [CallAction, ...CallAction[]],
  target: Target,
  emit: Emit,
): Promise<Results> {
  const result = await timed(actions, emit, () => performCall(actions, target));
  return actions.map((action) => [action, result] as const);
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

function without(batch: Batch, isSpoiled: (action: Action) => boolean): Batch | undefined {
  if (batch.kind === "files") {
    const actions: readonly FileAction[] = batch.actions.filter((action) => !isSpoiled(action));
    return actions.length > 0 ? { kind: "files", actions } : undefined;
  }
  const [first, ...rest] = batch.actions.filter((action) => !isSpoiled(action));
  return first === undefined ? undefined : { kind: "call", actions: [first, ...rest] };
}

function isCall({ kind }: Action): boolean {
  return kind === "daemon-reload" || kind === "start" || kind === "stop" || kind === "restart";
}
