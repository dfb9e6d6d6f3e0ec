import type { Path } from "./problem.ts";

/** Returns the value at a path in nested maps and lists; undefined if there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce((value: unknown, part) => (hasKey(value, part) ? value[part] : undefined), root);
}

/** Returns true if a map or list has an own entry of this key. */
function hasKey(value: unknown, key: string | number): value is Readonly<Record<string | number, unknown>> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}
