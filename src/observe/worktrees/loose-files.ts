import { lstatSync, readFileSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path/posix";
import { digestOfFile } from "./digest-file.ts";
import { linkTarget } from "../../drivers/files/permissions.ts";
import {
  cacheSignature,
  isDisposable,
  isMade,
  isRemade,
  type LooseFile,
  type Provided,
} from "../../worktrees/provided.ts";

/** The worktree, and what is known of its files. */
interface KnownWorktree {
  readonly place: string;
  readonly provided: Provided;
}

/** Returns true if nothing is lost with an untracked file. A folder among these is a repository of its own. */
export function isLooseFileDisposable(path: string, { place, provided }: KnownWorktree): boolean {
  if (path.endsWith("/")) return false;
  const stat = lstatSync(join(place, path), { throwIfNoEntry: false });
  // A setup has made what it has made among the ignored files only.
  return (
    stat !== undefined && isDisposable(looseFile(path, stat, place, provided), { ...provided, made: [] })
  );
}

/**
 * Returns the ignored files to be lost, out of git's list: a folder ends with a slash. Throws if a folder
 * cannot be read.
 */
export function* ignoredFilesToKeep(entries: readonly string[], world: KnownWorktree): Generator<string> {
  const { place, provided } = world;
  const device = lstatSync(place).dev;
  for (const entry of entries) {
    const path = entry.replace(/\/$/, "");
    const stat = lstatSync(join(place, path), { throwIfNoEntry: false });
    // A name that is not UTF-8 is not found by its text.
    if (stat === undefined) yield entry;
    else if (stat.isDirectory()) yield* keptIn(path, { ...world, device });
    else if (!isDisposable(looseFile(path, stat, place, provided), provided)) yield path;
  }
}

function* keptIn(folder: string, world: KnownWorktree & { readonly device: number }): Generator<string> {
  const { place, provided, device } = world;
  const names = readdirSync(join(place, folder)).sort();
  const isWhole = isRemade(folder, provided) || isCache(join(place, folder), names);
  if (isWhole) yield* repositoriesIn(folder, names, world);
  else {
    for (const name of names) {
      const path = `${folder}/${name}`;
      const stat = lstatSync(join(place, path), { throwIfNoEntry: false });
      if (stat === undefined) yield path;
      else if (!stat.isDirectory()) {
        if (!isDisposable(looseFile(path, stat, place, provided), provided)) yield path;
      } else if (stat.dev !== device) yield `${path}/`;
      else {
        // A folder somebody has moved here holds older files.
        if (isMoved(path, stat, provided)) yield `${path}/`;
        yield* keptIn(path, world);
      }
    }
  }
}

/** Returns true for a folder in one of the setup that has changed since: it may come from elsewhere. */
function isMoved(path: string, { ctimeMs }: Stats, provided: Provided): boolean {
  return (
    isMade(path, provided) &&
    provided.setupMs !== undefined &&
    ctimeMs >= provided.setupMs &&
    !isRemade(path, provided)
  );
}

/** Returns the repositories in a folder whose other files can be made again. */
function* repositoriesIn(
  folder: string,
  names: readonly string[],
  world: KnownWorktree & { readonly device: number },
): Generator<string> {
  for (const name of names) {
    const path = `${folder}/${name}`;
    if (name === ".git") yield path;
    const stat = lstatSync(join(world.place, path), { throwIfNoEntry: false });
    if (stat?.isDirectory() !== true) continue;
    if (stat.dev !== world.device) yield `${path}/`;
    else yield* repositoriesIn(path, readdirSync(join(world.place, path)), world);
  }
}

function isCache(folder: string, names: readonly string[]): boolean {
  if (!names.includes("CACHEDIR.TAG")) return false;
  const tag = join(folder, "CACHEDIR.TAG");
  return lstatSync(tag).isFile() && readFileSync(tag, "latin1").startsWith(cacheSignature);
}

function looseFile(path: string, stat: Stats, place: string, { repo }: Provided): LooseFile {
  const full = join(place, path);
  const kind = stat.isFile()
    ? "file"
    : stat.isSymbolicLink()
      ? "link"
      : stat.isDirectory()
        ? "folder"
        : "special";
  return {
    path,
    kind,
    changedMs: stat.ctimeMs,
    target: kind === "link" ? readlinkSync(full) : undefined,
    targetInRepo: () => linkTarget(join(repo, path)),
    digest: () => digestOfFile(full),
  };
}
