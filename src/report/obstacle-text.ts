import { writerPhrase } from "../permissions/who-can-write.ts";
import type { Change } from "../plan/change.ts";

/** A change for one of some reasons. */
export type Of<Word extends Change["reason"]> = Extract<Change, { readonly reason: Word }>;

/** A reason not to act. */
type Obstacle = Of<
  | "not-ours"
  | "place-blocked"
  | "dependency-not-ours"
  | "dependency-suspended"
  | "dependency-elsewhere"
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
  | "repository-missing"
  | "program-missing"
  | "worktree-taken"
  | "worktree-differs"
  | "socket-claimed"
  | "foreign-tmux-server"
  | "no-tmux-server"
  | "newer-version"
>;

/** Returns an obstacle in words, as they follow the name of an agent, or with `isMany` the names of several agents. */
export function obstaclePhrase(change: Obstacle, isMany: boolean): string {
  const it = isMany ? "they" : "it";
  switch (change.reason) {
    case "not-ours":
      return `${foreignObjectPhrase(change)}, without this fleet's mark`;
    case "place-blocked":
      return `${it} ${isMany ? "take" : "takes"} the place of ${change.agent}, which is blocked`;
    case "dependency-not-ours":
      return `${it} would start ${change.agent}, which is not this fleet's`;
    case "dependency-suspended":
      return `${it} would start ${change.agent}, which is suspended`;
    case "dependency-elsewhere":
      return `${it} would start ${change.agent}, which has to end on another host first`;
    case "adopt-differs": {
      const age = change.isFileNewer
        ? [
            isMany
              ? "their env files were changed after their start"
              : "its env file was changed after its start",
          ]
        : [];
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
    case "repository-missing":
      return `the repository of ${isMany ? "their worktrees" : "its worktree"}, ${change.path}, does not exist`;
    case "program-missing":
      return change.program.startsWith("/")
        ? `${change.program} does not exist, or is not executable`
        : `${change.program} is not on the PATH of agents`;
    case "worktree-taken":
      return takenPhrase(change);
    case "worktree-differs":
      return change.is === change.path
        ? `its worktree is ${change.path}, not ${change.declared}, and stays so; to replace it: fleet stop ${change.agent}, then fleet worktree prune ${change.agent}`
        : `its worktree ${change.path} has branch ${change.is}, not ${change.declared}, and stays so; to replace it: fleet stop ${change.agent}, then fleet worktree prune ${change.agent}`;
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

function takenPhrase({ path, by }: Of<"worktree-taken">): string {
  switch (by) {
    case "files":
      return `the place of its worktree is not an empty folder: ${path}`;
    case "repository":
      return `the place of its worktree holds a repository of its own: ${path}`;
    case "lost-worktree":
      return `the worktree ${path} has lost its repository, which may have been moved: git worktree repair ${path}`;
    case "other-fleet":
      return `the worktree ${path} belongs to another fleet`;
    case "other-repository":
      return `the worktree ${path} belongs to another repository`;
  }
}

function folderPhrase(change: Of<"folder-unsafe">): string {
  if (change.obstacle === "link") {
    return `${change.path} is a symbolic link (to ${change.to}), and the fleet writes only to a folder of its own there: replace it by one`;
  }
  const { problem, remedy } = writerPhrase(change.writer, change.path, change.uid);
  return `${change.path} ${problem}, which would let others decide what the agents run: ${remedy}`;
}
