import type { Path, Problem } from "./problems.ts";
import { quote } from "./wording.ts";

/** A file for a later release: whatever else looks wrong in it may be right there. */
export function newerVersion(fleet: unknown): Problem | undefined {
  const version =
    typeof fleet === "object" && fleet !== null && "version" in fleet ? fleet.version : undefined;
  if (typeof version !== "number" || version <= 1) return undefined;
  return {
    code: "invalid-value",
    summary: `version ${version} of the file's format is newer than this release knows`,
    detail: "This release of mosaic-fleet reads version 1.",
    hint: "upgrade mosaic-fleet, or write version: 1",
    path: ["version"],
    on: "value",
  };
}

/** The schema passes over keys named `__proto__` in maps with free keys: they would be ignored without a word. */
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
          summary: `the name ${quote("__proto__")} cannot be used`,
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
