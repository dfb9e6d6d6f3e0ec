import { dirname } from "node:path/posix";
import { setTimeout as sleep } from "node:timers/promises";
import { literalIn } from "../../config/doubts/literal-variables.ts";
import { startedPath } from "../../desired/layout.ts";
import { environmentOf } from "../../desired/env/env-file-entries.ts";
import { journalTail, linesOfRun } from "../../drivers/systemd/journal/journal-tail.ts";
import { showUnits } from "../../drivers/systemd/show-units.ts";
import { capturePanes } from "../../drivers/tmux/capture/capture-panes.ts";
import { commandNotFound, type AgentFailure } from "../../events/apply-events.ts";
import type { AgentView } from "../../plan/view/agent-view.ts";
import { currentWait } from "../../plan/view/current-wait.ts";
import type { Exec } from "../../system/exec.ts";
import type { Target } from "../target.ts";
import { hasOldConfig, isReplacedByTmux } from "./runs-as-declared.ts";

const shownLines = 5;

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
  const [shown, screens, early] = await Promise.all([
    showUnits(exec, units),
    capturePanes(exec, layout.socket, panes, shownLines),
    journalTail(exec, units),
  ]);
  const hasMessage = (unit: string): boolean => early.get(unit)?.some(({ atUs }) => atUs >= sinceUs) ?? false;
  const journal = units.every(hasMessage) ? early : await journalLater(exec, units);
  const byUnit = new Map((shown.ok ? shown.value : []).map((each) => [each.unit, each]));
  return fallen.map((agent) => {
    const { name, unitName, pane } = agent;
    const details = byUnit.get(unitName);
    const { result = "unknown", startedUs = 0, invocation = "", exitStatus, setupStatus } = details ?? {};
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
      ...(setupStatus === undefined
        ? {}
        : { setup: { status: setupStatus, folder: dirname(startedPath(layout, name)) } }),
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

/** Returns the reason why an agent does not run as declared; undefined if systemd knows it best. */
function resultOfView(agent: AgentView): string | undefined {
  if (hasOldConfig(agent)) return "not-restarted";
  if (isReplacedByTmux(agent)) return "nested-tmux";
  const wait = currentWait(agent);
  return wait?.kind === "limit" ? "limited" : wait?.halt === undefined ? undefined : "held";
}

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
