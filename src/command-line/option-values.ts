import { metricsPlace, type MetricsPlace } from "../metrics/place.ts";
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

/** Returns an option's value as a whole number from 0; throws an error for commander. */
export function wholeNumberOption(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Expected a whole number such as 50.");
  return Number(text);
}

/** Returns an option's value as a whole number from 1; throws an error for commander. */
export function atLeastOneOption(text: string): number {
  if (wholeNumberOption(text) === 0) throw new InvalidArgumentError("Expected a whole number from 1.");
  return Number(text);
}

/** Returns an option's value as the number of a TCP port; throws an error for commander. */
export function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw new InvalidArgumentError("Expected a port such as 7777.");
  return port;
}

/** Returns the place that --metrics names; throws an error for commander. */
export function metricsPlaceOption(text: string): MetricsPlace {
  const place = metricsPlace(text);
  if (place !== undefined) return place;
  throw new InvalidArgumentError("Expected 127.0.0.1:PORT, unix:/PATH, or the path of a file /PATH.prom.");
}
