/** An assignment in somebody's file. */
export interface OverrideSetting {
  readonly name: string;
  /** Undefined where it may be a secret: only values that a limit or a policy can have are kept. Empty for a reset. */
  readonly value: string | undefined;
}

/** A file that is not the fleet's, and that systemd reads for a unit of the fleet. */
export interface OverrideFile {
  readonly path: string;
  /** The unit that it stands for, or the name before `.d` of its folder: `mosaic-agent@coder.service`, `mosaic-.service`, `service`. */
  readonly target: string;
  /** A mask is empty or leads to /dev/null. Of an unreadable drop-in, nobody knows what it sets. */
  readonly kind: "unit" | "mask" | "drop-in" | "masked-drop-in" | "unreadable-drop-in";
  /** Of a drop-in. */
  readonly settings: readonly OverrideSetting[];
  /** `systemctl set-property` wrote it: it has been in force since then, without a daemon-reload. */
  readonly isSetProperty: boolean;
}

/** What is known of the units that are in force, beside the fleet's own files. */
export interface ObservedInForce {
  /** Sorted by path. */
  readonly overrides: readonly OverrideFile[];
  /** Files of the fleet and of others that have changed since the user manager read its units: their paths. */
  readonly unread: readonly string[];
  /** Units that the user manager runs with a file that is gone since, with that file's path. */
  readonly stale: ReadonlyMap<string, string>;
  /** The kernel's controllers that are there for agents (cgroups(7)); undefined where that is not known. */
  readonly controllers: readonly string[] | undefined;
}
