import { digest } from "../../text/digests/digest.ts";
import type { Layout } from "../../desired/layout.ts";
import type { Observed, ObservedFile } from "../../observed/types.ts";
import { agentViews } from "../view/agent-view.ts";
import { isInCrashLoop } from "../view/crash-loop.ts";
import type { Action } from "../types.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

/**
 * The preconditions of an action, as plain words by name: it is only right as long as they hold. Digests
 * stand for contents, so they contain no secret.
 */
export type Preconditions = Readonly<Record<string, string>>;

/** systemd's ids of the units' runs, by unit. */
export type Invocations = ReadonlyMap<string, string>;

/** Returns the units whose runs are preconditions of these actions. */
export function unitsIn(actions: readonly Action[]): readonly string[] {
  return [...new Set(actions.filter(isRunAction).map(({ target }) => target))];
}

/** The source of preconditions. */
export interface Scene {
  readonly observed: Observed;
  readonly layout: Layout;
  readonly invocations: Invocations;
  /**
   * A secret of this machine, as the key of digests: from the mere digest of an env file, a reader of the
   * plan could guess a short secret in it.
   */
  readonly key: string;
}

/** Returns the preconditions of one action, as observed. */
export function preconditionsOf(action: Action, scene: Scene): Preconditions {
  const { observed, key } = scene;
  const file = fileFact(observed.files.get(action.target), key);
  switch (action.kind) {
    case "write-file":
      return { file, content: digest(`${key}\n${action.content}`) };
    case "remove-file":
      return { file };
    case "link":
      return { link: file, to: action.to };
    case "unlink":
      return { link: file };
    case "set-mode":
      return { mode: modeFact(observed, action.target), to: action.mode.toString(8) };
    // These are right at any time.
    case "daemon-reload":
    case "reset-failed":
      return {};
    case "start":
    case "restart":
      return { ...runPreconditions(action, scene), ...failureFact(action, scene) };
    case "stop":
      return runPreconditions(action, scene);
    case "kill-session":
    case "tag":
    case "log":
      return sessionFact(action.agent, scene);
    case "windows":
      return { ...sessionFact(action.agent, scene), windows: windowsFact(action.agent, scene) };
    case "recreate-socket":
      return { server: String(observed.tmux.kind === "absent" ? observed.tmux.lostPid : "reached") };
  }
}

/** Returns the run of the unit, and the run in the session. */
function runPreconditions(action: Action, scene: Scene): Preconditions {
  const { observed, invocations } = scene;
  const unit = observed.units.get(action.target);
  return {
    load: unit?.load ?? "not loaded",
    unit: unit === undefined ? "inactive dead" : `${unit.active} ${unit.sub}`,
    invocation: invocations.get(action.target) || "none",
    ...sessionFact(action.agent, scene),
  };
}

/** A common value for all runs of an agent in a crash loop: they contain no work. */
export const inCrashLoop = "in a crash loop";

/**
 * Returns the precondition an agent crashes by itself. It may crash once more between the plan and its
 * apply, and nobody confirms one or the other run: while it crashes, its runs are no preconditions.
 */
function failureFact({ kind, agent, reason, target }: Action, { observed, layout }: Scene): Preconditions {
  if (agent === undefined) return {};
  const view = agentViews(observed, layout)(agent);
  if (isInCrashLoop(view, observed.now)) return { failure: inCrashLoop };
  const isLive = view.pane !== undefined && !view.pane.dead;
  const isDown = !isUp(unitPhase(observed.units.get(target))) && !isLive;
  return kind === "start" && reason === "failed" && isDown ? { failure: "does not run" } : {};
}

/** Preconditions that identify one run of an agent. */
const ofOneRun = ["unit", "invocation", "session", "config"];

function isOfCrashes(before: Preconditions, now: Preconditions): boolean {
  return before["failure"] !== undefined && now["failure"] !== undefined;
}

/** A changed precondition; undefined for one in the other set alone. */
export interface ChangedPrecondition {
  readonly name: string;
  readonly before: string | undefined;
  readonly now: string | undefined;
}

/**
 * Returns the changed preconditions; empty if there are none. Ignores changes by `earlier` actions of this
 * run.
 */
export function changedPreconditions(
  action: Action,
  before: Preconditions,
  now: Preconditions,
  earlier: readonly Action[] = [],
): readonly ChangedPrecondition[] {
  const own = new Set([
    "failure", // Only says whether the others count.
    ...(isOfCrashes(before, now) ? ofOneRun : []),
    ...earlier.flatMap((each) => changedBy(each, action, before)),
  ]);
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => !own.has(name) && before[name] !== now[name])
    .map((name) => ({ name, before: before[name], now: now[name] }));
}

/** Returns the preconditions of an action an earlier one of the same plan changes. */
function changedBy(earlier: Action, action: Action, before: Preconditions): readonly string[] {
  if (earlier.kind === "daemon-reload") return ["load"];
  // The holder belongs to no agent.
  const isSame =
    earlier.agent === undefined ? earlier.target === action.target : earlier.agent === action.agent;
  if (!isSame) return [];
  switch (earlier.kind) {
    case "stop":
    case "start":
    case "restart":
      return ["load", "unit", "invocation", "session", "config"];
    case "kill-session":
      return ["session", "config"];
    case "reset-failed":
      // For a unit that has not failed, it only clears a counter. For a failed one, systemd also forgets the
      // last run.
      return before["unit"]?.startsWith("failed ") ? ["load", "unit", "invocation"] : [];
    case "tag":
      return ["config"];
    case "write-file":
    case "remove-file":
    case "link":
    case "unlink":
    case "set-mode":
    case "log":
    case "windows":
    case "recreate-socket":
      return [];
  }
}

/** Returns the declared panes next to an agent, with their processes. */
function windowsFact(agent: string | undefined, { observed, layout }: Scene): string {
  const { sides } = agentViews(observed, layout)(agent ?? "");
  const words = sides.map(({ id, pid, dead }) => `${id} process ${pid}${dead ? " dead" : ""}`);
  return words.sort().join(", ") || "none";
}

/** Returns true for an action that begins or ends a run of a unit. */
export function isRunAction({ kind }: Action): boolean {
  return kind === "start" || kind === "stop" || kind === "restart";
}

function fileFact(file: ObservedFile | undefined, key: string): string {
  switch (file?.kind) {
    case undefined:
      return "absent";
    case "file":
      return `${digest(`${key}\n${file.content}`)} mode ${file.mode.toString(8)}`;
    case "link":
      return `link to ${file.target}`;
    case "unreadable":
    case "other":
      return file.kind;
  }
}

function modeFact({ folders }: Observed, path: string): string {
  const access = folders?.get(path)?.access;
  return access === undefined ? "absent" : (access.mode & 0o7777).toString(8);
}

/** Returns the pane with its configuration at the start, and the sessions that end with it. */
function sessionFact(agent: string | undefined, { observed, layout, key }: Scene): Preconditions {
  if (agent === undefined) return {};
  const { pane, sessions } = agentViews(observed, layout)(agent);
  const ids = sessions.map(({ id }) => id).sort();
  const process = pane === undefined ? [] : [pane.id, `process ${pane.pid}`, ...(pane.dead ? ["dead"] : [])];
  return {
    session: [...ids, ...process].join(" ") || "none",
    config: pane?.config === undefined ? "unknown" : digest(`${key}\n${pane.config.hash}`),
  };
}
