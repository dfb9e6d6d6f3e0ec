import { lstatSync } from "node:fs";
import { isAbsolute, join } from "node:path/posix";
import { makeFolders, firstExisting } from "../drivers/files/make-folders.ts";
import { isOlder } from "../system/node-version.ts";

/**
 * `enableCompileCache` of node:module since 22.8. It never throws, and does nothing in a read-only folder.
 */
type Enable = (folder: string) => unknown;

/**
 * Makes node keep V8's compiled code, in $XDG_CACHE_HOME or ~/.cache. Returns false if this node cannot.
 *
 * This account executes the code in the folder. So the folder is used only if no other account can write to
 * it, and is never made in another user's home, for example under sudo.
 */
export function enableCompileCache(env: NodeJS.ProcessEnv, enable = ofThisNode()): boolean {
  if (enable === undefined) return false;
  const folder = cacheFolder(env);
  if (folder !== undefined) enable(folder);
  return true;
}

/** Looks at the version first: an older node would load four more modules of its own with node:module. */
function ofThisNode(): Enable | undefined {
  if (isOlder(process.versions.node, "22.8")) return undefined;
  return (process.getBuiltinModule("node:module") as { readonly enableCompileCache?: Enable })
    .enableCompileCache;
}

function cacheFolder(env: NodeJS.ProcessEnv): string | undefined {
  try {
    const home = env["XDG_CACHE_HOME"] || join(env["HOME"] ?? "", ".cache");
    const own = join(home, "mosaic-fleet");
    const folder = join(own, "compiled");
    if (!isAbsolute(folder) || !isOurs(firstExisting(folder))) return undefined;
    makeFolders(own, 0o700);
    makeFolders(folder, 0o700);
    return isPrivate(own) && isPrivate(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

function isOurs(path: string): boolean {
  return lstatSync(path).uid === process.getuid?.();
}

function isPrivate(folder: string): boolean {
  const stat = lstatSync(folder);
  return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
}
