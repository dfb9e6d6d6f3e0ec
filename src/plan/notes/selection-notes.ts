import { isStart } from "../actions.ts";
import { naturally } from "../../text/natural-order.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { AgentDiff } from "../agent-diff.ts";
import type { Note } from "../note.ts";
import type { AgentView } from "../view/agent-view.ts";
import { isCompleted } from "../view/completed.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

/** The fleet around a selection. */
interface Around {
  /** Names of all agents, declared or there. */
  readonly names: readonly string[];
  readonly agents: readonly DesiredAgent[];
  /** False for a command that starts, restarts or adopts. */
  readonly isApply: boolean;
  readonly isSelected: (name: string) => boolean;
  readonly view: (name: string) => AgentView;
}

/** Returns notes on the agents outside of a selection, from the differences of the selected ones. */
export function selectionNotes(diffs: readonly AgentDiff[], around: Around): readonly Note[] {
  const selected = around.names.filter(around.isSelected).length;
  // A start or a restart is about some agents anyway.
  const leftOut = around.isApply ? leftOutNote(selected, around.names.length) : [];
  const along = startedAlong(diffs, around);
  return [
    ...leftOut,
    ...(along.length === 0 ? [] : [{ kind: "started-along", agents: naturally(along) } as const]),
  ];
}

/** Returns the note on agents that are not selected; empty if all are. */
export function leftOutNote(selected: number, all: number): readonly Note[] {
  return selected === all ? [] : [{ kind: "left-out", selected, all }];
}

/** Returns the dependencies, at any depth, that systemd starts because of their Wants=. */
function startedAlong(diffs: readonly AgentDiff[], { agents, isSelected, view }: Around): readonly string[] {
  const declared = new Map(agents.map((agent) => [agent.name, agent]));
  const reached = new Set(diffs.filter(({ actions }) => actions.some(isStart)).map(({ plan }) => plan.name));
  // A set takes what is added during the loop, too.
  for (const name of reached) for (const wanted of declared.get(name)?.wants ?? []) reached.add(wanted);
  return [...reached].filter((name) => {
    const agent = declared.get(name);
    if (agent === undefined || isSelected(name)) return false;
    return !isUp(unitPhase(view(name).unit)) && !isCompleted(agent, view(name));
  });
}
