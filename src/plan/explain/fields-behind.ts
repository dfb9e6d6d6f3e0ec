import { fieldOfDirective } from "../../desired/files/directives.ts";
import { markFields } from "../config/env-mark.ts";
import type { Change, Reason } from "../change.ts";

/** The reasons that name fields, or directives of the drop-in, themselves. */
type Naming =
  | Extract<Change, { readonly reason: `${string}-changed`; readonly fields: unknown }>["reason"]
  | "settings-changed";

/** The fields of fleet.yaml behind all other reasons; none if the reason is about the state of the machine. */
const fieldsOf: Readonly<Record<Exclude<Reason, Naming>, readonly string[]>> = {
  new: [],
  "no-longer-declared": [],
  renamed: ["formerly"],
  "takes-place": ["formerly"],
  "unit-changed": [],
  "enablement-changed": ["state"],
  "file-missing": [],
  "file-edited": [],
  "mode-changed": [],
  "link-missing": ["state"],
  "not-running": ["state"],
  "kind-changed": [],
  "timer-stopped": ["schedule"],
  "job-not-completed": ["dependsOn"],
  failed: ["command"],
  "session-gone": ["state"],
  "config-unknown": [],
  "reload-pending": [],
  "not-loaded": [],
  "loaded-file-gone": [],
  "socket-gone": [],
  "log-ended": ["log"],
  "windows-changed": ["windows"],
  "window-closed": ["windows"],
  "window-ended": ["windows"],
  requested: [],
  adopted: [],
  "stop-wanted": ["state"],
  destroy: [],
  protected: ["protect"],
  "own-session": [],
  "not-ours": [],
  "place-blocked": ["formerly"],
  "dependency-not-ours": ["dependsOn"],
  "dependency-suspended": ["dependsOn"],
  "adopt-differs": [],
  "not-adoptable": [],
  "stop-declared": ["state"],
  missing: [],
  "unit-masked": [],
  "unit-replaced": [],
  "file-unreadable": [],
  "folder-unsafe": [],
  "workdir-missing": ["workdir"],
  "env-file-missing": ["envFiles"],
  "env-file-unreadable": ["envFiles"],
  "env-file-invalid": ["envFiles"],
  "repository-missing": ["worktree"],
  "program-missing": ["runtime"],
  "worktree-taken": ["worktree"],
  "worktree-differs": ["worktree"],
  "socket-claimed": ["tmux.socket"],
  "foreign-tmux-server": ["tmux.socket"],
  "no-tmux-server": ["tmux.socket"],
  "newer-version": [],
};

/**
 * Returns the fields of fleet.yaml behind a difference: `command`, `env.NAME`, `resources.memoryMax`, …, each
 * once.
 */
export function fieldsOfChange(change: Change): readonly string[] {
  if (change.reason === "settings-changed") {
    return [...new Set(change.names.flatMap((name) => settingOf(name) ?? []))];
  }
  if ("profiles" in change && change.profiles !== undefined) return ["profiles"];
  if (!("fields" in change) || change.reason === "adopt-differs") return fieldsOf[change.reason];
  return change.fields;
}

function settingOf(name: string): string | undefined {
  if (/^[a-z]\w*\.\w+$/.test(name)) return name; // of a variable for the start script
  return markFields.find((field) => field === name) ?? fieldOfDirective(name);
}
