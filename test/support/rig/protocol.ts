/** A request of the rig to the server inside the sandbox, one JSON object a line. Mirrored by server.mjs. */
export type Request =
  | {
      readonly op: "run";
      readonly argv: readonly string[];
      readonly cwd?: string | undefined;
      readonly env?: Readonly<Record<string, string>> | undefined;
      readonly input?: string | undefined;
      /** ms, after which the command's process group is killed. */
      readonly timeoutMs: number;
    }
  /** A run of `fleet` in a process that has run it before. */
  | {
      readonly op: "fleet";
      readonly args: readonly string[];
      readonly cwd?: string | undefined;
      readonly env?: Readonly<Record<string, string>> | undefined;
      /** True if the variables are all that the run has. */
      readonly isBare?: boolean | undefined;
      /** ms, after which the process is killed. */
      readonly timeoutMs: number;
    }
  | { readonly op: "write"; readonly path: string; readonly text: string; readonly mode?: number | undefined }
  | { readonly op: "read"; readonly path: string };

/** The end of a command inside. `code` is 128+n after signal n, 127 if it could not be started. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The answer to a request, in a line with the request's number: the result for its kind of request, or the error. */
export interface Answer {
  readonly id: number;
  readonly ran?: Ran;
  readonly text?: string;
  readonly error?: string;
}
