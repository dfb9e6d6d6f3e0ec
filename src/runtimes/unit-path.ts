/** A program, and the folders that the PATH of units lacks to run it. */
export interface ReachedProgram {
  readonly program: string;
  /** Absolute. */
  readonly path: string;
  /** The program's folder first, then that of its interpreter. Empty if units find the program as they are. */
  readonly missingFolders: readonly string[];
}

/** The PATH of units if the user manager says none (systemd.exec(5), "PATH"). */
export const defaultUnitPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Returns the PATH with which units find programs; undefined if their own is enough. */
export function pathFor(
  { missingFolders }: Pick<ReachedProgram, "missingFolders">,
  unitPath: string,
): string | undefined {
  if (missingFolders.length === 0) return undefined;
  const own = unitPath.split(":").filter((folder) => folder.startsWith("/"));
  return [...new Set([...missingFolders, ...own])].join(":");
}

/** Returns the program that `#!/usr/bin/env PROGRAM` looks up on PATH; undefined for any other file. */
export function interpreterIn(beginning: string): string | undefined {
  return /^#!\s*\/(?:usr\/)?bin\/env\s+(?:-S\s*)?(?:-\S+\s+)*(?:\w+=\S*\s+)*([\w.+-]+)/.exec(beginning)?.[1];
}
