/**
 * An edited copy of fleet.yaml, or of an included file: read in the place of that file as long as it exists.
 * Everything else, such as the folder of relative paths, is that of the file.
 */
export interface FleetDraft {
  /** The file, absolute. */
  readonly of: string;
  /** The copy, to show: absolute, or from the working directory. */
  readonly path: string;
}

/**
 * Texts to read in the place of files, by absolute path; null for a file that counts as missing. Other files are read as
 * they are.
 */
export type FleetTexts = ReadonlyMap<string, string | null>;

/** The text of a fleet file. */
export interface NamedText {
  /** The path from the folder of fleet.yaml, or an absolute one; null for fleet.yaml itself. */
  readonly name: string | null;
  readonly text: string;
}
