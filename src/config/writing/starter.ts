import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { maxNameLength, nameLike, namePattern } from "../schema/values/names.ts";

/** An entry of `agents` in a new file. */
export interface StarterAgent {
  readonly name: string;
  /** Undefined for one agent without a number. */
  readonly replicas: number | undefined;
}

/** A runtime of a new file. */
export interface StarterRuntime {
  readonly name: string;
  /** A line for sh. */
  readonly command: string;
}

/** The content of a new fleet.yaml. */
export interface Starter {
  /** The schema for editors: a path, absolute or from the folder of the file. */
  readonly schema: string;
  /** Undefined for the default, `mosaic`. */
  readonly name: string | undefined;
  /** The runtime of all agents. */
  readonly runtime: StarterRuntime;
  /** True if the runtime is a shell, because no AI agent is there. */
  readonly isStandIn: boolean;
  /** Further runtimes, for comments. */
  readonly others: readonly StarterRuntime[];
  readonly workdir: string;
  /** The PATH for the agents; undefined if that of their units is enough. */
  readonly path: string | undefined;
  readonly agents: readonly StarterAgent[];
}

/** Most agents of one entry: `replicas` in the schema. */
const maxReplicas = 1000;

const nameRule = `at most ${maxNameLength} letters, digits, - and _, with a letter or digit first`;

/** Returns the entries in a list such as `planner,coder=3`. Pure. */
export function parseAgents(list: string): Result<readonly StarterAgent[]> {
  const agents: StarterAgent[] = [];
  for (const word of list.split(/[\s,]+/).filter((each) => each !== "")) {
    const [name = "", replicas, ...rest] = word.split("=");
    if (!namePattern.test(name)) return refuseStarter(`"${name}" is no name of an agent`, nameRule);
    if (agents.some((each) => each.name === name))
      return refuseStarter(`agent ${name} is there twice`, "name it once");
    if (replicas !== undefined && (rest.length > 0 || !isReplicas(replicas)))
      return refuseStarter(
        `"${word}" has no number of replicas`,
        `a whole number from 1 to ${maxReplicas}: ${name}=3`,
      );
    agents.push({ name, replicas: replicas === undefined ? undefined : Number(replicas) });
  }
  if (agents.length === 0) return refuseStarter("no agent is named", "for example planner,coder=3");
  return ok(agents);
}

/** Checks the name of a fleet. Pure. */
export function checkName(name: string): Result<unknown> {
  return namePattern.test(name) ? ok(name) : refuseStarter(`"${name}" is no name of a fleet`, nameRule);
}

function isReplicas(text: string): boolean {
  return /^[1-9]\d{0,3}$/.test(text) && Number(text) <= maxReplicas;
}

function refuseStarter(summary: string, hint: string): Result<never> {
  return fail("bad-usage", summary, { hint });
}

/** Returns a name for the fleet in a folder; undefined if the default, `mosaic`, is free. Pure. */
export function freeName(folder: string, taken: ReadonlySet<string>): string | undefined {
  if (!taken.has("mosaic")) return undefined;
  const base = nameFrom(folder.split("/").at(-1) ?? "", "fleet").slice(0, 50);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Returns a name of fleet.yaml that looks like a text; `otherwise` if nothing of it can be part of one. */
export function nameFrom(text: string, otherwise: string): string {
  const name = nameLike(text);
  return namePattern.test(name) ? name : otherwise;
}
