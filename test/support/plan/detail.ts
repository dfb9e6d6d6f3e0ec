import type { Change } from "../../../src/plan/change.ts";
import type { AgentPlan } from "../../../src/plan/agent-plan.ts";
import type { Plan } from "../../../src/plan/types.ts";
import { changePhrase } from "../../../src/report/change-text.ts";
import { noteText } from "../../../src/report/plan/note-text.ts";

/** Returns the data of a change in short, also of one printed as JSON; undefined if there is none. */
export function detailOf(change: Change): string | undefined {
  switch (change.reason) {
    case "renamed":
      return change.successor;
    case "takes-place":
      return change.predecessors.join(", ");
    case "command-changed":
    case "runtime-changed":
    case "workdir-changed":
    case "env-changed":
    case "env-files-changed":
    case "config-changed":
      return change.fields.join(", ") || undefined;
    case "settings-changed":
      if (change.record === "completion") return "no longer a job";
      return change.names.join(", ") || (change.record === "env" ? "env file" : "drop-in");
    case "unit-changed":
      return change.directives.join(", ") || undefined;
    case "file-missing":
    case "file-edited":
      return (
        [
          change.file === "env" ? "env file" : change.file,
          ...("directives" in change ? (change.directives ?? []) : []),
        ]
          .filter((word) => word !== undefined)
          .join(", ") || undefined
      );
    case "mode-changed":
      return changePhrase(change);
    case "enablement-changed":
      return "no longer starts at boot";
    case "link-missing":
      return "starts at boot";
    case "not-loaded":
      return change.target;
    case "failed":
      return /\((.*)\)/.exec(changePhrase(change))?.[1];
    case "place-blocked":
    case "dependency-not-ours":
    case "dependency-suspended":
    case "dependency-elsewhere":
      return change.agent;
    case "runs-elsewhere":
      return change.host;
    case "job-not-completed":
      return `${change.job} ${change.state}`;
    case "unit-masked":
      return change.unit;
    case "loaded-file-gone":
    case "unit-replaced":
    case "workdir-missing":
    case "env-file-missing":
    case "env-file-unreadable":
    case "env-file-invalid":
    case "repository-missing":
    case "program-missing":
    case "worktree-taken":
    case "worktree-differs":
      return change.path;
    case "socket-claimed":
      return change.fleet;
    case "not-ours":
      return changePhrase(change).replace(", without this fleet's mark", "");
    case "adopt-differs":
      return /\((.*)\)$/.exec(changePhrase(change))?.[1];
    case "kind-changed":
    case "window-closed":
    case "window-ended":
    case "windows-changed":
    case "protected":
    case "own-session":
    case "not-adoptable":
    case "file-unreadable":
    case "folder-unsafe":
    case "foreign-tmux-server":
    case "no-tmux-server":
    case "newer-version":
      return changePhrase(change);
    case "adopted":
    case "config-unknown":
    case "destroy":
    case "log-ended":
    case "missing":
    case "new":
    case "no-longer-declared":
    case "not-running":
    case "reload-pending":
    case "requested":
    case "session-gone":
    case "socket-gone":
    case "stop-declared":
    case "stop-wanted":
    case "timer-stopped":
      return undefined;
  }
}

/** Returns the reason of a change with its data, such as `env-changed env.MODEL`. */
export function inShort(change: Change): string {
  return [change.reason, detailOf(change)].filter((word) => word !== undefined).join(" ");
}

/** Returns the data of the first change of an agent. */
export function mainDetail({ changes: [first] }: Pick<AgentPlan, "changes">): string | undefined {
  return first && detailOf(first);
}

/** Returns the notes of a plan in words. */
export function notesOf({ notes }: Pick<Plan, "notes">): readonly string[] {
  return notes.map(noteText);
}
