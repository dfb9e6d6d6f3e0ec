import type { Desired, DesiredAgent } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import { agentViews, type AgentView } from "../view/agent-view.ts";
import { unitPhase } from "../view/unit-phase.ts";
import { listOf } from "../../text/counting.ts";

interface Seen {
  readonly agent: DesiredAgent;
  readonly view: AgentView;
}

/** What people should know of how agents run or have ended, beside what is done about it: whole sentences, one a cause. */
export function runNotes({ agents, layout }: Desired, observed: Observed): readonly string[] {
  const view = agentViews(observed, layout);
  const seen = agents
    .filter(({ state }) => state === "running")
    .map((agent) => ({ agent, view: view(agent.name) }))
    .filter(({ view: { owned } }) => owned);
  return [...lostWorkdirNotes(seen), ...endNotes(seen)];
}

/** Agents whose directory was removed run on, and each of their calls there fails. */
function lostWorkdirNotes(seen: readonly Seen[]): readonly string[] {
  const byPath = new Map<string, Seen[]>();
  for (const each of seen) {
    const path = each.view.pane?.lostWorkdir;
    if (path !== undefined) byPath.set(path, [...(byPath.get(path) ?? []), each]);
  }
  return [...byPath].map(([path, some]) => {
    const names = some.map(({ agent }) => agent.name);
    const isMissing = some.some(({ agent }) => agent.needs.some((need) => need.reason === "workdir-missing"));
    const what = `${listOf(names)} ${names.length === 1 ? "works" : "work"} in ${path}, which was removed`;
    const restart = `fleet restart ${names.join(" ")}`;
    return isMissing
      ? `${what}: every call there fails. It is not restarted into nothing. Make the directory again, and then: ${restart}`
      : `${what} and made again since: every call in the old one fails. To work in the new one: ${restart}`;
  });
}

/** Commands that ended with status 0 although their agents should run: they are started again, and would end again. */
function endNotes(seen: readonly Seen[]): readonly string[] {
  const ended = seen.filter(
    ({ agent, view: { unit, pane } }) => !agent.isJob && unitPhase(unit) === "stopped" && pane?.dead === true,
  );
  const inBackground = ended.filter(({ view }) => view.pane?.left !== undefined);
  const others = ended.filter(({ view }) => view.pane?.left === undefined).map(({ agent }) => agent.name);
  return [
    ...inBackground.map(
      ({ agent, view }) =>
        `The command of ${agent.name} went to the background: it ended with exit status 0 and left ${view.pane?.left}, ` +
        "which ended with the agent. Have it run in the foreground (many programs have an option for that).",
    ),
    ...(others.length === 0
      ? []
      : [
          `The command of ${listOf(others)} ended by itself with exit status 0, and is started again. ` +
            "If its work is done then, declare it as a job: restart: { policy: until-success }.",
        ]),
  ];
}
