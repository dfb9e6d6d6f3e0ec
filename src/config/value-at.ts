import type { Path } from "./problem.ts";

/** Returns the value at a path in nested maps and lists; undefined if there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce((value: unknown, part) => (hasKey(value, part) ? value[part] : undefined), root);
}

/** Returns true if a map or list has an own entry of this key. */
function hasKey(value: unknown, key: string | number): value is Readonly<Record<string | number, unknown>> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}

/** Returns the own value of a record; undefined if there is none, whatever every object has by this name. */
export function ownOf<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
