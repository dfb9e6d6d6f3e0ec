import { ignoredChecks } from "../observe/doctor/ignored-checks.ts";
import { observeLingering } from "../observe/lingering.ts";
import { memoryReader } from "../observe/processes/resource-use.ts";
import { isCommandStopped } from "../observe/processes/stopped-command.ts";
import { readWatcher } from "../observe/watch/watcher.ts";
import { checkUnitPath } from "../observe/check-unit-path.ts";
import { agentViews } from "../plan/view/agent-view.ts";
import { planFleet } from "../plan/fleet/plan-fleet.ts";
import { cautious } from "../plan/cautious.ts";
import { leftOutNote } from "../plan/fleet/selection-notes.ts";
import { agentStatuses } from "../plan/explain/status.ts";
import { statusJson, type FleetStatus } from "../report/status/status-json.ts";
import { statusText } from "../report/status/status-text.ts";
import { waitForReaders } from "../report/terminal/print.ts";
import { report, type Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";
import type { Selection } from "../plan/selection/selection.ts";
import { selectAgents } from "./shared/select-agents.ts";
import { survey } from "../observe/survey.ts";
import { readFleet } from "./shared/read-fleet.ts";

/** Runs `fleet status`: shows the declared, the running and the waiting agents. */
export async function statusCommand(context: Context, selection: Selection): Promise<ExitCode> {
  waitForReaders();
  const { machine } = context;
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const lingering = observeLingering(context.exec, machine.uid); // during the observation
  const surveyed = await survey(config.value, context);
  if (!surveyed.ok) return report(context, surveyed.diagnostics);
  const { desired, observed } = surveyed.value;
  const only = await selectAgents(selection, surveyed.value);
  if (!only.ok) return report(context, only.diagnostics);

  const plan = planFleet(desired, observed, cautious);
  const { layout } = desired;
  const reachable = await checkUnitPath(plan, { layout, exec: context.exec }, machine);
  if (!reachable.ok) return report(context, reachable.diagnostics);
  const view = agentViews(observed, layout);
  const all = agentStatuses(desired, observed, plan);
  const selected = all.filter(({ name }) => only.value?.has(name) ?? true);
  const memoryOf = memoryReader();
  const status: FleetStatus = {
    fleet: layout.fleet,
    holder: {
      active: observed.units.get(layout.holderUnit)?.active ?? "inactive",
      pid: observed.tmux.kind === "server" ? observed.tmux.pid : undefined,
      socket: layout.socket,
    },
    agents: selected.map((agent) => {
      const { pane } = view(agent.name);
      return {
        ...agent,
        memoryBytes: agent.pid === undefined ? undefined : memoryOf(agent.unit, agent.pid),
        isFrozen: agent.state === "running" && pane !== undefined && isCommandStopped(pane.pid),
      };
    }),
    watcher: readWatcher(layout),
    lingering: await lingering,
    notes: [...plan.notes, ...leftOutNote(selected.length, all.length)],
    deviations: plan.deviations ?? [],
  };
  const ignored = ignoredChecks(machine);
  const shown = ignored.size === 0 ? status : (await import("../doctor/silence.ts")).silence(status, ignored);
  if (context.flags.json ?? false) context.output.json(statusJson(status));
  else context.output.text(statusText(shown, observed.now, context.output.colors));
  return exitCodes.ok;
}
