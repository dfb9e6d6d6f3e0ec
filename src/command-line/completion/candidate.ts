/** A word that may stand at the cursor. */
export interface Candidate {
  /** The whole word, without the quotes of a shell. */
  readonly value: string;
  /** A short description, for shells that show one. */
  readonly about?: string | undefined;
}

/** The kinds of files a shell completes itself. A `line` is a whole command with its arguments. */
export type Files = "none" | "any" | "yaml" | "folders" | "line";

/** Everything that may stand at the cursor. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly files: Files;
  /** The beginning of the word that is no part of the path, such as `--file=`. */
  readonly prefix: string;
}

/** The names in a fleet file. */
export interface KnownNames {
  readonly agents: readonly KnownAgent[];
  /** The values of each label. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly hosts: readonly KnownHost[];
  /** Returns the states in the history, the newest first. */
  readonly states: () => readonly Candidate[];
}

/** An entry of `hosts`. */
export interface KnownHost {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Returns the names of its agents. */
  readonly agents: () => readonly string[];
}

/** An entry of `agents`. */
export interface KnownAgent {
  readonly name: string;
  readonly about: string | undefined;
  /** The names of its replicas; none for a single agent. */
  readonly replicas: readonly string[];
  /** The names of the windows and panes next to each. */
  readonly windows?: readonly string[] | undefined;
}
