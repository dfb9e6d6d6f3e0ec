import type { FleetConfig } from "../../config/types.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { observeLingering } from "../../observe/lingering.ts";
import { observeLogFiles } from "../../observe/files/log-files.ts";
import { memoryReader, processorReader } from "../../observe/processes/resource-use.ts";
import { isCommandStopped } from "../../observe/processes/stopped-command.ts";
import { readWatcher } from "../../observe/watch/watcher.ts";
import { checkUnitPath } from "../../observe/check-unit-path.ts";
import { survey } from "../../observe/survey.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { cautious } from "../../plan/cautious.ts";
import { hasActivities } from "../../activity/has-activities.ts";
import type { Activity } from "../../activity/activity.ts";
import type { Survey } from "../../observed/survey.ts";
import type { ObservedPane } from "../../observed/types.ts";
import { agentStatuses } from "../../plan/explain/status.ts";
import { leftOutNote } from "../../plan/notes/selection-notes.ts";
import { planFleet } from "../../plan/fleet/plan-fleet.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import type { ColumnName } from "../../report/table/column-names.ts";
import type { FleetStatus } from "../../report/status/status-json.ts";
import type { LogStatus } from "../../report/table/table-row.ts";
import type { Context } from "../shared/context.ts";
import { sourceStatusOf } from "./source-status.ts";
import { inPieces } from "./in-pieces.ts";
import { readWaitingValues } from "./waiting-values.ts";
import { readTimerTimes } from "../../observe/timer-times.ts";
import { selectAgents } from "../shared/select-agents.ts";

/** The state of a fleet at one moment. */
export interface StatusLook {
  readonly status: FleetStatus;
  /** The panes of its agents (`%N`), by agent. */
  readonly panes: ReadonlyMap<string, string>;
  /** ms since the epoch. */
  readonly now: number;
}

/** Looks at the fleet, and at its processes as far as the columns need them. Changes nothing. */
export async function lookAtFleet(
  config: FleetConfig,
  selection: Selection,
  columns: readonly ColumnName[],
  context: Context,
): Promise<Result<StatusLook>> {
  const { machine } = context;
  const lingering = observeLingering(context.exec, machine.uid); // during the observation
  const surveyed = await survey(config, context);
  if (!surveyed.ok) return surveyed;
  const { desired, observed } = surveyed.value;
  const only = await selectAgents(selection, surveyed.value);
  if (!only.ok) return only;

  const plan = planFleet(desired, observed, cautious);
  const { layout } = desired;
  const reachable = await checkUnitPath(plan, { layout, exec: context.exec }, machine);
  if (!reachable.ok) return reachable;
  const view = agentViews(observed, layout);
  const all = agentStatuses(desired, observed, plan);
  const selected = all.filter(({ name }) => only.value?.has(name) ?? true);
  const values = await readWaitingValues(plan, surveyed.value);
  const activities = await activitiesOf(surveyed.value, (name) => only.value?.has(name) ?? true, context);
  const timesOf = await readTimerTimes(context.exec, desired);
  const memoryOf = memoryReader();
  const processorOf = columns.includes("cpu") ? processorReader() : undefined;
  const panes = new Map<string, string>();
  const withLog = new Set(desired.agents.flatMap(({ name, log }) => (log === undefined ? [] : [name])));
  const logOf = (name: string, pane: ObservedPane | undefined): LogStatus | undefined => {
    const isWritten = pane?.log !== undefined && pane.isPiped === true && !pane.dead;
    if (!isWritten && !withLog.has(name)) return undefined;
    return { ...observeLogFiles(layout, name), isWritten };
  };
  const wantsLogs = columns.includes("log");
  const agents = await inPieces(selected, (agent) => {
    const { pane } = view(agent.name);
    if (pane !== undefined) panes.set(agent.name, pane.id);
    const times = timesOf(agent.name);
    const micros = agent.pid === undefined ? undefined : processorOf?.(agent.unit, agent.pid);
    return {
      ...agent,
      ...(times === undefined ? {} : { times }),
      activity: agent.state === "running" ? activities.get(agent.name) : undefined,
      values: values.get(agent.name),
      memoryBytes: agent.pid === undefined ? undefined : memoryOf(agent.unit, agent.pid),
      ...(micros === undefined ? {} : { processorMs: micros / 1000 }),
      ...(wantsLogs ? { log: logOf(agent.name, pane) } : {}),
      isFrozen: agent.state === "running" && pane !== undefined && isCommandStopped(pane.pid),
    };
  });
  const status: FleetStatus = {
    fleet: layout.fleet,
    holder: {
      active: observed.units.get(layout.holderUnit)?.active ?? "inactive",
      ...(observed.tmux.kind === "server"
        ? { pid: observed.tmux.pid, version: observed.tmux.version }
        : { pid: undefined }),
      socket: layout.socket,
    },
    agents,
    watcher: readWatcher(layout),
    source: await sourceStatusOf(config, machine),
    lingering: await lingering,
    notes: [...plan.notes, ...leftOutNote(selected.length, all.length)],
    deviations: plan.deviations ?? [],
  };
  return ok({ status, panes, now: observed.now });
}

/** Returns what agents do. Loads nothing for a fleet without a known program and without hooks. */
async function activitiesOf(
  { desired, observed }: Survey,
  only: (agent: string) => boolean,
  { exec }: Context,
): Promise<ReadonlyMap<string, Activity>> {
  if (!hasActivities(desired)) return new Map();
  const { observeActivities } = await import("../../observe/activity/observe-activities.ts");
  return observeActivities(desired, observed, only, exec);
}
