import type { AgentConfig } from "../../config/types.ts";
import { runsOnce } from "../../config/entries/runs-once.ts";
import { changedFields, parseConfigMark, type ConfigMark } from "./config-mark.ts";
import type { Layout } from "../layout.ts";
import { lineValue } from "./line-value.ts";

/**
 * The record of a job's completed work: a file next to its env file. The start script writes it when the
 * command has ended by itself with exit status 0. While it exists, only `fleet` starts the job again: its
 * unit has a ConditionPathExists=! for it, so neither a boot nor the Wants= of another agent does.
 */
export interface Completion {
  /** ms since the epoch; undefined if the file does not say. */
  readonly atMs: number | undefined;
  /** The configuration of the job's run; undefined if unknown. */
  readonly config: ConfigMark | undefined;
}

export const completionSuffix = ".completed";

/** Returns true for a job that runs once. A completion would keep the next run of a schedule from starting. */
export function isCompletable({
  run,
  restart,
  schedule,
}: Pick<AgentConfig, "run" | "restart" | "schedule">): boolean {
  return runsOnce(run, restart?.policy) && schedule === undefined;
}

/** Returns the path of the file that records this agent's completion. */
export function completionPath({ envDir }: Layout, agent: string): string {
  return `${envDir}/${agent}${completionSuffix}`;
}

/** Returns the same path as units name it, for a job or for the unit itself. */
export function completionFile({ fleet }: Layout, job = "%i"): string {
  return `%E/${fleet}/fleet/agents/${job}${completionSuffix}`;
}

/** Parses the start script's file. */
export function parseCompletion(text: string): Completion {
  const time = Date.parse(lineValue(text, "completed") ?? "");
  return {
    atMs: Number.isNaN(time) ? undefined : time,
    config: parseConfigMark(lineValue(text, "config") ?? ""),
  };
}

/**
 * Returns true if a completed job has done the declared work. The contents of its envFiles do not count: a
 * renewed key is no reason to do work twice.
 */
export function isOfConfig({ config }: Completion, declared: ConfigMark): boolean {
  if (config === undefined) return false;
  if (config.hash === declared.hash) return true;
  const changed = changedFields(config, declared);
  return changed.length > 0 && changed.every((field) => field === "envFiles");
}
