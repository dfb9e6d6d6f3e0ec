import { fleetPlaces } from "../config/file/places/fleet-places.ts";
import { survey } from "../observe/survey.ts";
import { checkUnitPath } from "../observe/check-unit-path.ts";
import { explainAgent } from "../plan/explain/explain.ts";
import { isSocketPlan } from "../plan/fleet/plan-socket.ts";
import { planFleet } from "../plan/fleet/plan-fleet.ts";
import { cautious } from "../plan/cautious.ts";
import { whyJson } from "../report/status/why-json.ts";
import { planText } from "../report/plan/plan-text.ts";
import { whyText } from "../report/status/why-text.ts";
import { waitForReaders } from "../report/terminal/print.ts";
import { report, type Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";
import { readFleetFile } from "./shared/read-fleet.ts";
import { readWaitingValues } from "./status/waiting-values.ts";
import { selectAgents } from "./shared/select-agents.ts";
import { readTimerTimes } from "../observe/timer-times.ts";
import { reportProblems } from "./shared/reporting/report-problems.ts";
import { entryByInstance } from "../config/schema/replicas.ts";

/**
 * Runs `fleet why AGENT`: shows the way from the lines of fleet.yaml to the plan for an agent. Changes
 * nothing.
 */
export async function whyCommand(context: Context, name: string): Promise<ExitCode> {
  waitForReaders();
  const loaded = await readFleetFile(context);
  if (!loaded.ok) return report(context, loaded.diagnostics);
  const surveyed = await survey(loaded.value.config, context);
  if (!surveyed.ok) return report(context, surveyed.diagnostics);
  const named = await selectAgents({ names: [name] }, surveyed.value);
  if (!named.ok) return report(context, named.diagnostics);

  const { desired, observed, config } = surveyed.value;
  const plan = planFleet(desired, observed, cautious);
  const { layout } = desired;
  const reachable = await checkUnitPath(plan, { layout, exec: context.exec }, context.machine);
  if (!reachable.ok) return report(context, reachable.diagnostics);
  const places = await fleetPlaces(loaded.value);
  const values = await readWaitingValues(plan, surveyed.value);
  const timesOf = await readTimerTimes(context.exec, desired);
  const entryOf = entryByInstance(config.agents);
  const explained = [...(named.value ?? [])].flatMap((agent) => {
    const explanation = explainAgent(agent, desired, observed, plan, cautious);
    if (explanation === undefined) return [];
    return [{ explanation, entry: entryOf.get(agent), values: values.get(agent), times: timesOf(agent) }];
  });
  const { colors } = context.output;
  // In this case only the note is known about any agent.
  context.output.text(
    isSocketPlan(plan)
      ? planText(plan, colors, false)
      : whyText(explained, places, plan.notes, context.flags.hostHere, colors),
  );
  context.output.json(whyJson(plan.fleet, explained, places));
  reportProblems({ ...plan, agents: explained.map(({ explanation }) => explanation.plan) }, context);
  return exitCodes.ok;
}
