import { writerPhrase } from "../permissions/who-can-write.ts";
import type { AgentFile, Change, Modes } from "../plan/change.ts";

/** Returns a change in words, as they follow an agent's name. */
export function changePhrase(change: Change): string {
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
      return `${change.successor} takes its place`;
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
      return `${change.fields.join(", ") || "its configuration"} changed`;
    case "settings-changed":
      return settingsPhrase(change);
    case "unit-changed":
      return `text changed${inBrackets(change.directives)}`;
    case "enablement-changed":
      return "no longer starts at boot";
    case "file-missing":
      return `${fileName(change.file)} is missing`;
    case "file-edited": {
      const what = change.directives?.join(", ") || fileName(change.file);
      const mode = change.mode === undefined ? "" : `, and has ${modePhrase(change.mode)}`;
      return `${what} was edited by hand${mode}`;
    }
    case "mode-changed":
      return change.file === undefined
        ? modePhrase(change.mode)
        : `${fileName(change.file)} has ${modePhrase(change.mode)}`;
    case "not-loaded":
      return `systemd has not read ${change.target} since it changed`;
    case "loaded-file-gone":
      return `systemd still runs with ${change.path}, which is gone`;
    case "link-missing":
      return "enablement link is missing";
    case "reload-pending":
      return "an earlier run was cut off before the reload";
    case "socket-gone":
      return "the file of its socket is gone";
    case "not-running":
      return "it does not run";
    case "session-gone":
      return "its session is gone";
    case "config-unknown":
      return "its configuration at its start is unknown";
    case "failed": {
      const status = change.exitStatus === undefined ? [] : [`exit status ${change.exitStatus}`];
      return `it failed${inBrackets([...status, ...(change.isRetried ? ["systemd is about to try again"] : [])])}`;
    }
    case "requested":
      return "you asked for it";
    case "adopted":
      return "made by hand, and as declared";
    case "stop-wanted":
      return "state: stopped";
    case "stop-declared":
      return "fleet.yaml says state: stopped";
    case "own-session":
      return "this command runs inside its session";
    case "protected":
      return protectionPhrase(change);
    case "not-ours":
    case "place-blocked":
    case "dependency-not-ours":
    case "dependency-suspended":
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
    case "socket-claimed":
    case "foreign-tmux-server":
    case "no-tmux-server":
    case "newer-version":
      return obstaclePhrase(change);
  }
}

type Of<Word extends Change["reason"]> = Extract<Change, { readonly reason: Word }>;

function settingsPhrase({ record, names }: Of<"settings-changed">): string {
  if (record === "completion") return "no longer a job";
  return `${names.join(", ") || fileName(record)} changed`;
}

function protectionPhrase({ by, agent }: Of<"protected">): string {
  switch (by) {
    case "declared":
      return "protect: true keeps it from being stopped";
    case "marked":
      return "it is marked protect: true; set protect: false and apply before you remove it";
    case "unknown":
      return `its env file is gone, so its protection is unknown: fleet stop ${agent} ends it`;
  }
}

type Obstacle = Of<
  | "not-ours"
  | "place-blocked"
  | "dependency-not-ours"
  | "dependency-suspended"
  | "adopt-differs"
  | "not-adoptable"
  | "unit-masked"
  | "unit-replaced"
  | "file-unreadable"
  | "folder-unsafe"
  | "workdir-missing"
  | "env-file-missing"
  | "env-file-unreadable"
  | "env-file-invalid"
  | "socket-claimed"
  | "foreign-tmux-server"
  | "no-tmux-server"
  | "newer-version"
>;

function obstaclePhrase(change: Obstacle): string {
  switch (change.reason) {
    case "not-ours":
      return `${foreignObjectPhrase(change)}, without this fleet's mark`;
    case "place-blocked":
      return `it takes the place of ${change.agent}, which is blocked`;
    case "dependency-not-ours":
      return `it would start ${change.agent}, which is not this fleet's`;
    case "dependency-suspended":
      return `it would start ${change.agent}, which is suspended`;
    case "adopt-differs": {
      const age = change.isFileNewer ? ["its env file was changed after its start"] : [];
      return `the running configuration is not the declared one (${[...change.fields, ...age].join(", ")})`;
    }
    case "not-adoptable":
      return adoptionPhrase(change);
    case "unit-masked":
      return `${change.unit} is masked: systemctl --user unmask it`;
    case "unit-replaced":
      return `systemd reads ${change.path}, which is not the fleet's: move it away, then systemctl --user daemon-reload`;
    case "file-unreadable": {
      const problem = change.problem ?? "it is not a regular file";
      return `${change.path} cannot be read (${problem}): fix its mode and owner, or move it elsewhere`;
    }
    case "folder-unsafe":
      return folderPhrase(change);
    case "workdir-missing":
      return `workdir ${change.path} does not exist`;
    case "env-file-missing":
      return `envFile ${change.path} does not exist`;
    case "env-file-unreadable":
      return `envFile ${change.path}`;
    case "env-file-invalid":
      return `envFile ${change.path} is not NAME=value (without export, and no - in the name): systemd would write the line to its journal`;
    case "socket-claimed":
      return `fleet ${change.fleet} uses the same tmux socket`;
    case "foreign-tmux-server": {
      const { socket, pid, unit, holder } = change;
      const where = unit === undefined ? "outside of any unit" : `in ${unit}`;
      return `the tmux server on socket ${socket} (pid ${pid}) runs ${where}, not in ${holder}`;
    }
    case "no-tmux-server":
      return `${change.holder} is active but no tmux server answers on socket ${change.socket}`;
    case "newer-version":
      return `mosaic-fleet ${change.installed} has installed this fleet, and this watch runs ${change.own}`;
  }
}

/** Returns what is in the place of something of the fleet, as a clause. */
export function foreignObjectPhrase({ kind, name }: Of<"not-ours">): string {
  switch (kind) {
    case "file":
      return `${name} exists`;
    case "link":
      return `${name} is a symbolic link`;
    case "unit":
      return `${name} runs already`;
    case "session":
      return `a tmux session ${name} exists`;
  }
}

function adoptionPhrase(change: Of<"not-adoptable">): string {
  switch (change.obstacle) {
    case "foreign-session":
      return `session ${change.session} was not made by ${change.unit}`;
    case "unsettled":
      return `${change.unit} is ${change.phase}: try again when it has settled`;
    case "no-session":
      return `${change.unit} runs, but in no session on the fleet's socket`;
  }
}

function folderPhrase(change: Of<"folder-unsafe">): string {
  if (change.obstacle === "link") {
    return `${change.path} is a symbolic link (to ${change.to}), and the fleet writes only to a folder of its own there: replace it by one`;
  }
  const { problem, remedy } = writerPhrase(change.writer, change.path, change.uid);
  return `${change.path} ${problem}, which would let others decide what the agents run: ${remedy}`;
}

function fileName(file: AgentFile | undefined): string {
  return file === undefined ? "it" : file === "env" ? "env file" : file;
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
