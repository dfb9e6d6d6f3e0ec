import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { HostResult } from "../../hosts/host-result.ts";
import {
  afterBatch,
  downIn,
  hostsLeft,
  isOverLimit,
  isUnavailable,
  newRollout,
  nextBatch,
  type Rollout,
} from "../../hosts/rollout.ts";
import {
  batchLine,
  goesOnLine,
  soakLine,
  stoppedLine,
  unhealthyProblem,
} from "../../report/hosts/rollout-lines.ts";
import type { RolloutJson } from "../../report/hosts/hosts-run-output.ts";
import { exitCodes } from "../shared/exit-codes.ts";
import type { Context } from "../shared/context.ts";
import { runOnHosts, type Errands } from "./run-hosts.ts";

/** A rollout over the hosts of a run. */
export interface RolloutRun {
  readonly rollout: Rollout;
  /** The hosts of the run, also those without changes. */
  readonly all: readonly string[];
  /** The hosts that were unavailable before the first batch. */
  readonly unavailable: number;
  /** Runs the changes of hosts. */
  readonly change: (agreed: readonly HostResult[]) => Promise<readonly HostResult[]>;
}

/** The end of a rollout. */
export interface RolledOut {
  readonly results: readonly HostResult[];
  readonly json: RolloutJson;
}

/**
 * Runs changes batch by batch. After each batch it waits, and looks whether its agents still run. With more unavailable hosts
 * than allowed, it begins no further batch, except with `onFailure: continue`; what has begun goes on to its end. Nothing is
 * undone: that would interrupt agents once more.
 */
export async function runRollout(
  agreed: readonly HostResult[],
  { rollout, all, unavailable: before, change }: RolloutRun,
  errands: Errands,
  context: Context,
): Promise<RolledOut> {
  const { output } = context;
  const tell = (line: string): void => void (output.options.json || output.remark(line));
  const { soon } = errands.stopSignals;
  const changing = agreed.map(({ host }) => host);
  const results = new Map<string, HostResult>();
  let state = newRollout(changing, all, rollout, before);
  const { batches, most } = state;
  let isOver = false;
  for (let batch = nextBatch(state); batch !== undefined && !soon.aborted; batch = nextBatch(state)) {
    const begun = new Set(batch);
    // Only with `onFailure: continue` is there a next batch.
    if (isOverLimit(state) && !isOver) tell(goesOnLine(state));
    isOver = isOverLimit(state);
    tell(batchLine(state.completed + 1, batches.length, batch));
    const changed = await change(agreed.filter(({ host }) => begun.has(host)));
    const healthy = await withHealth(changed);
    for (const result of healthy) results.set(result.host, result);
    state = afterBatch(
      state,
      healthy.map(({ end }) => end),
    );
  }
  const { completed, unavailable } = state;
  const left = hostsLeft(state);
  const isStopped = left.length > 0;
  if (isStopped) tell(stoppedLine({ results: [...results.values()], left, unavailable, most }));
  return {
    results: agreed.map(
      (result) => results.get(result.host) ?? { ...result, end: { name: "not-begun" }, frames: [] },
    ),
    json: { batches, completed, isStopped, unavailable, maxUnavailable: most },
  };

  /** Waits for the soak, and marks hosts whose agents do not run after it. */
  async function withHealth(changed: readonly HostResult[]): Promise<readonly HostResult[]> {
    const well = changed.filter(({ end }) => !isUnavailable(end));
    const { soak = 0 } = rollout;
    if (well.length === 0) return changed;
    if (soak > 0 && !soon.aborted) {
      tell(soakLine(soak));
      await sleep(soak, undefined, { signal: soon }).catch(() => undefined);
    }
    const names = new Set(well.map(({ host }) => host));
    const looks = await runOnHosts(
      {
        ...errands,
        purpose: "read",
        hosts: errands.hosts.filter(({ name }) => names.has(name)),
        requestFor: (host) => ({ ...errands.requestFor(host), words: ["status"] }),
      },
      context,
    );
    const down = new Map(
      looks
        .filter((look) => isUnavailable(look.end) || downIn(look).length > 0)
        .map((look) => [look.host, look]),
    );
    return changed.map((result) => {
      const look = down.get(result.host);
      if (look === undefined) return result;
      const problem: Diagnostic = unhealthyProblem(look);
      const end =
        look.end.name === "done" ? ({ name: "done", code: exitCodes.agentsFailed } as const) : look.end;
      return { ...result, end, frames: [...result.frames, { kind: "problems", problems: [problem] }] };
    });
  }
}
