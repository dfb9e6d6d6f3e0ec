import type { AgentFailure, LostServer } from "../events/apply-events.ts";
import { literalIn } from "../config/doubts/literal-variables.ts";
import { environmentOf } from "../desired/env/env-file-entries.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { ok, type Result } from "../diagnostics/diagnostic.ts";
import { journalTail, linesOfRun } from "../drivers/systemd/journal/journal-tail.ts";
import { showUnits } from "../drivers/systemd/show-units.ts";
import { capturePanes } from "../drivers/tmux/capture/capture-panes.ts";
import { observeAgents } from "../observe/observe.ts";
import { isNestedTmux } from "../observe/processes/nested-tmux.ts";
import { readActivity } from "../observe/processes/activity.ts";
import { readServerEnd } from "../observe/tmux/tmux-config.ts";
import type { Observed, UnitWait } from "../observed/types.ts";
import { agentViews, isService, type AgentView } from "../plan/view/agent-view.ts";
import { currentWait } from "../plan/view/current-wait.ts";
import { nextConfig, serviceConfig } from "../plan/config/observed-config.ts";
import type { Exec } from "../system/exec.ts";
import { unitPhase } from "../plan/view/unit-phase.ts";
import type { Target } from "./target.ts";
import { waitUntilIdle, type OnWait } from "./wait-until-idle.ts";

/** Time for units in transition, ms. */
const transitionMs = 10_000;
/** systemd's time to notice the end of a main process, ms. */
const unseenMs = 500;
const shownLines = 5;

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
  if (gone.size === 0 && names.map(agentViews(early.value, layout)).every(runs)) return ok([]);
  const observed = await observeSettled(names, gone, target, interrupt, onWait);
  if (!observed.ok) return observed;
  const view = agentViews(observed.value, layout);
  const fallen = names.map(view).filter((agent) => !runs(agent));
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
      const isUnseen = gone.has(name) && runs(view(name)) && performance.now() - began < unseenMs;
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
 * Returns true for a job with completed work; or for an active agent with a live pane, or an active service, with no restart
 * after a failure, and the written configuration.
 */
function runs(agent: AgentView): boolean {
  if (agent.completion !== undefined && unitPhase(agent.unit) === "stopped") return true;
  // A run its schedule or a person has started may be over.
  if (agent.timerMark !== undefined && unitPhase(agent.unit) === "stopped") return true;
  if (isService(agent)) {
    const isUp = unitPhase(agent.unit) === "running" && (agent.runtime?.restarts ?? 0) === 0;
    return isUp && !hasOldConfig(agent);
  }
  return (
    hasLivePane(agent) &&
    (agent.runtime?.restarts ?? 0) === 0 &&
    !hasOldConfig(agent) &&
    !isReplacedByTmux(agent)
  );
}

/**
 * Returns true if a start-up file replaced the agent's shell by a tmux of its own, in place of the command.
 */
function isReplacedByTmux(agent: AgentView): boolean {
  return hasLivePane(agent) && agent.pane !== undefined && isNestedTmux(agent.pane.pid);
}

/** Returns the reason why an agent does not run as declared; undefined if systemd knows it best. */
function resultOfView(agent: AgentView): string | undefined {
  if (hasOldConfig(agent)) return "not-restarted";
  if (isReplacedByTmux(agent)) return "nested-tmux";
  const wait = currentWait(agent);
  return wait?.kind === "limit" ? "limited" : wait?.halt === undefined ? undefined : "held";
}

/**
 * Returns true for a wait longer than any queue. An agent that tries for its held group counts, too: the others wait for
 * it.
 */
function isHeldOrLimited(wait: UnitWait | undefined): boolean {
  return wait?.kind === "limit" || wait?.halt !== undefined;
}

function hasLivePane({ unit, pane }: AgentView): boolean {
  return unitPhase(unit) === "running" && pane !== undefined && !pane.dead;
}

/** Returns true if systemd reported no failure, and yet did not start it again. */
function hasOldConfig(agent: AgentView): boolean {
  if (isService(agent)) {
    const isRunning = unitPhase(agent.unit) === "running";
    return isRunning && serviceConfig(agent)?.hash !== nextConfig(agent)?.hash;
  }
  return hasLivePane(agent) && agent.pane?.config?.hash !== nextConfig(agent)?.hash;
}

/**
 * Returns the ends of failed agents, in the given order: from systemd, the screen and the journal of their
 * last run. If a unit was not started since `sinceUs`, µs of the monotonic clock, uses only its journal from
 * then on.
 */
export async function explainFallen(
  fallen: readonly AgentView[],
  { layout, exec }: Target,
  sinceUs = 0,
): Promise<readonly AgentFailure[]> {
  if (fallen.length === 0) return [];
  const units = fallen.map(({ unitName }) => unitName);
  const panes = fallen.flatMap(({ pane }) => (pane === undefined ? [] : [pane.id]));
  const [details, screens, early] = await Promise.all([
    showUnits(exec, units),
    capturePanes(exec, layout.socket, panes, shownLines),
    journalTail(exec, units),
  ]);
  const hasMessage = (unit: string): boolean => early.get(unit)?.some(({ atUs }) => atUs >= sinceUs) ?? false;
  const journal = units.every(hasMessage) ? early : await journalLater(exec, units);
  const byUnit = new Map((details.ok ? details.value : []).map((each) => [each.unit, each]));
  return fallen.map((agent) => {
    const { name, unitName, pane } = agent;
    const { result = "unknown", startedUs = 0, invocation = "", exitStatus } = byUnit.get(unitName) ?? {};
    const words = linesOfRun(journal.get(unitName) ?? [], { startedUs, invocation }, sinceUs)
      .map(({ text }) => text)
      .slice(-shownLines);
    // A failed start leaves the screen as it was, and has its reason in the journal.
    const hasRun = startedUs >= sinceUs && (result === "success" || exitStatus !== undefined);
    const screen = (hasRun ? pane && screens.get(pane.id) : undefined) ?? [];
    const { halt, untilMs } = currentWait(agent) ?? {};
    const isNotFound = (agent.exitStatus ?? exitStatus) === commandNotFound;
    return {
      name,
      unit: unitName,
      ...(halt === undefined ? {} : { hold: halt }),
      ...(untilMs === undefined ? {} : { limitedUntilMs: untilMs }),
      literalPath: isNotFound ? literalPathOf(agent) : undefined,
      shell: isNotFound ? startingShellOf(agent) : undefined,
      result: resultOfView(agent) ?? result,
      exitStatus: agent.exitStatus ?? exitStatus,
      lines: lastWords(screen, words),
    };
  });
}

/** journald's delay before it writes output, on a busy machine, ms. */
const journalLagMs = 300;

/** Reads the journal a second time: it may still lack the lines of a unit that has just failed. */
async function journalLater(exec: Exec, units: readonly string[]): ReturnType<typeof journalTail> {
  await sleep(journalLagMs);
  return journalTail(exec, units);
}

/**
 * Returns a process's last lines. tmux now and then loses output just before the end (seen with 3.3a); the
 * journal has the last of it.
 */
function lastWords(screen: readonly string[], journal: readonly string[]): readonly string[] {
  const last = journal.at(-1);
  if (screen.length === 0) return journal;
  return last === undefined || screen.includes(last) ? screen : [...screen.slice(1 - shownLines), last];
}

/** The exit status of a shell without such a program. */
const commandNotFound = 127;

/** Returns the unexpanded part in the PATH of an agent's env file: `$HOME/bin`, `~/bin`. */
function literalPathOf(agent: AgentView): string | undefined {
  const path = variableOf(agent, "PATH");
  return path === undefined ? undefined : literalIn("PATH", path)?.part;
}

/** Returns the shell of a command such as `bash -lic …`, which reads its start-up files. */
function startingShellOf(agent: AgentView): string | undefined {
  const command = variableOf(agent, "MOSAIC_AGENT_COMMAND") ?? "";
  return /^(?:exec )?(?:\S*\/)?(bash|zsh|fish|ksh|sh) (?:-\w*[li]|--login\b)/.exec(command)?.[1];
}

function variableOf({ env }: AgentView, name: string): string | undefined {
  return env?.kind === "file" ? environmentOf(env.content).get(name) : undefined;
}
