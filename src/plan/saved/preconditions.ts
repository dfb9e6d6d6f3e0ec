import { digest } from "../../text/digest.ts";
import type { Layout } from "../../desired/layout.ts";
import type { Observed, ObservedFile } from "../../observed/types.ts";
import { agentViews } from "../view/agent-view.ts";
import { isInCrashLoop } from "../view/crash-loop.ts";
import type { Action } from "../types.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

/**
 * What an action rests on, as plain words by name: it is only right as long as these are what they were. Digests stand for
 * contents, so that nothing secret is in it.
 */
export type Preconditions = Readonly<Record<string, string>>;

/** systemd's ids of the units' runs, by unit. */
export type Invocations = ReadonlyMap<string, string>;

/** The units whose runs the facts of these actions are about. */
export function unitsIn(actions: readonly Action[]): readonly string[] {
  return [...new Set(actions.filter((action) => isUnitAction(action)).map(({ target }) => target))];
}

/** Where facts are taken from. */
export interface Scene {
  readonly observed: Observed;
  readonly layout: Layout;
  readonly invocations: Invocations;
  /**
   * Something that only this machine knows. Contents are digested with it: from the mere digest of an env file, a short
   * secret in it could be guessed by whoever sees the plan.
   */
  readonly key: string;
}

/** The facts that one action rests on, as they were observed. */
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
    // What these do is right at any time.
    case "daemon-reload":
    case "reset-failed":
      return {};
    case "start":
    case "restart":
      return { ...runFacts(action, scene), ...failureFact(action, scene) };
    case "stop":
      return runFacts(action, scene);
    case "kill-session":
    case "tag":
      return sessionFact(action.agent, scene);
    case "recreate-socket":
      return { server: String(observed.tmux.kind === "absent" ? observed.tmux.lostPid : "reached") };
  }
}

/** Which run of the unit it is, and of what in the session. */
function runFacts(action: Action, scene: Scene): Preconditions {
  const { observed, invocations } = scene;
  const unit = observed.units.get(action.target);
  return {
    load: unit?.load ?? "not loaded",
    unit: unit === undefined ? "inactive dead" : `${unit.active} ${unit.sub}`,
    invocation: invocations.get(action.target) || "none",
    ...sessionFact(action.agent, scene),
  };
}

/** What stands for all runs of an agent that crashes by itself: nobody's work is in them. */
export const inCrashLoop = "in a crash loop";

/**
 * That an agent crashes by itself. It may crash once more between the plan and its apply, and nobody agrees to the one or
 * the other run: as long as it crashes, its runs are no facts.
 */
function failureFact({ kind, agent, reason, target }: Action, { observed, layout }: Scene): Preconditions {
  if (agent === undefined) return {};
  const view = agentViews(observed, layout)(agent);
  if (isInCrashLoop(view, observed.now)) return { failure: inCrashLoop };
  const isLive = view.pane !== undefined && !view.pane.dead;
  const isDown = !isUp(unitPhase(observed.units.get(target))) && !isLive;
  return kind === "start" && reason === "failed" && isDown ? { failure: "does not run" } : {};
}

/** Preconditions that say which run of an agent it is. */
const ofOneRun = ["unit", "invocation", "session", "config"];

function isOfCrashes(before: Preconditions, now: Preconditions): boolean {
  return before["failure"] !== undefined && now["failure"] !== undefined;
}

/**
 * What is different now, in words; nothing where all is as it was. `earlier` are the actions that this very run has done:
 * what they change is no news.
 */
export function changedPreconditions(
  action: Action,
  before: Preconditions,
  now: Preconditions,
  earlier: readonly Action[] = [],
): readonly string[] {
  const own = new Set([
    "failure", // Only says whether the others count.
    ...(isOfCrashes(before, now) ? ofOneRun : []),
    ...earlier.flatMap((each) => changedBy(each, action, before)),
  ]);
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => !own.has(name) && before[name] !== now[name])
    .map((name) => `${name}: ${before[name] ?? "none"} then, ${now[name] ?? "none"} now`);
}

/** The facts of an action that an earlier one of the same plan changes. */
function changedBy(earlier: Action, action: Action, before: Preconditions): readonly string[] {
  if (earlier.kind === "daemon-reload") return ["load"];
  // The holder is nobody's.
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
      // Of others it only clears a counter. What has not failed any more is forgotten, its last run too.
      return before["unit"]?.startsWith("failed ") ? ["load", "unit", "invocation"] : [];
    case "tag":
      return ["config"];
    case "write-file":
    case "remove-file":
    case "link":
    case "unlink":
    case "set-mode":
    case "recreate-socket":
      return [];
  }
}

function isUnitAction({ kind }: Action): boolean {
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

/** The pane with what it was started with, and the sessions that end with it. */
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
