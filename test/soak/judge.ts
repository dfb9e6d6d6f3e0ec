import { reasonOf, type AgentPlan } from "../../src/plan/agent-plan.ts";
import { changes } from "../support/fleet/snapshot.ts";
import { commandsIn, verbsIn, withoutUnitNames, type PlannedFleet } from "../support/fleet/fleet.ts";
import type { Ran } from "../support/rig/sandbox.ts";
import type { Look } from "./look.ts";
import { canary, type Declared, type Spec } from "./model.ts";
import { strangersIn } from "./strangers.ts";

/** A person's request to `fleet`. */
export interface Asked {
  readonly verb: string;
  /** Nobody stands for all. */
  readonly agents: readonly string[];
  readonly now: boolean;
}

/** One run of `fleet` that may have changed something, or several at once. */
export interface Episode {
  readonly asked: Asked;
  readonly before: Look;
  readonly after: Look;
  readonly declared: Declared;
  /** The plans for each agent; undefined without a plan. */
  readonly said: ReadonlyMap<string, readonly AgentPlan[]> | undefined;
  /** Agents whose env file was edited or lost since it was last known to be right: `protect` was written there. */
  readonly spoilt: ReadonlySet<string>;
}

/** Returns the agent's part of each plan, by agent. */
export function saidBy(...plans: readonly PlannedFleet[]): ReadonlyMap<string, readonly AgentPlan[]> {
  const said = new Map<string, readonly AgentPlan[]>();
  for (const agent of plans.flatMap(({ agents }) => agents))
    said.set(agent.name, [...(said.get(agent.name) ?? []), agent]);
  return said;
}

/** Returns true if somebody has suspended an agent. */
export function isSuspended(name: string, { files }: Look): boolean {
  return files.has(`.config/mosaic/fleet/agents/${name}.suspended`);
}

/** Returns true for an agent that falls idle within a walk. Its deferred changes may be due a moment later. */
export function isNapper(spec: Spec | undefined): boolean {
  return spec?.onChange === "when-idle" && spec.idleAfter === "1s";
}

/** Returns the forbidden texts and exit codes in the result of a run of `fleet`. */
export function wrongsOfOutput({ code, stdout, stderr }: Ran, allowed: readonly number[]): readonly string[] {
  const text = stdout + stderr;
  return [
    ...(allowed.includes(code) ? [] : [`it exits with ${code}`]),
    ...(/^\s+at \S+ \(?\S+:\d+/m.test(text) ? ["it shows a stack trace"] : []),
    ...(/internal error|this is a bug/i.test(text) ? ["it tells of a bug of its own"] : []),
    ...(text.includes(canary) ? ["it shows a secret"] : []),
  ];
}

/** Returns the agents interrupted, started or touched without permission. */
export function wrongsOfEffect(episode: Episode): readonly string[] {
  const { before, after } = episode;
  const names = new Set([...before.units.keys(), ...after.units.keys()]);
  names.delete("byhand");
  const strangers = changes(lineMap(strangersIn(before, "all")), lineMap(strangersIn(after, "all")));
  return [
    ...[...names].flatMap((name) => wrongsOfAgent(name, episode)),
    ...strangers.map((line) => `a stranger was touched: ${line}`),
  ];
}

/** Returns the agents that ran before and do not run on, interrupted by a run. */
export function interrupted({ before, after }: Pick<Episode, "before" | "after">): readonly string[] {
  return [...before.units]
    .filter(([name, { active, run }]) => active === "active" && after.units.get(name)?.run !== run)
    .map(([name]) => name);
}

const acts: ReadonlySet<string> = new Set(["restart", "start", "stop", "remove", "add"]);

function wrongsOfAgent(name: string, episode: Episode): readonly string[] {
  const { asked, before, after, said } = episode;
  const isInterrupted = interrupted(episode).includes(name);
  const isBegun = before.units.get(name)?.active !== "active" && after.units.get(name)?.active === "active";
  if (!isInterrupted && !isBegun) return [];
  const what = isInterrupted ? "interrupted" : "started";
  const plans = said?.get(name) ?? [];
  const announced = plans.some((plan) => acts.has(plan.action) && reasonOf(plan) !== undefined);
  const forbidden = isInterrupted ? guardOf(name, episode) : undefined;
  const isWish = ["restart", "start", "stop"].includes(asked.verb) && asked.agents.includes(name);
  const isAsleep = isSuspended(name, before) && isSuspended(name, after);
  return [
    ...(said === undefined || announced
      ? []
      : [`${name} was ${what}, and the plan said ${summaryOf(plans)}`]),
    ...(forbidden === undefined ? [] : [`${name} was ${what}, though ${forbidden}`]),
    ...(isAsleep && !isWish && asked.verb !== "destroy"
      ? [`${name} was ${what}, though it is suspended`]
      : []),
  ];
}

/** Returns why a running agent may not be interrupted, derived from the declaration and the request alone. */
function guardOf(name: string, { asked, before, declared, spoilt }: Episode): string | undefined {
  const spec = declared[name];
  if (["restart", "destroy"].includes(asked.verb) || asked.now || spec === undefined) return undefined;
  const isToStop = asked.verb === "stop" || spec.state === "stopped";
  if (isToStop && spec.protect && !spoilt.has(name)) return "it is protected";
  if (asked.verb === "stop") return undefined;
  const attached = before.panes.get(name)?.attached ?? false;
  if (spec.onChange === "keep") return "it is to be kept";
  if (spec.onChange === "when-idle" && (spec.idleAfter === "1h" || attached)) return "it is busy";
  return undefined;
}

const fileKinds: ReadonlySet<string> = new Set(["write-file", "remove-file", "link", "unlink"]);

/** Returns the differences between the plan of a complete run and its deeds, by the files and the calls to systemd. */
export function wrongsOfDeeds(
  { actions }: PlannedFleet,
  { before, after }: Pick<Episode, "before" | "after">,
  stderr: string,
  home: string,
): readonly string[] {
  const planned = actions
    .filter(({ kind }) => fileKinds.has(kind))
    .map(({ target }) => target.replace(`${home}/`, ""));
  const files = changes(filesOf(before), filesOf(after)).map((change) => change.slice(2));
  const calls = actions.filter(({ kind }) => systemdKinds.has(kind));
  const kinds = [...new Set(calls.map(({ kind }) => kind))];
  const verbs = kinds.map((kind) => {
    const targets = calls.filter((call) => call.kind === kind).map(({ target }) => target);
    return kind === "daemon-reload" ? kind : withoutUnitNames([kind, ...targets].join(" "));
  });
  const done = verbsIn(commandsIn(stderr)).filter((verb) => systemdKinds.has(verb.split(" ")[0] ?? ""));
  return [
    ...differences("file", planned.toSorted(), files.toSorted()),
    ...differences("call", verbs.toSorted(), done.toSorted()),
  ];
}

const systemdKinds: ReadonlySet<string> = new Set([
  "daemon-reload",
  "reset-failed",
  "start",
  "stop",
  "restart",
]);

/** Returns files and links below ~/.config, by path, without folders. */
function filesOf({ files }: Look): ReadonlyMap<string, string> {
  return new Map([...files].filter(([path, facts]) => path.startsWith(".config/") && !facts.startsWith("d")));
}

function differences(what: string, planned: readonly string[], done: readonly string[]): readonly string[] {
  return [
    ...planned.filter((one) => !done.includes(one)).map((one) => `planned and not done: ${what} ${one}`),
    ...done.filter((one) => !planned.includes(one)).map((one) => `done and not planned: ${what} ${one}`),
  ];
}

function lineMap(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(lines.map((line) => [line, ""]));
}

function summaryOf(plans: readonly AgentPlan[]): string {
  return (
    plans.map((plan) => `${plan.action} (${reasonOf(plan) ?? "no reason"})`).join(", ") || "nothing of it"
  );
}
