/** Returns true for the whole name of a commit: 40 hexadecimal digits, or 64 in a repository with SHA-256. */
export function isCommitName(text: unknown): text is string {
  return typeof text === "string" && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text);
}
