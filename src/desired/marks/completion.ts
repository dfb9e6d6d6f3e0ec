import type { RestartPolicy } from "../../config/types.ts";
import { changedFields, parseConfigMark, type ConfigMark } from "./config-mark.ts";
import type { Layout } from "../layout.ts";

/**
 * Tells that a job has done its work: a file beside its env file, which the start script writes when the command has
 * ended by itself with exit status 0. As long as it is there, nothing but `fleet` starts the job again: its unit has a
 * ConditionPathExists=! for it, so that neither a boot nor the Wants= of another agent does.
 */
export interface Completion {
  /** ms since the epoch; undefined if the file does not say. */
  readonly atMs: number | undefined;
  /** The configuration that the job ran with; undefined if that is not known. */
  readonly config: ConfigMark | undefined;
}

export const completionSuffix = ".completed";

/** Returns true for agents whose work is done once their command has ended with exit status 0. */
export function isJob(policy: RestartPolicy | undefined): boolean {
  return policy === "no" || policy === "until-success";
}

/** Returns the path of the file that tells of this agent's completion. */
export function completionPath({ envDir }: Layout, agent: string): string {
  return `${envDir}/${agent}${completionSuffix}`;
}

/** Reads what the start script wrote. */
export function parseCompletion(text: string): Completion {
  const value = (key: string): string => new RegExp(`^${key}=(.+)$`, "m").exec(text)?.[1]?.trim() ?? "";
  const time = Date.parse(value("completed"));
  return { atMs: Number.isNaN(time) ? undefined : time, config: parseConfigMark(value("config")) };
}

/**
 * Returns true if a job that ended so has done what is declared now. What is in its envFiles does not count: a renewed
 * key is no reason to do work twice.
 */
export function isOfConfig({ config }: Completion, declared: ConfigMark): boolean {
  if (config === undefined) return false;
  if (config.hash === declared.hash) return true;
  const changed = changedFields(config, declared);
  return changed.length > 0 && changed.every((field) => field === "envFiles");
}
