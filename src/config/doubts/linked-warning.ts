import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import { quoteShortened } from "../describe-path.ts";
import type { LinkedFolder } from "./linked-folders.ts";

/** Returns the warning for a folder that all worktrees would share. */
export function linkedWarning({ folder }: LinkedFolder, place: Place | undefined): Diagnostic {
  return {
    severity: "warning",
    code: "shared-folder",
    summary: `all worktrees share ${quoteShortened(folder)}, into which tools write`,
    detail: "An installation or a build of one agent changes it for the others and for the repository.",
    hint: "remove it from link, and make it in each worktree, such as by setup: npm ci",
    place,
  };
}
