import { naturally } from "../../text/natural-order.ts";
import { namePattern } from "../../config/schema/values/names.ts";
import { parseCompletion, type Completion } from "../../desired/marks/completion.ts";
import { agentOfUnit, agentUnit, isDropInFolder, timerUnit, type Layout } from "../../desired/layout.ts";
import { readMark, type FileMark } from "../../desired/marks/file-mark.ts";
import { defaultPolicy, type Policy } from "../../desired/marks/policy.ts";
import { parseSuspension, type Suspension } from "../../desired/marks/suspension.ts";
import type {
  Observed,
  ObservedFile,
  ObservedPane,
  ObservedRun,
  ObservedUnit,
} from "../../observed/types.ts";
import { filesByAgent, noFiles, type AgentFiles } from "./agent-files.ts";
import { linkedDropIns, unsafeDropIns } from "./folder-check.ts";
import type { Change } from "../change.ts";
import { panesByAgent, type AgentPanes, type AgentSession } from "./agent-panes.ts";
import { sidePanesByAgent } from "./side-panes.ts";

/** Everything observed of one agent, declared or not. */
export interface AgentView {
  readonly name: string;
  readonly unitName: string;
  readonly unit: ObservedUnit | undefined;
  /** The agent's own pane, alive or dead. */
  readonly pane: ObservedPane | undefined;
  /** The sessions that end with the agent: they contain its panes and no other agent's. */
  readonly sessions: readonly AgentSession[];
  /** The declared panes next to the agent, alive or dead. */
  readonly sides: readonly ObservedPane[];
  /** A session of the agent's name without its mark on any pane. */
  readonly foreignSession: boolean;
  readonly env: ObservedFile | undefined;
  readonly dropIn: ObservedFile | undefined;
  readonly link: ObservedFile | undefined;
  readonly envMark: FileMark | undefined;
  readonly dropInMark: FileMark | undefined;
  /** The last declared policy. */
  readonly policy: Policy;
  /** The link in place of its drop-in's folder: the files behind it are not ours. */
  readonly linkedDropIns: Change | undefined;
  /** The unit file of its own: a service has one. */
  readonly unitFile: ObservedFile | undefined;
  readonly unitMark: FileMark | undefined;
  /** Its timer: the unit, the file, and the link for the start at boot. */
  readonly timer: ObservedUnit | undefined;
  readonly timerFile: ObservedFile | undefined;
  readonly timerMark: FileMark | undefined;
  readonly timerLink: ObservedFile | undefined;
  /** Somebody else can write to the folder of its drop-in. */
  readonly unsafeDropIns: Change | undefined;
  /** The suspension, in force or not. */
  readonly suspension: Suspension | undefined;
  /** It has done its work, if it is a job. */
  readonly completion: Completion | undefined;
  readonly runtime: ObservedRun | undefined;
  /** Exit status of the last run, if one ended. */
  readonly exitStatus: number | undefined;
  /** Something of it carries this fleet's mark. */
  readonly owned: boolean;
}

/** Returns true for something that is, or runs as, a service: it has no pane. */
export function isService({ unitMark, runtime }: Pick<AgentView, "unitMark" | "runtime">): boolean {
  return unitMark !== undefined || runtime?.config !== undefined;
}

/** Returns the file with the settings of the unit: the unit file of a service, the drop-in of an agent. */
export function settingsFile({
  unitMark,
  unitFile,
  dropIn,
}: Pick<AgentView, "unitMark" | "unitFile" | "dropIn">): ObservedFile | undefined {
  return unitMark === undefined ? dropIn : unitFile;
}

type ViewLookup = (name: string) => AgentView;

/** A snapshot is looked at several times over, and never changes. */
const viewLookups = new WeakMap<Observed, ViewLookup>();

/** Looks agents up in one snapshot of the fleet with this layout. */
export function agentViews(observed: Observed, layout: Layout): ViewLookup {
  const known = viewLookups.get(observed);
  if (known !== undefined) return known;
  const made = rememberingViews(createLookup(observed, layout));
  viewLookups.set(observed, made);
  return made;
}

function rememberingViews(look: ViewLookup): ViewLookup {
  const views = new Map<string, AgentView>();
  return (name) => {
    const known = views.get(name);
    if (known !== undefined) return known;
    const view = look(name);
    views.set(name, view);
    return view;
  };
}

const fileLookups = new WeakMap<Observed, ReadonlyMap<string, AgentFiles>>();

function agentFiles(observed: Observed, layout: Layout): ReadonlyMap<string, AgentFiles> {
  const known = fileLookups.get(observed) ?? filesByAgent(observed, layout);
  fileLookups.set(observed, known);
  return known;
}

function createLookup(observed: Observed, layout: Layout): ViewLookup {
  const panes = panesByAgent(observed, layout);
  const sides = sidePanesByAgent(observed, layout);
  const files = agentFiles(observed, layout);
  // Most fleets have none of these, and a question for each of a thousand agents makes as many texts.
  const hasDropIns = [...(observed.folders?.keys() ?? [])].some(isDropInFolder);
  const hasTimers = [...observed.units.keys()].some((unit) => unit.endsWith(".timer"));
  const sessionNames = new Set(
    observed.tmux.kind === "server" ? observed.tmux.panes.map((pane) => pane.sessionName) : [],
  );
  return (name) => {
    const unitName = agentUnit(layout, name);
    const unit = observed.units.get(unitName);
    const runtime = observed.runtime.get(name);
    const { env, dropIn, link, unitFile, timerFile, timerLink, suspension, completion } =
      files.get(name) ?? noFiles();
    const { pane, sessions } = panes.get(name) ?? noAgentPanes;
    const envMark = ownMark(env, name, layout);
    const unitMark = ownMark(unitFile, name, layout);
    const timerMark = ownMark(timerFile, name, layout);
    const linked = hasDropIns ? linkedDropIns(observed, layout, name) : undefined;
    const dropInMark = linked === undefined ? ownMark(dropIn, name, layout) : undefined;
    return {
      name,
      unitName,
      unit,
      pane,
      sessions,
      sides: sides.get(name) ?? noPanes,
      foreignSession: pane === undefined && sessionNames.has(name),
      env,
      dropIn,
      link,
      envMark,
      dropInMark,
      policy: envMark?.policy ?? defaultPolicy,
      linkedDropIns: linked,
      unitFile,
      unitMark,
      timer: hasTimers ? observed.units.get(timerUnit(layout, name)) : undefined,
      timerFile,
      timerMark,
      timerLink,
      unsafeDropIns: hasDropIns ? unsafeDropIns(observed, layout, name) : undefined,
      suspension: suspensionIn(suspension),
      completion: completionIn(completion),
      runtime,
      exitStatus: runtime?.exitStatus ?? unit?.exitStatus,
      owned:
        namePattern.test(name) &&
        (envMark !== undefined ||
          dropInMark !== undefined ||
          unitMark !== undefined ||
          timerMark !== undefined ||
          isMarked(pane, sessions, layout)),
    };
  };
}

const noPanes: readonly ObservedPane[] = [];
const noAgentPanes: AgentPanes = { pane: undefined, sessions: [] };

/** Returns true for a marked pane. A dead pane in a foreign session proves nothing. */
function isMarked(
  pane: ObservedPane | undefined,
  sessions: readonly AgentSession[],
  { fleet }: Layout,
): boolean {
  return pane?.config?.fleet === fleet && (!pane.dead || sessions.some(({ id }) => id === pane.sessionId));
}

/** Returns the names of all agents with the fleet's mark in a file or on a pane, sorted. */
export function ownedNames(observed: Observed, layout: Layout): readonly string[] {
  const view = agentViews(observed, layout);
  return seenNames(observed, layout).filter((name) => view(name).owned);
}

/**
 * Returns the names of all agents that may carry the fleet's mark: one of their files is unreadable. Sorted.
 */
export function unknownNames(observed: Observed, layout: Layout): readonly string[] {
  const view = agentViews(observed, layout);
  return seenNames(observed, layout).filter(
    (name) => !view(name).owned && unreadableFile(view(name)) !== undefined,
  );
}

/** Returns the unreadable file of an agent that may carry a mark, if its name could be an agent's of ours. */
export function unreadableFile({ name, env, dropIn }: AgentView): "env" | "dropIn" | undefined {
  if (!namePattern.test(name)) return undefined;
  return env?.kind === "unreadable" ? "env" : dropIn?.kind === "unreadable" ? "dropIn" : undefined;
}

const seen = new WeakMap<Observed, readonly string[]>();

/**
 * Returns the names of everything that looks like an agent of the fleet with this layout, marked or not,
 * sorted.
 */
export function seenNames(observed: Observed, layout: Layout): readonly string[] {
  const known = seen.get(observed) ?? findNames(observed, layout);
  seen.set(observed, known);
  return known;
}

function findNames(observed: Observed, layout: Layout): readonly string[] {
  const names = new Set(agentFiles(observed, layout).keys());
  for (const unit of observed.units.keys()) {
    const name = agentOfUnit(layout, unit);
    if (name !== undefined) names.add(name);
  }
  for (const name of panesByAgent(observed, layout).keys()) names.add(name);
  return naturally(names);
}

/** Returns a suspension. An unreadable file at its path suspends as well: unknown is not absent. */
function suspensionIn(file: ObservedFile | undefined): Suspension | undefined {
  return file && parseSuspension(file.kind === "file" ? file.content : "");
}

function completionIn(file: ObservedFile | undefined): Completion | undefined {
  return file && parseCompletion(file.kind === "file" ? file.content : "");
}

/**
 * Returns the mark of a regular file, if it is this fleet's and names this agent: a copy of another's file is
 * not ours.
 */
function ownMark(file: ObservedFile | undefined, agent: string, layout: Layout): FileMark | undefined {
  if (file?.kind !== "file" || !namePattern.test(agent)) return undefined;
  const mark = readMark(file.content);
  return mark?.fleet === layout.fleet && mark.agent === agent ? mark : undefined;
}
