import { suggest } from "../../text/suggest.ts";
import type { Path, Problem } from "../problem.ts";
import { nameOfMap, quoteShortened } from "../describe-path.ts";

/** Keys with a map of free keys, or of keys of their own. */
const maps: ReadonlySet<string> = new Set(["agents", "services", "runtimes", "env", "labels"]);

/** A key that is unknown in its place, because it is not indented under the key before it. */
export interface Unindented {
  /** The key that is empty because of this. */
  readonly parent: string;
  readonly keys: readonly string[];
}

/**
 * Returns the unknown keys of a map belonging to the empty map before them: `agents:` and then `planner:`
 * in the same column. `known` are the keys of the map. Pure.
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

/** Returns one problem for all keys that should be indented under `parent`. */
export function unindentedProblem(owner: Path, { parent, keys }: Unindented): Problem {
  const [first = ""] = keys;
  const more = keys.length > 1 ? ` and ${keys.length - 1} more` : "";
  return {
    code: "unknown-key",
    summary: `${quoteShortened(first)}${more} in ${nameOfMap(owner)} is not indented below ${quoteShortened(parent)}`,
    detail: `So ${parent} is empty, and ${nameOfMap(owner)} has an unknown key.`,
    hint: `indent what belongs to ${parent} by two spaces`,
    path: [...owner, first],
    on: "key",
  };
}
