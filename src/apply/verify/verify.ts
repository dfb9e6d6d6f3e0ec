import { setTimeout as sleep } from "node:timers/promises";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { journalTail } from "../../drivers/systemd/journal/journal-tail.ts";
import type { AgentFailure, LostServer } from "../../events/apply-events.ts";
import { observeAgents } from "../../observe/observe.ts";
import { readActivity } from "../../observe/processes/activity.ts";
import { readServerEnd } from "../../observe/tmux/tmux-config.ts";
import type { Observed, UnitWait } from "../../observed/types.ts";
import { agentViews, isService } from "../../plan/view/agent-view.ts";
import { currentWait, waitTraits } from "../../plan/view/current-wait.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import type { Target } from "../target.ts";
import { explainFallen } from "./explain-fallen.ts";
import { runsAsDeclared } from "./runs-as-declared.ts";
import { waitUntilIdle, type OnWait } from "./wait-until-idle.ts";

/** Time for units in transition, ms. */
const transitionMs = 10_000;
/** systemd's time to notice the end of a main process, ms. */
const unseenMs = 500;

/**
 * Observes started agents again once they are idle, and returns the failed ones with the reason, or the
 * interruption of the check. `sinceUs` is the start of the run, µs of the monotonic clock. `endedBefore` is
 * the tmux server's last end before their start. `onWait` gets the agents that are not up yet.
 */
export async function verifyAgents(
  names: readonly string[],
  { layout, exec }: Target,
  interrupt: AbortSignal,
  sinceUs: number,
  endedBefore: number | undefined = readServerEnd(layout),
  onWait?: OnWait,
): Promise<Result<readonly AgentFailure[] | "interrupted">> {
  if (names.length === 0) return ok([]);
  const target: Target = { layout, exec: (command) => exec(command, interrupt) };
  const failures = await observeAgain(names, target, interrupt, sinceUs, endedBefore, onWait);
  return interrupt.aborted ? ok("interrupted") : failures;
}

async function observeAgain(
  names: readonly string[],
  target: Target,
  interrupt: AbortSignal,
  sinceUs: number,
  endedBefore: number | undefined,
  onWait: OnWait | undefined,
): Promise<Result<readonly AgentFailure[]>> {
  const { layout } = target;
  // Usually no agent is gone: then this observation also holds after they are idle.
  const [gone, early] = await Promise.all([
    waitUntilIdle(
      names,
      (name) => readActivity(`${layout.runtimeDir}/${name}`),
      interrupt,
      undefined,
      onWait,
    ),
    observeAgents(names, layout, target.exec),
  ]);
  if (!early.ok) return early;
  if (gone.size === 0 && names.map(agentViews(early.value, layout)).every(runsAsDeclared)) return ok([]);
  const observed = await observeSettled(names, gone, target, interrupt, onWait);
  if (!observed.ok) return observed;
  const view = agentViews(observed.value, layout);
  const fallen = names.map(view).filter((agent) => !runsAsDeclared(agent));
  // A service fails without the tmux server's help.
  const inPanes = fallen.filter((agent) => !isService(agent));
  const lost = inPanes.length === 0 ? undefined : await serverLostBy(observed.value, target, endedBefore);
  if (lost === undefined) return ok(await explainFallen(fallen, target, sinceUs));
  return ok([
    ...inPanes.map(({ name, unitName }) => ({ ...bare(name, unitName), withoutServer: lost })),
    ...(await explainFallen(fallen.filter(isService), target, sinceUs)),
  ]);
}

/** Returns a failure without details, because the server explains it. */
function bare(name: string, unit: string): AgentFailure {
  return { name, unit, result: "no-tmux-server", exitStatus: undefined, lines: [] };
}

async function serverLostBy(
  observed: Observed,
  { layout, exec }: Target,
  endedBefore: number | undefined,
): Promise<LostServer | undefined> {
  const isBack = unitPhase(observed.units.get(layout.holderUnit)) === "running";
  if (isBack && observed.serverEndMs === endedBefore) return undefined;
  const journal = await journalTail(exec, [layout.holderUnit]);
  return {
    unit: layout.holderUnit,
    isBack,
    lines: (journal.get(layout.holderUnit) ?? []).slice(-1).map(({ text }) => text),
  };
}

async function observeSettled(
  names: readonly string[],
  gone: ReadonlySet<string>,
  { layout, exec }: Target,
  interrupt: AbortSignal,
  onWait: OnWait | undefined,
): Promise<Result<Observed>> {
  const began = performance.now();
  for (;;) {
    const observed = await observeAgents(names, layout, exec);
    if (!observed.ok) return observed;
    const view = agentViews(observed.value, layout);
    const moving = names.filter((name) => {
      const phase = unitPhase(view(name).unit);
      // Its main process is gone, but systemd has not noticed yet.
      const isUnseen = gone.has(name) && runsAsDeclared(view(name)) && performance.now() - began < unseenMs;
      const isStarting = phase === "starting" && !isHeldOrLimited(currentWait(view(name)));
      return isStarting || phase === "stopping" || isUnseen;
    });
    onWait?.(moving);
    if (moving.length === 0 || interrupt.aborted || performance.now() - began > transitionMs) return observed;
    await pauseUnlessEnded(50, interrupt);
  }
}

/** Waits so many ms, or until it is interrupted. */
async function pauseUnlessEnded(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/**
 * Returns true for a wait longer than any queue. An agent that tries for its held group counts, too: the others wait for
 * it.
 */
function isHeldOrLimited(wait: UnitWait | undefined): boolean {
  return wait !== undefined && (waitTraits[wait.kind].outlastsApply || wait.halt !== undefined);
}
