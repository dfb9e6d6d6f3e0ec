import type { ConfigMark } from "../../desired/marks/config-mark.ts";
import type { Desired, DesiredAgent } from "../../desired/types.ts";
import type { AgentView } from "../view/agent-view.ts";
import { observedConfig } from "../config/observed-config.ts";
import type { Note } from "../note.ts";
import { awaitedAction, reasonOf, stakeOf, type AgentPlan } from "../agent-plan.ts";

/** An ending agent, and the similar new one. */
interface LookAlike {
  readonly old: string;
  readonly agent: DesiredAgent;
  /** The value of `formerly` for the new one's entry. */
  readonly formerly: string;
}

/** Limit for individual notes. */
const most = 5;

/**
 * Returns a note for each removed agent that resembles an added one under another name: its name differs by
 * the number of a replica only, or both run the same and no other pair does.
 */
export function lookAlikeNotes(
  plans: readonly AgentPlan[],
  desired: Desired,
  view: (name: string) => AgentView,
): readonly Note[] {
  const found = lookAlikes(plans, desired, view);
  const told = found.slice(0, most).map(({ old, agent, formerly }): Note => ({
    kind: "looks-renamed",
    old,
    agent: agent.name,
    formerly,
    entry: entryOf(agent),
  }));
  const left = found.length - told.length;
  return left === 0 ? told : [...told, { kind: "more-look-renamed", count: left }];
}

function lookAlikes(
  plans: readonly AgentPlan[],
  { agents }: Desired,
  view: (name: string) => AgentView,
): readonly LookAlike[] {
  const gone = plans.filter(
    (agent) =>
      (agent.action === "remove" || awaitedAction(agent) === "remove") &&
      reasonOf(agent) === "no-longer-declared" &&
      stakeOf(agent) !== undefined,
  );
  if (gone.length === 0) return [];
  const added = new Set(plans.filter(({ action }) => action === "add").map(({ name }) => name));
  const fresh = agents.filter(({ name }) => added.has(name));
  if (fresh.length === 0) return [];
  const oldNames = gone.map(({ name }) => name);
  const related = oldNames.flatMap((old) => {
    const agent = fresh.find(({ name }) => name === `${old}-1` || old === `${name}-1`);
    return agent === undefined ? [] : [{ old, agent, formerly: old }];
  });
  const known = new Set(related.flatMap(({ old, agent }) => [old, agent.name]));
  const others = sameConfig(
    oldNames.filter((old) => !known.has(old)),
    fresh.filter(({ name }) => !known.has(name)),
    view,
  );
  return [...related, ...others];
}

/** Returns unique pairs by their configuration and the number of a replica. */
function sameConfig(
  oldNames: readonly string[],
  fresh: readonly DesiredAgent[],
  view: (name: string) => AgentView,
): readonly LookAlike[] {
  const olds = grouped(oldNames, (old) => keyOf(observedConfig(view(old)), old));
  const news = grouped(fresh, ({ config, name }) => keyOf(config, name));
  return [...olds].flatMap(([key, [old, ...more]]) => {
    const [agent, ...others] = news.get(key) ?? [];
    if (old === undefined || agent === undefined || more.length + others.length > 0) return [];
    return [{ old, agent, formerly: replicaOf(agent) === undefined ? old : old.replace(/-\d+$/, "") }];
  });
}

function grouped<T>(
  items: readonly T[],
  keyFor: (item: T) => string | undefined,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyFor(item);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

/** Returns undefined for an unknown configuration. */
function keyOf(config: ConfigMark | undefined, name: string): string | undefined {
  if (config === undefined || config.fields.size === 0) return undefined;
  const number = config.fields.has("replica") ? (/-(\d+)$/.exec(name)?.[1] ?? "") : "";
  return JSON.stringify([number, ...[...config.fields].filter(([field]) => field !== "replica")]);
}

function entryOf(agent: DesiredAgent): string {
  return replicaOf(agent) === undefined ? agent.name : agent.name.replace(/-\d+$/, "");
}

function replicaOf({ config }: DesiredAgent): string | undefined {
  return config.fields.get("replica");
}
