import type { Layout } from "../../desired/layout.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { survey } from "../../observe/survey.ts";
import type { Change } from "../../plan/change.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { agentViews, isService, ownedNames, type AgentView } from "../../plan/view/agent-view.ts";
import { hiddenSession } from "../../plan/fleet/hidden-session.ts";
import { naturally } from "../../text/natural-order.ts";
import type { Context } from "../shared/context.ts";
import { readFleet } from "../shared/read-fleet.ts";
import { selectAgents } from "../shared/select-agents.ts";

/** The agents of a run. */
export interface AgentsFound {
  readonly layout: Layout;
  readonly agents: readonly string[];
  /** Number of restarts of each agent after a failure, since its last deliberate start. */
  readonly restarts: ReadonlyMap<string, number>;
  /** Time of each agent's last start, ms since the epoch. */
  readonly startedMs: ReadonlyMap<string, number>;
  /** Agents with a session whose output goes to no file: the files of an earlier time say nothing of it. */
  readonly withoutLog: ReadonlySet<string>;
  /** The services among them. Their output is in the journal. */
  readonly services: ReadonlySet<string>;
  /** The running agents whose sessions tmux does not show, with the reason. */
  readonly hidden: ReadonlyMap<string, Change>;
}

/** Returns the selected agents, declared or still on the machine; all of them without a selection. In natural order. */
export async function agentsOf(context: Context, selection: Selection): Promise<Result<AgentsFound>> {
  const config = await readFleet(context);
  if (!config.ok) return config;
  const surveyed = await survey(config.value, { ...context, ignoresWork: true });
  if (!surveyed.ok) return surveyed;
  const { desired, observed } = surveyed.value;
  const only = await selectAgents(selection, surveyed.value);
  if (!only.ok) return only;
  const all = new Set([...desired.agents.map(({ name }) => name), ...ownedNames(observed, desired.layout)]);
  const restarts = new Map([...observed.runtime].map(([agent, runtime]) => [agent, runtime.restarts]));
  const startedMs = new Map(
    [...observed.runtime].flatMap(([agent, { startedMs: at }]) =>
      at === undefined ? [] : [[agent, at] as const],
    ),
  );
  const view = agentViews(observed, desired.layout);
  const agents = naturally(only.value ?? all);
  const withoutLog = agents.filter((name) => isOfPane(view(name)));
  const declared = new Map(desired.agents.map((agent) => [agent.name, agent]));
  const services = agents.filter((name) => {
    const agent = declared.get(name);
    return agent === undefined ? isService(view(name)) : agent.unitFile !== undefined;
  });
  return ok({
    layout: desired.layout,
    agents,
    restarts,
    startedMs,
    withoutLog: new Set(withoutLog),
    services: new Set(services),
    hidden: new Map(
      agents.flatMap((name) => {
        const reason = hiddenSession(view(name), observed, desired.layout);
        return reason === undefined ? [] : [[name, reason] as const];
      }),
    ),
  });
}

function isOfPane({ pane }: AgentView): boolean {
  return pane !== undefined && pane.log === undefined;
}
