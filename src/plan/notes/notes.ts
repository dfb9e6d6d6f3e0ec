import { inNaturalOrder, naturally } from "../../text/natural-order.ts";
import type { Layout } from "../../desired/layout.ts";
import type { Desired } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import { tmuxNotes } from "./tmux-notes.ts";
import type { Change, Reason } from "../change.ts";
import type { Note } from "../note.ts";
import { reasonOf, type AgentPlan } from "../agent-plan.ts";
import type { FileChange, PlanOptions } from "../types.ts";
import { runNotes } from "./run-notes.ts";
import { unitPhase } from "../view/unit-phase.ts";

/** Returns what people should know besides the actions. */
export function planNotes(
  desired: Desired,
  observed: Observed,
  sharedChanges: readonly FileChange[],
  hindrance: Change | undefined,
): readonly Note[] {
  return [
    ...(hindrance === undefined ? [] : [hindranceNote(hindrance, desired.layout)]),
    ...tmuxNotes(observed, desired.layout),
    ...holderNote(desired, observed, sharedChanges),
    ...olderScriptNote(desired, observed),
    ...renamedNotes(observed),
    ...runNotes(desired, observed),
    ...newcomerNote(observed, sharedChanges),
    ...lostWatchNote(observed),
  ];
}

/** Returns a note on agents whose automatic restart a plan leaves to systemd; empty without such agents. */
export function leftToSystemdNotes(
  desired: Desired,
  { units }: Observed,
  { leaveToSystemd = false, only }: PlanOptions,
): readonly Note[] {
  if (!leaveToSystemd) return [];
  const names = desired.agents
    .filter(({ name, state }) => state === "running" && (only?.has(name) ?? true))
    .filter(({ unit }) => unitPhase(units.get(unit)) === "restarting")
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [{ kind: "left-to-systemd", agents: names }];
}

/** Reports a file that removes agents of another file, such as the same file in another worktree. */
export function otherFileNotes(agents: readonly AgentPlan[], { appliedFile }: Observed): readonly Note[] {
  const isRemoval = agents.some((agent) => reasonOf(agent) === "no-longer-declared");
  if (!isRemoval || appliedFile === undefined || appliedFile.isThis) return [];
  return [{ kind: "another-file", path: appliedFile.path }];
}

/** Explains the way on from handmade agents. */
export function adoptionNotes(agents: readonly AgentPlan[]): readonly Note[] {
  const blockedNotes = (kind: "adoptable" | "not-as-declared", why: Reason): readonly Note[] => {
    const blocked = agents.filter((agent) => agent.action === "blocked" && agent.reason === why);
    return blocked.length === 0 ? [] : [{ kind, agents: blocked.map(({ name }) => name) }];
  };
  return [...blockedNotes("adoptable", "not-ours"), ...blockedNotes("not-as-declared", "adopt-differs")];
}

/** Returns the note on an obstacle for the whole fleet. */
export function hindranceNote(change: Change, { fleet, socket, holderUnit }: Layout): Note {
  return { kind: "hindrance", change, fleet, socket, holder: holderUnit };
}

function holderNote(
  { layout }: Desired,
  { units }: Observed,
  changes: readonly FileChange[],
): readonly Note[] {
  const changed = changes.some(({ role, reason }) => role === "holder" && reason !== "not-loaded");
  if (!changed || unitPhase(units.get(layout.holderUnit)) !== "running") return [];
  return [{ kind: "holder-outdated", holder: layout.holderUnit }];
}

function olderScriptNote({ unitsDigest, layout }: Desired, { tmux }: Observed): readonly Note[] {
  if (tmux.kind === "absent") return [];
  const older = tmux.panes.filter(
    ({ dead, config, units }) => !dead && config?.fleet === layout.fleet && units !== unitsDigest,
  );
  if (older.length === 0) return [];
  return [{ kind: "older-script", agents: naturally(older.map(({ agent }) => agent ?? "")) }];
}

/** Warns of a changed `name:` in a file: it makes a second fleet, usually by mistake. */
function newcomerNote({ otherFleets = [] }: Observed, changes: readonly FileChange[]): readonly Note[] {
  const isNew = changes.some(({ role, reason }) => role === "template" && reason === "new");
  if (!isNew || otherFleets.length === 0) return [];
  return [{ kind: "another-fleet", others: otherFleets.map(({ fleet }) => fleet) }];
}

function renamedNotes({ tmux }: Observed): readonly Note[] {
  if (tmux.kind === "absent") return [];
  const renamed = tmux.panes.flatMap(
    ({ dead, agent, sessionName: session, config }): readonly Extract<Note, { session: string }>[] =>
      !dead && config && agent !== undefined && agent !== session
        ? [{ kind: "session-renamed", agent, session }]
        : [],
  );
  return inNaturalOrder(renamed, ({ agent }) => agent);
}

function lostWatchNote({ lostWatch }: Observed): readonly Note[] {
  if (lostWatch === undefined) return [];
  const { unit, missing } = lostWatch;
  return [{ kind: "watch-broken", unit, missing }];
}
