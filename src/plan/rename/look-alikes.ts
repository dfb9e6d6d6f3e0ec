import { grouped } from "../../text/grouped.ts";
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
    entry: entryKeyOf(agent),
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
  const related = firstReplicas(oldNames, fresh);
  const known = new Set(related.flatMap(({ old, agent }) => [old, agent.name]));
  const others = sameConfig(
    oldNames.filter((old) => !known.has(old)),
    fresh.filter(({ name }) => !known.has(name)),
    view,
  );
  return [...related, ...others];
}

/** Returns the pairs of an entry without replicas and its first replica. */
function firstReplicas(oldNames: readonly string[], fresh: readonly DesiredAgent[]): readonly LookAlike[] {
  const byName = new Map(fresh.map((agent, place) => [agent.name, { agent, place }]));
  return oldNames.flatMap((old) => {
    const names = [`${old}-1`, ...(old.endsWith("-1") ? [old.slice(0, -"-1".length)] : [])];
    const [first] = names
      .flatMap((name) => byName.get(name) ?? [])
      .toSorted((one, other) => one.place - other.place);
    return first === undefined ? [] : [{ old, agent: first.agent, formerly: old }];
  });
}

/** Returns unique pairs by their configuration and the number of a replica. */
function sameConfig(
  oldNames: readonly string[],
  fresh: readonly DesiredAgent[],
  view: (name: string) => AgentView,
): readonly LookAlike[] {
  const olds = grouped(oldNames, (old) => configKey(observedConfig(view(old)), old));
  const news = grouped(fresh, ({ config, name }) => configKey(config, name));
  return [...olds].flatMap(([key, [old, ...more]]) => {
    const [agent, ...others] = news.get(key) ?? [];
    if (old === undefined || agent === undefined || more.length + others.length > 0) return [];
    return [{ old, agent, formerly: replicaOf(agent) === undefined ? old : old.replace(/-\d+$/, "") }];
  });
}

/** Returns undefined for an unknown configuration. */
function configKey(config: ConfigMark | undefined, name: string): string | undefined {
  if (config === undefined || config.fields.size === 0) return undefined;
  const number = config.fields.has("replica") ? (/-(\d+)$/.exec(name)?.[1] ?? "") : "";
  return JSON.stringify([number, ...[...config.fields].filter(([field]) => field !== "replica")]);
}

function entryKeyOf(agent: DesiredAgent): string {
  return replicaOf(agent) === undefined ? agent.name : agent.name.replace(/-\d+$/, "");
}

function replicaOf({ config }: DesiredAgent): string | undefined {
  return config.fields.get("replica");
}
