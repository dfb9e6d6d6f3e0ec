import { fieldOfDirective } from "../../desired/files/directives.ts";
import { markFields } from "../config/env-mark.ts";
import type { Change, Reason } from "../types.ts";

/**
 * Which fields of fleet.yaml a reason is about: those that its detail names, as fields or as directives of the drop-in,
 * or always the same ones. None where it is about what is on the machine.
 */
const fieldsOf: Readonly<Record<Reason, "fields" | "directives" | readonly string[]>> = {
  new: [],
  "no-longer-declared": [],
  renamed: ["formerly"],
  "takes-place": ["formerly"],
  "command-changed": "fields",
  "runtime-changed": "fields",
  "workdir-changed": "fields",
  "env-changed": "fields",
  "env-files-changed": "fields",
  "config-changed": "fields",
  "settings-changed": "directives",
  "unit-changed": [],
  "enablement-changed": ["state"],
  "file-missing": [],
  "file-edited": [],
  "mode-changed": [],
  "link-missing": ["state"],
  "not-running": ["state"],
  failed: ["command"],
  "session-gone": ["state"],
  "config-unknown": [],
  "reload-pending": [],
  "not-loaded": [],
  "loaded-file-gone": [],
  "socket-gone": [],
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
  "socket-claimed": ["tmux.socket"],
  "foreign-tmux-server": ["tmux.socket"],
  "no-tmux-server": ["tmux.socket"],
  "newer-version": [],
};

/** The fields of fleet.yaml behind a difference: `command`, `env.NAME`, `resources.memoryMax`, …, each once. */
export function fieldsBehind({ reason, detail }: Pick<Change, "reason" | "detail">): readonly string[] {
  const fields = fieldsOf[reason];
  if (typeof fields !== "string") return fields;
  const named = detail?.split(", ") ?? [];
  return fields === "fields" ? named : [...new Set(named.flatMap((name) => settingOf(name) ?? []))];
}

function settingOf(name: string): string | undefined {
  return markFields.find((field) => field === name) ?? fieldOfDirective(name);
}
