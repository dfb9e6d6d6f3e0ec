import type { Layout } from "../layout.ts";
import { markWithComment } from "./file-mark.ts";
import { lineValue } from "./line-value.ts";

/**
 * A user's order to leave an agent alone: a file next to its env file, while it exists. Fields missing in the
 * file are undefined; an empty file counts too, so `touch` is enough to write one.
 */
export interface Suspension {
  readonly by: string | undefined;
  /** ms since the epoch. */
  readonly sinceMs: number | undefined;
  /** ms since the epoch; undefined means until it is taken back. */
  readonly untilMs: number | undefined;
}

/** Returns the file that suspends this agent. */
export function suspensionPath({ envDir }: Layout, agent: string): string {
  return `${envDir}/${agent}${suspensionSuffix}`;
}

export const suspensionSuffix = ".suspended";

/** Returns the text of a suspension's file. */
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

/** Parses a suspension by renderSuspension or by hand. */
export function parseSuspension(text: string): Suspension {
  const [by, since, until] = ["by", "since", "until"].map((key) => lineValue(text, key));
  return { by, sinceMs: timeInLine(since), untilMs: timeInLine(until) };
}

/** Returns undefined for an unreadable end: then a person has to end the suspension. */
function timeInLine(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** Returns false after its end. `now` in ms since the epoch. */
export function isInForce({ untilMs }: Suspension, now: number): boolean {
  return untilMs === undefined || now < untilMs;
}
