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
  | { readonly op: "read"; readonly path: string }
  /** The whole lines of a file after its first bytes, at once or as soon as it grows. */
  | {
      readonly op: "more";
      readonly path: string;
      readonly from: number;
      /** ms, after which the answer is an empty text. */
      readonly waitMs: number;
    }
  /** Everything below a folder. */
  | {
      readonly op: "entries";
      readonly root: string;
      readonly without?: readonly string[] | undefined;
      readonly isDigested?: boolean | undefined;
    }
  /** Ends everything inside, and removes all files of the user. */
  | { readonly op: "clear" }
  /** Starts the journal and the user manager again. `script` is the text of src/sandbox/session.sh. */
  | { readonly op: "begin"; readonly script: string };

/** Something in a folder, such as a file or a link. */
export interface Entry {
  /** Its path from the folder of the request. */
  readonly path: string;
  /** `f`, `d`, `l`, `p` or `s`, as `find -printf %y` writes it. */
  readonly kind: string;
  /** The permissions, octal. */
  readonly mode: string;
  readonly inode: string;
  /** The times of the last change of the text, and of anything, ns since the epoch. */
  readonly writtenNs: string;
  readonly changedNs: string;
  /** The target of a link, or "". */
  readonly link: string;
  /** A digest of the text of a file, on request. */
  readonly digest?: string;
}

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
  readonly entries?: readonly Entry[];
  readonly error?: string;
}
