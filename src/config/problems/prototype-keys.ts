import type { Path, Problem } from "../problem.ts";
import { quoteShortened } from "../describe-path.ts";

/** Finds keys named `__proto__`. The schema passes over them in maps with free keys, so they would be ignored silently. */
export function prototypeKeys(fleet: unknown, text: string): readonly Problem[] {
  // In double quotes, any letter of it may be written as an escape.
  return /__proto__|\\[xuU]/.test(text) ? prototypeKeysBelow(fleet, [], new Set()) : [];
}

function prototypeKeysBelow(value: unknown, path: Path, seen: Set<unknown>): readonly Problem[] {
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  const own: readonly Problem[] = Object.hasOwn(value, "__proto__")
    ? [
        {
          code: "unknown-key",
          summary: `the name ${quoteShortened("__proto__")} cannot be used`,
          hint: "choose another name",
          path: [...path, "__proto__"],
          on: "key",
        },
      ]
    : [];
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, child]) => prototypeKeysBelow(child, [...path, key], seen)),
  ];
}
