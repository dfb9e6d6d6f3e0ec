import { InvalidArgumentError } from "commander";
import { parseDuration } from "../text/durations.ts";

/** Timers of node's hold no more than 2^31 ms. */
const longestWaitMs = 24 * 86_400_000;

/** Returns an option's value in ms; throws an error for commander. */
export function parseDurationOption(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("Expected a duration such as 500ms, 30s or 5m.");
  if (ms > longestWaitMs) throw new InvalidArgumentError("Expected a duration of at most 24d.");
  return ms;
}

/** A shorter interval would leave time for nothing else. */
const shortestResyncMs = 1_000;

/** Returns the value of --resync in ms; throws an error for commander. */
export function parseResyncOption(text: string): number {
  const ms = parseDurationOption(text);
  if (ms < shortestResyncMs) throw new InvalidArgumentError("Expected a duration of at least 1s.");
  return ms;
}
