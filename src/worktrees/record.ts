/** A worktree fleet has made for an agent, or may have found. Paths are absolute. */
export interface WorktreeRecord {
  readonly agent: string;
  readonly repo: string;
  readonly path: string;
}

/** Returns the worktrees in the file of an agent: a repository, a tab and a path each line. */
export function parseWorktreeRecords(agent: string, text: string): readonly WorktreeRecord[] {
  const lines = new Set(text.split("\n"));
  return [...lines].flatMap((line) => {
    const at = line.indexOf("\t");
    return at > 0 && line.length > at + 1
      ? [{ agent, repo: line.slice(0, at), path: line.slice(at + 1) }]
      : [];
  });
}
