/** What a sandbox is to be like. Paths on the left of `files` and `visible` are inside, those on the right outside. */
export interface SandboxOptions {
  /** What to run, found by the PATH inside. */
  readonly command: readonly string[];
  /** The user id that it runs as; 1000 unless told. */
  readonly uid?: number | undefined;
  /** Files and directories copied into HOME: `work/fleet.yaml` → a path outside. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Files and directories shown read-only below /run/fleet: `clone` → a path outside. */
  readonly visible?: Readonly<Record<string, string>> | undefined;
  /** Where it runs, an absolute path inside; ~/work unless told. */
  readonly directory?: string | undefined;
  /** Directories inside that come before the others on PATH. */
  readonly path?: readonly string[] | undefined;
  /** Variables besides the ones that every sandbox has. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}
