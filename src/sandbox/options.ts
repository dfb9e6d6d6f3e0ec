/**
 * The wishes for a sandbox. Paths on the left of `files` and `visible` are inside, paths on the right
 * outside.
 */
export interface SandboxOptions {
  /** The command to run, found by the PATH inside. */
  readonly command: readonly string[];
  /** The user id inside; 1000 by default. */
  readonly uid?: number | undefined;
  /** Files and directories copied into HOME: `work/fleet.yaml` → a path outside. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Files and directories shown read-only below /run/fleet: `clone` → a path outside. */
  readonly visible?: Readonly<Record<string, string>> | undefined;
  /**
   * A folder outside with a prepared copy of the tool's files in `tool`, and in `bin` the link `fleet` to it and an empty
   * file `node`, shown read-only. By default, each sandbox has a copy of its own.
   */
  readonly tool?: string | undefined;
  /** False for a user manager without the variables of the machine's environment.d; true by default. */
  readonly environmentD?: boolean | undefined;
  /** The working directory, an absolute path inside; ~/work by default. */
  readonly directory?: string | undefined;
  /** Directories inside, before the others on PATH. */
  readonly path?: readonly string[] | undefined;
  /** True to have the user manager's own messages in the journal, as on a machine; false by default. */
  readonly managerLog?: boolean | undefined;
  /** Variables besides the common ones of every sandbox. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}
