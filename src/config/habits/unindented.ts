import { suggest } from "../../text/suggest.ts";
import type { Path, Problem } from "../problem.ts";
import { nameOfMap, quote } from "../describe-path.ts";

/** Keys whose value is a map with free keys, or with keys of its own. */
const maps: ReadonlySet<string> = new Set(["agents", "runtimes", "env", "labels"]);

/** A key that stands where it is not known, because it is not indented under the key before it. */
export interface Unindented {
  /** The key that is empty because of that. */
  readonly parent: string;
  readonly keys: readonly string[];
}

/**
 * The unknown keys of a map that belong to the empty map before them: `agents:` and then `planner:` in the same column.
 * `known` are the keys that the map has. Pure.
 */
export function unindentedKeys(
  owner: Readonly<Record<string, unknown>>,
  unknown: readonly string[],
  known: readonly string[],
): readonly Unindented[] {
  const found: { parent: string; keys: string[] }[] = [];
  let current: { parent: string; keys: string[] } | undefined;
  for (const [key, value] of Object.entries(owner)) {
    if (!unknown.includes(key)) {
      current = value === null && maps.has(key) ? { parent: key, keys: [] } : undefined;
      if (current !== undefined) found.push(current);
    } else if (current !== undefined && suggest(key, known) === undefined) current.keys.push(key);
    else current = undefined;
  }
  return found.filter(({ keys }) => keys.length > 0);
}

/** One problem for all keys that are not indented under `parent`. */
export function unindentedProblem(owner: Path, { parent, keys }: Unindented): Problem {
  const [first = ""] = keys;
  const more = keys.length > 1 ? ` and ${keys.length - 1} more` : "";
  return {
    code: "unknown-key",
    summary: `${quote(first)}${more} in ${nameOfMap(owner)} is not indented below ${quote(parent)}`,
    detail: `So ${parent} is empty, and ${nameOfMap(owner)} has an unknown key.`,
    hint: `indent what belongs to ${parent} by two spaces`,
    path: [...owner, first],
    on: "key",
  };
}
