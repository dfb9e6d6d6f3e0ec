/** One line, or several belonging together. */
export interface TextLine {
  /** The compared text: the line as it is, except for digests, which differ with everything else. */
  readonly raw: string;
  /** The displayed text, with secrets masked. May contain line feeds. */
  readonly shown: string;
}

/** A file as it is, next to the file as it would be. No secret is readable in it. */
export interface FileEdit {
  readonly path: string;
  readonly found: readonly FileLine[];
  /** None if the file would be removed. */
  readonly wanted: readonly FileLine[];
}

/** One line, or several belonging together. */
export interface FileLine {
  /** 1-based number of its first line. */
  readonly line: number;
  /** The same for the same text, secrets included. Not to be shown: a short secret could be guessed by it. */
  readonly key: string;
  /** The displayed text, with secrets masked. May contain line feeds. */
  readonly shown: string;
}
