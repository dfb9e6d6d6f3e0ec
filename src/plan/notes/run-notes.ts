import { grouped } from "../../text/grouped.ts";
import { runtimeOfGroup, type Turn } from "../../desired/pace.ts";
import type { Desired, DesiredAgent } from "../../desired/types.ts";
import type { Observed, GroupHalt } from "../../observed/types.ts";
import { agentViews, type AgentView } from "../view/agent-view.ts";
import { turnsOf } from "../actions.ts";
import type { Note } from "../note.ts";
import type { Action } from "../types.ts";
import { currentWait } from "../view/current-wait.ts";
import { unitPhase } from "../view/unit-phase.ts";

interface ViewedAgent {
  readonly agent: DesiredAgent;
  readonly view: AgentView;
}

/** Returns what people should know of how agents run or have ended: one note for each cause. */
export function runNotes({ agents, layout }: Desired, observed: Observed): readonly Note[] {
  const view = agentViews(observed, layout);
  const seen = agents
    .filter(({ state }) => state === "running")
    .map((agent) => ({ agent, view: view(agent.name) }))
    .filter(({ view: { owned } }) => owned);
  return [
    ...heldNotes(seen),
    ...lostWorkdirNotes(seen),
    ...failedWorktreeNotes(seen, observed),
    ...endNotes(seen),
  ];
}

/** Reports agents that wait because others have ended alike, by their groups. */
function heldNotes(seen: readonly ViewedAgent[]): readonly Note[] {
  const halts = new Map<string, GroupHalt>();
  const byGroup = grouped(seen, ({ view }) => {
    const halt = currentWait(view)?.halt;
    if (halt !== undefined) halts.set(halt.group, halt);
    return halt?.group;
  });
  return [...byGroup].flatMap(([group, some]): readonly Note[] => {
    const halt = halts.get(group);
    if (halt === undefined) return [];
    const { count, exitStatus, untilMs, isTrying } = halt;
    const agents = some.map(({ agent }) => agent.name);
    return [
      { kind: "starts-held", runtime: runtimeOfGroup(group), count, exitStatus, untilMs, isTrying, agents },
    ];
  });
}

/** Reports agents with a removed directory: they continue to run, but each of their calls there fails. */
function lostWorkdirNotes(seen: readonly ViewedAgent[]): readonly Note[] {
  const byPath = grouped(seen, ({ view }) => view.pane?.lostWorkdir);
  return [...byPath].map(([path, some]) => {
    const agents = some.map(({ agent }) => agent.name);
    const isMissing = some.some(({ agent }) => agent.needs.some((need) => need.reason === "workdir-missing"));
    return { kind: "workdir-removed", agents, path, isMissing };
  });
}

/** Reports agents whose last start failed because of their worktree, in the words of the start script. */
function failedWorktreeNotes(seen: readonly ViewedAgent[], { inputs }: Observed): readonly Note[] {
  const failures = new Map(
    [...(inputs.worktrees?.values() ?? [])].flatMap(({ agent, failure }) =>
      failure === undefined ? [] : [[agent, failure] as const],
    ),
  );
  return seen.flatMap(({ agent: { name }, view: { unit } }): readonly Note[] => {
    const failure = failures.get(name);
    const isUp = unitPhase(unit) === "running" || unitPhase(unit) === "starting";
    return failure === undefined || isUp ? [] : [{ kind: "worktree-failed", agent: name, failure }];
  });
}

/**
 * Reports commands that ended with status 0 although their agents should run: they are started again, and
 * would end again.
 */
function endNotes(seen: readonly ViewedAgent[]): readonly Note[] {
  const ended = seen.filter(
    ({ agent, view: { unit, pane } }) =>
      !agent.isJob && agent.timer === undefined && unitPhase(unit) === "stopped" && pane?.dead === true,
  );
  const others = ended.filter(({ view }) => view.pane?.left === undefined).map(({ agent }) => agent.name);
  return [
    ...ended.flatMap(({ agent, view }): readonly Note[] => {
      const left = view.pane?.left;
      return left === undefined ? [] : [{ kind: "went-to-background", agent: agent.name, left }];
    }),
    ...(others.length === 0 ? [] : [{ kind: "ended-by-itself", agents: others } as const]),
  ];
}

/** Tells of groups in which not all agents may restart at once. */
export function turnNotes(actions: readonly Action[]): readonly Note[] {
  const groups = new Map<string, { turn: Turn; count: number }>();
  for (const action of actions) {
    if (action.kind !== "restart") continue;
    for (const turn of turnsOf(action)) {
      groups.set(turn.group, { turn, count: (groups.get(turn.group)?.count ?? 0) + 1 });
    }
  }
  return [...groups.values()]
    .filter(({ turn, count }) => count > turn.parallel)
    .map(({ turn: { group, parallel, intervalMs }, count }) => ({
      kind: "restarts-in-turns",
      runtime: runtimeOfGroup(group),
      count,
      parallel,
      intervalMs,
    }));
}
