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
