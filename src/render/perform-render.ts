import { basename, dirname, join } from "node:path/posix";
import type { RenderedThing } from "./rendered-files.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { sweepFolder } from "../drivers/files/sweep.ts";
import { pruneFolders, removeFile, setMode, writeFile, writeLink } from "../drivers/files/write.ts";
import type { FoundRendering } from "./observe-rendered.ts";
import type { RenderPlan } from "./plan-render.ts";
import { envDirMode } from "../desired/layout.ts";

/** Writes and removes the differences below `root`, and nothing else there. Returns the problems. */
export async function performRender(
  root: string,
  { steps, removed }: RenderPlan,
  { folders, leftovers }: FoundRendering,
  envFolder: string,
): Promise<readonly Diagnostic[]> {
  for (const path of leftovers) {
    sweepFolder(join(root, dirname(path)), { isOurs: (name) => name === basename(path) });
  }
  const envMode = folders.get(envFolder) ?? envDirMode;
  const modeSet = (envMode & 0o077) === 0 ? [] : [await setMode(join(root, envFolder), envDirMode)];
  const changed = steps.filter(({ result }) => result !== "unchanged").map(({ thing }) => thing);
  const written = await Promise.all(changed.map((thing) => writeThing(root, thing, envFolder)));
  const problems = [...modeSet, ...written].flatMap(failuresIn);
  // After a partial write, too many files are better than too few.
  if (problems.length > 0) return problems;
  const gone = await Promise.all(removed.map((path) => removeFile(join(root, path))));
  // The innermost first. Non-empty folders stay.
  const emptied = [...new Set(removed.flatMap(parentFolders))].sort((a, b) => b.length - a.length);
  pruneFolders(emptied.map((folder) => join(root, folder)));
  return gone.flatMap(failuresIn);
}

function writeThing(root: string, thing: RenderedThing, envFolder: string): Promise<Result<void>> {
  const path = join(root, thing.path);
  if (thing.kind === "link") return writeLink(path, thing.target);
  const folderMode = dirname(thing.path) === envFolder ? envDirMode : 0o755;
  return writeFile(path, thing.content, thing.mode, folderMode);
}

/** Returns the folders above a path, below the root. */
function parentFolders(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === "." ? [] : [folder, ...parentFolders(folder)];
}

function failuresIn(result: Result<void>): readonly Diagnostic[] {
  return result.ok ? [] : result.diagnostics;
}
