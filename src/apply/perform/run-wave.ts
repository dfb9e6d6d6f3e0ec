import type { ApplyEvent } from "../../events/apply-events.ts";
import type { Action } from "../../plan/types.ts";
import { batchActions, type Batch } from "../batches.ts";
import type { CurrentRun } from "../current-run.ts";
import { runBatch } from "./run-batch.ts";
import { leaveOut } from "../run-state.ts";
import { isInTurns } from "../turns/waves.ts";

/** Restarts the agents of a wave when their turn has come, and looks if they run again. */
export async function runWave(run: CurrentRun, batch: Batch): Promise<void> {
  const stays = await run.roll.waitForTurn(batch.actions);
  if (stays.size > 0) run.state = leaveOut(run.state, stays);
  const [wave] = batchActions(batch.actions.filter((action) => !stays.has(action)));
  if (wave === undefined) return;
  await runBatch(run, wave, {
    emit: (event) => run.emit(withLater(event, run)),
    onDone: run.roll.check,
  });
}

/** Adds to the end of a wave how many agents follow. */
function withLater(event: ApplyEvent, { plan, state }: CurrentRun): ApplyEvent {
  if (event.kind !== "finished") return event;
  const isOver = (action: Action): boolean =>
    [state.done, state.failed, state.skipped].some((some) => some.has(action)) ||
    event.actions.includes(action);
  const later = plan.actions.filter((action) => isInTurns(action) && !isOver(action)).length;
  return later > 0 ? { ...event, later } : event;
}
