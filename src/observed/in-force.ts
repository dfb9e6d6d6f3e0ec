/** An assignment in a foreign file. */
export interface OverrideSetting {
  readonly name: string;
  /**
   * The value if it is one of a limit or a policy; undefined for all others, because they may be secrets.
   * Empty for a reset.
   */
  readonly value: string | undefined;
}

/** A file outside the fleet's own that systemd reads for a unit of the fleet. */
export interface OverrideFile {
  readonly path: string;
  /**
   * The unit it replaces, or the name before `.d` of its folder: `mosaic-agent@coder.service`,
   * `mosaic-.service`, `service`.
   */
  readonly target: string;
  /** A mask is empty or leads to /dev/null. The settings of an unreadable drop-in are unknown. */
  readonly kind: "unit" | "mask" | "drop-in" | "masked-drop-in" | "unreadable-drop-in";
  /** The settings of a drop-in. */
  readonly settings: readonly OverrideSetting[];
  /** `systemctl set-property` wrote it: it has been in force since then, without a daemon-reload. */
  readonly isSetProperty: boolean;
}

/** The state of the loaded units, apart from the fleet's own files. */
export interface ObservedInForce {
  /** Sorted by path. */
  readonly overrides: readonly OverrideFile[];
  /** Paths of files, of the fleet and of others, changed after the user manager's last reload. */
  readonly unread: readonly string[];
  /** Units loaded by the user manager from a file that is gone, with the path of this file. */
  readonly stale: ReadonlyMap<string, string>;
  /** The kernel's controllers for agents (cgroups(7)); undefined if unknown. */
  readonly controllers: readonly string[] | undefined;
}
