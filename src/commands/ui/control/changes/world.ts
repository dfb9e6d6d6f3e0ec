import type { Machine } from "../../../../machine/machine.ts";
import type { Exec } from "../../../../system/exec.ts";

/** The surroundings of changes. */
export interface ChangeWorld {
  /** For calls that only read. */
  readonly shows: Exec;
  readonly machine: Machine;
  /** The path of fleet.yaml. */
  readonly file: string;
  /** A folder for plans and outputs. */
  readonly folder: string;
  /** Returns the names of the other hosts on the page. */
  readonly hosts: () => readonly string[];
  /** Asks another host for its agents again at once. */
  readonly askAgain: (host: string) => void;
}
