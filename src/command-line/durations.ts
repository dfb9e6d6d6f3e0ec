import { InvalidArgumentError } from "commander";
import { parseDuration } from "../text/durations.ts";

/** Timers of node's hold no more than 2^31 ms. */
const longestWaitMs = 24 * 86_400_000;

/** An option's value in ms; throws for commander to tell. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("Expected a duration such as 500ms, 30s or 5m.");
  if (ms > longestWaitMs) throw new InvalidArgumentError("Expected a duration of at most 24d.");
  return ms;
}

/** More often would be all that the machine does. */
const shortestResyncMs = 1_000;

/** The value of --resync in ms; throws for commander to tell. */
export function resyncDuration(text: string): number {
  const ms = duration(text);
  if (ms < shortestResyncMs) throw new InvalidArgumentError("Expected a duration of at least 1s.");
  return ms;
}
