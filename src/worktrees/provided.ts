/** The files put into a worktree by fleet and its setup, from the files in git's folder of it. */
export interface Provided {
  /** The repository, whose files may be linked. */
  readonly repo: string;
  /** Digests of copied files, and of files the setup has made, by their paths. */
  readonly copies: ReadonlyMap<string, ReadonlySet<string>>;
  /** The ignored files after the setup. A folder ends with a slash. */
  readonly made: readonly string[];
  /** The end of the setup, ms since the epoch; undefined before it. */
  readonly setupMs: number | undefined;
}

/** A file git does not have. */
export interface LooseFile {
  /** Below the worktree. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "special";
  /** The last change of its content or place, ms since the epoch: no program can set it back. */
  readonly changedMs: number;
  /** The target of a link. */
  readonly target?: string | undefined;
  /** Returns the target of a link in its place in the repository. */
  readonly targetInRepo: () => string | undefined;
  /** Returns the digest of a file; undefined if it cannot be read. */
  readonly digest: () => string | undefined;
}

/** Returns true if nothing is lost with a file: fleet has copied or linked it, or the setup has made it. Pure. */
export function isDisposable(file: LooseFile, provided: Provided): boolean {
  const { repo, copies, setupMs } = provided;
  const { path, kind, changedMs, target } = file;
  if (setupMs !== undefined && changedMs < setupMs && isMade(path, provided)) return true;
  switch (kind) {
    case "special": // a socket or a pipe, which has no content
      return true;
    case "folder":
      return false;
    case "link":
      return target !== undefined && (target === `${repo}/${path}` || target === file.targetInRepo());
    case "file": {
      const known = copies.get(path);
      const digest = known && file.digest();
      return digest !== undefined && known?.has(digest) === true;
    }
  }
}

/** Returns true for an ignored file that was there after the setup, or is in such a folder. */
export function isMade(path: string, { made }: Provided): boolean {
  return made.some((entry) => (entry.endsWith("/") ? path.startsWith(entry) : path === entry));
}

/** The beginning of CACHEDIR.TAG in a folder that programs can make again (bford.info/cachedir). */
export const cacheSignature = "Signature: 8a477f597d28d172789f06886806bc55";

/**
 * Returns true for a folder its own program deletes as a whole: `npm ci` deletes a node_modules, and python makes its
 * __pycache__ again. Only a node_modules of the setup counts: the setup makes it again.
 */
export function isRemade(folder: string, provided: Provided): boolean {
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  return name === "__pycache__" || (name === "node_modules" && isMade(`${folder}/`, provided));
}

/** Returns the digests by paths in the output of sha256sum, which escapes line feeds and backslashes in paths. */
export function parseCopies(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const copies = new Map<string, Set<string>>();
  for (const [, escaped, digest = "", written = ""] of text.matchAll(/^(\\?)([0-9a-f]{64}) [ *](.*)$/gm)) {
    const path = (
      escaped === ""
        ? written
        : written.replace(/\\([\\nr])/g, (_, sign: string) => escapedCharacters[sign] ?? "")
    )
      .replace(/^\.\//, "")
      .replace(/\/{2,}/g, "/");
    copies.set(path, (copies.get(path) ?? new Set()).add(digest));
  }
  return copies;
}

const escapedCharacters: Readonly<Record<string, string>> = { "\\": "\\", n: "\n", r: "\r" };

/** Returns the ignored files in the output of `git status --porcelain -z --ignored`. */
export function parseMade(text: string): readonly string[] {
  return text.split("\0").flatMap((entry) => (entry.startsWith("!! ") ? [entry.slice(3)] : []));
}
