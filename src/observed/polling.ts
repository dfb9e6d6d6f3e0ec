/**
 * Why the changes in some folders are found by polling. `remote`: other machines change what is there. `no-instances` and
 * `no-watches`: the account has used up what inotify gives it (EMFILE, ENOSPC). `asked`: by CHOKIDAR_USEPOLLING.
 */
export type PollingReason = "remote" | "no-instances" | "no-watches" | "asked";

/** Folders that are polled for one reason. */
export interface PolledFolders {
  readonly why: PollingReason;
  /** The topmost ones: those below them are polled too if something that matters is in them. */
  readonly folders: readonly string[];
  /** How many there are in all. */
  readonly count: number;
  /** The names of their file systems, if that is the reason. */
  readonly fileSystems: readonly string[];
}

/** The folders that a watch polls, as it writes them into the file of its lock. */
export interface Polling {
  /** ms between two looks at each of them */
  readonly everyMs: number;
  readonly polled: readonly PolledFolders[];
}
