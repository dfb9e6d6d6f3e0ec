import { maskText } from "../secrets/mask.ts";
import type { Path } from "./problem.ts";

const singular: Readonly<Record<string, string>> = {
  agents: "agent",
  hosts: "host",
  runtimes: "runtime",
  services: "service",
};

/** Names the map at `path` in a sentence: `agent "canary"`, `env in agent "canary"`, `the fleet`. */
export function nameOfMap(path: Path): string {
  if (path.length === 0) return "the fleet";
  const { entry, rest } = splitEntry(path);
  if (entry === undefined) return keysOfPath(rest);
  return rest.length === 0 ? entry : `${keysOfPath(rest)} in ${entry}`;
}

/**
 * Names the value at `path` in a sentence: `stopTimeout in agent "canary"`,
 * `item 2 of dependsOn in agent "canary"`.
 */
export function nameOfValue(path: Path): string {
  const last = path.at(-1);
  return typeof last === "number" ? `item ${last + 1} of ${nameOfMap(path.slice(0, -1))}` : nameOfMap(path);
}

/**
 * Splits off the part with a name: agents and runtimes are called by their name, other values by their keys.
 */
function splitEntry(path: Path): { entry?: string; rest: Path } {
  const [section, name, ...rest] = path;
  const kind =
    typeof section === "string" && Object.hasOwn(singular, section) ? singular[section] : undefined;
  if (kind !== undefined && name !== undefined) return { entry: `${kind} "${name}"`, rest };
  if (section === "notify" && typeof name === "number")
    return { entry: `receiver ${name + 1} of notify`, rest };
  if (section === "defaults" && name !== undefined) return { entry: "defaults", rest: path.slice(1) };
  return { rest: path };
}

function keysOfPath(path: Path): string {
  return path.map((part) => (typeof part === "number" ? `item ${part + 1}` : part)).join(".");
}

/** Describes a value, for "expected …, got …". */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string")
    return value === "" ? "an empty string" : quoteShortened(maskText(value, "word"));
  return typeof value === "number" || typeof value === "boolean" ? `the ${typeof value} ${value}` : "a map";
}

const longestQuote = 40;

/**
 * Returns a text in quotes, shortened if it is long. Does not escape backslashes: the text is shown as it was
 * written.
 */
export function quoteShortened(text: string): string {
  const cut = text.length > longestQuote ? `${text.slice(0, longestQuote - 1)}…` : text;
  return JSON.stringify(cut).replaceAll("\\\\", "\\");
}

/** Returns `a, b and c`; after `most` words, the number of the rest. */
export function listInSentence(words: readonly string[], conjunction: "and" | "or", most = 10): string {
  const left = words.length - most;
  if (left > 0) return `${words.slice(0, most).join(", ")} ${conjunction} ${left} more`;
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}
