import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** @typedef {import("../box/protocol.ts").Entry} Entry */

/** The kinds of entries as `find -printf %y` writes them. */
const kinds = new Map([
  [0o10, "f"],
  [0o04, "d"],
  [0o12, "l"],
  [0o01, "p"],
  [0o14, "s"],
]);

/**
 * Returns everything below a folder, at any depth, in the order of their paths, without those that `without` lists. A
 * folder that is not there, or is not readable, has nothing in it. The texts of files are digested only on request.
 *
 * @param {{ readonly root: string, readonly without?: readonly string[] | undefined, readonly isDigested?: boolean
 *   | undefined }} request
 * @returns {Promise<readonly Entry[]>}
 */
export async function entriesOf({ root, without = [], isDigested = false }) {
  /** @type {Entry[]} */
  const found = [];
  /**
   * Adds everything below a folder.
   *
   * @param {string} folder
   */
  const walk = async (folder) => {
    const names = await orNothing(readdir(join(root, folder)));
    for (const name of names ?? []) {
      const path = join(folder, name);
      if (without.includes(path)) continue;
      const entry = await orNothing(entryOf(root, path, isDigested));
      if (entry === undefined) continue;
      found.push(entry);
      if (entry.kind === "d") await walk(path);
    }
  };
  await walk("");
  return found.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/**
 * Returns an entry of a folder.
 *
 * @param {string} root
 * @param {string} path
 * @param {boolean} isDigested
 * @returns {Promise<Entry>}
 */
async function entryOf(root, path, isDigested) {
  const whole = join(root, path);
  const { mode, ino, mtimeNs, ctimeNs } = await lstat(whole, { bigint: true });
  const kind = kinds.get(Number(mode >> 12n)) ?? "?";
  return {
    path,
    kind,
    mode: (mode & 0o7777n).toString(8),
    inode: String(ino),
    writtenNs: String(mtimeNs),
    changedNs: String(ctimeNs),
    link: kind === "l" ? await readlink(whole) : "",
    ...(isDigested && kind === "f" ? { digest: digestOf(await readFile(whole)) } : {}),
  };
}

/**
 * Returns a digest of a text. Loads the module here: few sandboxes need it, and it takes 2 ms.
 *
 * @param {Buffer} text
 */
const digestOf = (text) =>
  process.getBuiltinModule("node:crypto").createHash("sha256").update(text).digest("hex");

/**
 * Returns the result of a look; undefined if the object has gone in between, or is not readable.
 *
 * @template T
 * @param {Promise<T>} looking
 * @returns {Promise<T | undefined>}
 */
async function orNothing(looking) {
  try {
    return await looking;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "ENOENT" || code === "EACCES" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
