import { writerPhrase } from "../permissions/who-can-write.ts";
import type { Of, PhraseTable } from "./phrase-table.ts";
import { envFileTroublePhrase } from "./env-file-phrase.ts";

/** The reasons not to act. */
type ObstacleReason =
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
  | "newer-version";

/** The words of each obstacle, as they follow the name of an agent. */
export const obstaclePhrases = {
  "not-ours": (change) => `${foreignObjectPhrase(change)}, without this fleet's mark`,
  "place-blocked": ({ agent }, number) =>
    `${number("it takes", "they take")} the place of ${agent}, which is blocked`,
  "dependency-not-ours": ({ agent }, number) =>
    `${number("it", "they")} would start ${agent}, which is not this fleet's`,
  "dependency-suspended": ({ agent }, number) =>
    `${number("it", "they")} would start ${agent}, which is suspended`,
  "dependency-elsewhere": ({ agent }, number) =>
    `${number("it", "they")} would start ${agent}, which has to end on another host first`,
  "adopt-differs": ({ fields, isFileNewer }, number) => {
    const age = number(
      "its env file was changed after its start",
      "their env files were changed after their start",
    );
    return `the running configuration is not the declared one (${[...fields, ...(isFileNewer ? [age] : [])].join(", ")})`;
  },
  "not-adoptable": adoptionPhrase,
  "unit-masked": ({ unit }) => `${unit} is masked: systemctl --user unmask it`,
  "unit-replaced": ({ path }) =>
    `systemd reads ${path}, which is not the fleet's: move it away, then systemctl --user daemon-reload`,
  "file-unreadable": ({ path, problem = "it is not a regular file" }) =>
    `${path} cannot be read (${problem}): fix its mode and owner, or move it elsewhere`,
  "folder-unsafe": folderPhrase,
  "workdir-missing": ({ path }) => `workdir ${path} does not exist`,
  "env-file-missing": ({ path }) => `envFile ${path} does not exist`,
  "env-file-unreadable": ({ path, trouble }) => `envFile ${path} ${envFileTroublePhrase(trouble)}`,
  "env-file-invalid": ({ path, line }) =>
    `envFile ${path}:${line} is not NAME=value (without export, and no - in the name): systemd would write the line to its journal`,
  "repository-missing": ({ path }, number) =>
    `the repository of ${number("its worktree", "their worktrees")}, ${path}, does not exist`,
  "program-missing": ({ program }) =>
    program.startsWith("/")
      ? `${program} does not exist, or is not executable`
      : `${program} is not on the PATH of agents`,
  "worktree-taken": takenPhrase,
  "worktree-differs": worktreePhrase,
  "socket-claimed": ({ fleet }) => `fleet ${fleet} uses the same tmux socket`,
  "foreign-tmux-server": ({ socket, pid, unit, holder }) => {
    const where = unit === undefined ? "outside of any unit" : `in ${unit}`;
    return `the tmux server on socket ${socket} (pid ${pid}) runs ${where}, not in ${holder}`;
  },
  "no-tmux-server": ({ holder, socket }) =>
    `${holder} is active but no tmux server answers on socket ${socket}`,
  "newer-version": ({ installed, own }) =>
    `mosaic-fleet ${installed} has installed this fleet, and this watch runs ${own}`,
} as const satisfies PhraseTable<ObstacleReason>;

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

function worktreePhrase({ agent, path, is, declared }: Of<"worktree-differs">): string {
  const difference = is === path ? `is ${path}` : `${path} has branch ${is}`;
  return `its worktree ${difference}, not ${declared}, and stays so; to replace it: fleet stop ${agent}, then fleet worktree prune ${agent}`;
}

function folderPhrase(change: Of<"folder-unsafe">): string {
  if (change.obstacle === "link") {
    return `${change.path} is a symbolic link (to ${change.to}), and the fleet writes only to a folder of its own there: replace it by one`;
  }
  const { problem, remedy } = writerPhrase(change.writer, change.path, change.uid);
  return `${change.path} ${problem}, which would let others decide what the agents run: ${remedy}`;
}
