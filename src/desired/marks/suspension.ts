import type { Layout } from "../layout.ts";
import { markWithComment } from "./file-mark.ts";

/**
 * Somebody's word that an agent is to be left alone: a file beside its env file, for as long as that is there. Undefined
 * is what such a file does not say; one that says nothing at all counts too, so that `touch` is enough to write one.
 */
export interface Suspension {
  readonly by: string | undefined;
  /** ms since the epoch. */
  readonly sinceMs: number | undefined;
  /** ms since the epoch; undefined means until it is taken back. */
  readonly untilMs: number | undefined;
}

/** The file that suspends this agent. */
export function suspensionPath({ envDir }: Layout, agent: string): string {
  return `${envDir}/${agent}${suspensionSuffix}`;
}

export const suspensionSuffix = ".suspended";

/** The text of a suspension's file. */
export function renderSuspension(suspension: Suspension, agent: string, { fleet }: Layout): string {
  const { by, sinceMs, untilMs } = suspension;
  const text = [
    `# fleet apply leaves agent ${agent} alone as long as this file is here: see fleet resume.`,
    ...(by === undefined ? [] : [`by=${by}`]),
    ...(sinceMs === undefined ? [] : [`since=${new Date(sinceMs).toISOString()}`]),
    ...(untilMs === undefined ? [] : [`until=${new Date(untilMs).toISOString()}`]),
  ];
  return markWithComment(`${text.join("\n")}\n`, { fleet, agent });
}

/** Reads what renderSuspension wrote, or a person. */
export function parseSuspension(text: string): Suspension {
  const value = (key: string): string | undefined => new RegExp(`^${key}=(.+)$`, "m").exec(text)?.[1]?.trim();
  return { by: value("by"), sinceMs: timeOf(value("since")), untilMs: timeOf(value("until")) };
}

/** An end that cannot be read is no end: then somebody has to take the suspension back. */
function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** False once its end has come. `now` in ms since the epoch. */
export function isInForce({ untilMs }: Suspension, now: number): boolean {
  return untilMs === undefined || now < untilMs;
}
