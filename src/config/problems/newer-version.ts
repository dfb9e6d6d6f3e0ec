import type { Problem } from "../problem.ts";

/** Returns a problem if the file is for a later release. All its other errors may be valid there. */
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
