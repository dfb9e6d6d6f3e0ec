/**
 * The reason for polling a folder. `remote`: other machines change it. `no-instances` and `no-watches`: the
 * account has used up its inotify limits (EMFILE, ENOSPC). `asked`: by CHOKIDAR_USEPOLLING.
 */
export type PollingReason = "remote" | "no-instances" | "no-watches" | "asked";

/** Folders polled for one reason. */
export interface PolledFolders {
  readonly why: PollingReason;
  /** The topmost ones: folders of interest below them are polled too. */
  readonly folders: readonly string[];
  /** Number of folders in all. */
  readonly count: number;
  /** The names of their file systems, if they are the reason. */
  readonly fileSystems: readonly string[];
}

/** The polled folders of a watch, as in the file of its lock. */
export interface Polling {
  /** ms between two reads of each folder */
  readonly everyMs: number;
  readonly polled: readonly PolledFolders[];
}
