import type { AgentFile, Change, Modes } from "../plan/change.ts";
import { obstaclePhrase, type Of } from "./obstacle-text.ts";

type WindowsChange = Extract<Change, { readonly opens: unknown }>;

/** Returns a change in words, as they follow the name of an agent, or with `isMany` the names of several agents. */
export function changePhrase(change: Change, isMany = false): string {
  const number = (one: string, many: string): string => (isMany ? many : one);
  switch (change.reason) {
    case "new":
      return "new";
    case "no-longer-declared":
      return "no longer declared";
    case "missing":
      return "it does not exist yet";
    case "destroy":
      return "the fleet is destroyed";
    case "renamed":
      return `${change.successor} takes ${number("its", "their")} place`;
    case "runs-elsewhere":
      return `${number("moves", "move")} here from ${change.host}`;
    case "takes-place":
      return `takes the place of ${change.predecessors.join(", ")}`;
    case "command-changed":
      return "command changed";
    case "runtime-changed":
      return "runtime changed";
    case "workdir-changed":
      return "workdir changed";
    case "env-files-changed":
      return "envFiles changed";
    case "env-changed":
    case "config-changed":
      return `${change.fields.join(", ") || `${number("its", "their")} configuration`} changed`;
    case "settings-changed":
      return settingsPhrase(change, isMany);
    case "unit-changed":
      return `text changed${inBrackets(change.directives)}`;
    case "enablement-changed":
      return `no longer ${number("starts", "start")} at boot`;
    case "file-missing":
      return `${fileName(change.file, isMany)} ${number("is", "are")} missing`;
    case "file-edited": {
      const { directives = [] } = change;
      const was = (directives.length > 0 ? directives.length > 1 : isMany) ? "were" : "was";
      const what = directives.join(", ") || fileName(change.file, isMany);
      const mode =
        change.mode === undefined ? "" : `, and ${number("has", "have")} ${modePhrase(change.mode)}`;
      return `${what} ${was} edited by hand${mode}`;
    }
    case "mode-changed":
      return change.file === undefined
        ? modePhrase(change.mode)
        : `${fileName(change.file, isMany)} ${number("has", "have")} ${modePhrase(change.mode)}`;
    case "not-loaded":
      return `systemd has not read ${change.target} since it changed`;
    case "loaded-file-gone":
      return `systemd still runs with ${change.path}, which is gone`;
    case "link-missing":
      return number("enablement link is missing", "enablement links are missing");
    case "reload-pending":
      return "an earlier run was cut off before the reload";
    case "socket-gone":
      return "the file of its socket is gone";
    case "windows-changed":
    case "window-closed":
    case "window-ended":
      return windowsPhrase(change);
    case "log-ended":
      return number("nothing writes its log", "nothing writes their logs");
    case "not-running":
      return `${number("it does not run", "they do not run")}${activePhrase(change.profiles, isMany)}`;
    case "timer-stopped":
      return number("its timer does not run", "their timers do not run");
    case "job-not-completed":
      return `${number("starts", "start")} after job ${change.job}, which ${jobPhrase(change)}`;
    case "kind-changed":
      return change.kind === "service"
        ? number("becomes a service", "become services")
        : number("becomes an agent", "become agents");
    case "session-gone":
      return number("its session is gone", "their sessions are gone");
    case "config-unknown":
      return number(
        "its configuration at its start is unknown",
        "their configuration at their start is unknown",
      );
    case "failed": {
      const status = change.exitStatus === undefined ? [] : [`exit status ${change.exitStatus}`];
      const memory = change.outOfMemory === true ? ["memory ran out"] : [];
      return `${number("it", "they")} failed${inBrackets([...status, ...memory, ...(change.isRetried ? ["systemd is about to try again"] : [])])}`;
    }
    case "requested":
      return "you asked for it";
    case "adopted":
      return "made by hand, and as declared";
    case "stop-wanted":
      return change.profiles === undefined ? "state: stopped" : inactivePhrase(change.profiles);
    case "stop-declared":
      return change.profiles === undefined
        ? "fleet.yaml says state: stopped"
        : `${inactivePhrase(change.profiles)} in fleet.yaml`;
    case "own-session":
      return "this command runs inside its session";
    case "protected":
      return protectionPhrase(change, isMany);
    case "not-ours":
    case "place-blocked":
    case "dependency-not-ours":
    case "dependency-suspended":
    case "dependency-elsewhere":
    case "adopt-differs":
    case "not-adoptable":
    case "unit-masked":
    case "unit-replaced":
    case "file-unreadable":
    case "folder-unsafe":
    case "workdir-missing":
    case "env-file-missing":
    case "env-file-unreadable":
    case "env-file-invalid":
    case "repository-missing":
    case "program-missing":
    case "worktree-taken":
    case "worktree-differs":
    case "socket-claimed":
    case "foreign-tmux-server":
    case "no-tmux-server":
    case "newer-version":
      return obstaclePhrase(change, isMany);
  }
}

/** Returns `profile night is not active`, or the same of several profiles. */
function inactivePhrase(profiles: readonly string[]): string {
  return profiles.length === 1
    ? `profile ${profiles.join("")} is not active`
    : `none of the profiles ${profiles.join(", ")} is active`;
}

/** Returns the end of a sentence about a start; nothing for an agent without profiles. */
function activePhrase(profiles: readonly string[] | undefined, isMany: boolean): string {
  if (profiles === undefined) return "";
  const whose = isMany ? "their" : "its";
  return profiles.length === 1
    ? `, and ${whose} profile ${profiles.join("")} is active`
    : `, and one of ${whose} profiles ${profiles.join(", ")} is active`;
}

/** Returns the end of a sentence about a job. */
function jobPhrase({ state, exitStatus }: Of<"job-not-completed">): string {
  switch (state) {
    case "running":
      return "is not completed yet";
    case "stopped":
      return "is not completed, and does not run";
    case "failed":
      return exitStatus === undefined ? "has failed" : `has failed with exit status ${exitStatus}`;
  }
}

/** Returns `windows changed: opens logs, restarts tests.2`. */
function windowsPhrase({ reason, opens, restarts, closes, arranges }: WindowsChange): string {
  if (reason === "window-ended") return `${restarts.join(", ")} has ended`;
  const steps = [
    ...(opens.length === 0 ? [] : [`opens ${opens.join(", ")}`]),
    ...(restarts.length === 0 ? [] : [`restarts ${restarts.join(", ")}`]),
    ...(closes.length === 0 ? [] : [`closes ${closes.join(", ")}`]),
    ...(arranges.length === 0 ? [] : [`arranges ${arranges.join(", ")}`]),
  ];
  return `${reason === "window-closed" ? "a window was closed" : "windows changed"}: ${steps.join(", ")}`;
}

function settingsPhrase({ record, names }: Of<"settings-changed">, isMany: boolean): string {
  if (record === "completion") return isMany ? "no longer jobs" : "no longer a job";
  return `${names.join(", ") || fileName(record, isMany)} changed`;
}

function protectionPhrase({ by, agent }: Of<"protected">, isMany: boolean): string {
  const them = isMany ? "them" : "it";
  switch (by) {
    case "declared":
      return `protect: true keeps ${them} from being stopped`;
    case "marked":
      return `${isMany ? "they are" : "it is"} marked protect: true; set protect: false and apply before you remove ${them}`;
    case "unknown":
      return `its env file is gone, so its protection is unknown: fleet stop ${agent} ends it`;
  }
}

function fileName(file: AgentFile | undefined, isMany: boolean): string {
  if (file === undefined) return isMany ? "they" : "it";
  const one = file === "env" ? "env file" : file === "unit" ? "unit file" : file;
  return isMany ? `${one}s` : one;
}

/** Returns `mode 0755 instead of 0700`. */
function modePhrase({ found, wanted }: Modes): string {
  return `mode ${octal(found)} instead of ${octal(wanted)}`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

function inBrackets(words: readonly string[]): string {
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}
