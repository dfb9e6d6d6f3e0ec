/** A finding in words. */
export interface FindingText {
  /** The finding as whole sentences. */
  readonly message: string;
  /** The path or value behind it, if the message does not have it. */
  readonly evidence?: string | undefined;
  /** A command line that fixes it or shows more, if there is one. */
  readonly command?: string | undefined;
}
