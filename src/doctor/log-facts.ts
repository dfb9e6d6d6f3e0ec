/** A folder or file that keeps the log of an agent from being written. */
export interface LogObstacle {
  readonly agent: string;
  readonly path: string;
  /** `denied` by its mode or owner, on a `read-only` file system, or something else in the place of a folder or file. */
  readonly problem: "denied" | "read-only" | "no-folder" | "no-file";
  readonly uid: number;
  readonly mode: number;
  /** True if it belongs to the user, who can change its mode. */
  readonly isOwn: boolean;
}

/** A file system with logs. */
export interface LogDisk {
  /** A folder on it. */
  readonly path: string;
  /** The bytes the user may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** The bytes the logs may grow by until all of their files are full. */
  readonly growthBytes: number;
}

/** The facts about the logs of a fleet. */
export interface LogFacts {
  readonly obstacles: readonly LogObstacle[];
  readonly disks: readonly LogDisk[];
}
