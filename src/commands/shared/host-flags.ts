/** Flags of commands that can run on other machines. */
export interface HostFlags {
  /** The hosts on which to run the command, instead of this machine. */
  readonly host?: string;
  /** True if unreachable hosts do not count. */
  readonly skipUnreachable?: boolean;
  /** The highest number of connections at a time. */
  readonly maxParallel?: number;
  /** The folder for a log of each host. */
  readonly logDir?: string;
  /** True if the hosts may be those of a saved plan. */
  readonly isWithPlan?: boolean;
}
