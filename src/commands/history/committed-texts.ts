import { relative } from "node:path";
import type { FleetTexts, NamedText } from "../../config/file/fleet-draft.ts";
import { loadFleet, textsOf } from "../../config/file/load.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { realPathOf } from "../../drivers/files/real-path.ts";
import { readCommitted, resolveCommit } from "../../drivers/git/read-revision.ts";
import { workTreeOf } from "../../observe/files/git-revision.ts";
import { isPlacesPath } from "../../config/hosts/places.ts";
import type { Context } from "../shared/context.ts";
import type { FleetHere } from "./fleet-here.ts";

/** The fleet files of a commit. */
export interface CommittedTexts {
  readonly commit: string;
  readonly texts: FleetTexts;
  /** The same in the order in which they are read; none if they are not valid. */
  readonly named: readonly NamedText[];
}

/**
 * Returns the texts of fleet.yaml and its included files in a commit; undefined if Git knows no such commit of this file.
 * Included files outside of the repository are read as they are now.
 */
export async function committedTexts(
  revision: string,
  { file, path }: FleetHere,
  { exec, machine }: Context,
): Promise<Result<CommittedTexts | undefined>> {
  const top = workTreeOf(realPathOf(path));
  if (top === undefined) return ok(undefined);
  const resolved = await resolveCommit(exec, top, revision);
  if (!resolved.ok || resolved.value === undefined) return resolved.ok ? ok(undefined) : resolved;
  const commit = resolved.value;
  const texts = new Map<string, string | null>();
  const readAt = async (at: string): Promise<Result<void>> => {
    const within = pathWithin(top, at);
    if (within === undefined) return ok(undefined);
    const text = await readCommitted(exec, top, commit, within);
    if (!text.ok) return text;
    texts.set(at, text.value ?? null);
    return ok(undefined);
  };
  const first = await readAt(path);
  if (!first.ok) return first;
  if (typeof texts.get(path) !== "string") return ok(undefined);
  const { home, configHome } = machine;
  for (;;) {
    const included = new Set<string>();
    const loaded = await loadFleet({
      path: file,
      texts,
      home,
      configHome,
      onInclude: (at) => included.add(at),
      isWhole: true,
    });
    const before = texts.size;
    for (const at of included) {
      // The table stays that of now: a rollback must not move agents.
      if (isPlacesPath(at)) continue;
      const added = texts.has(at) ? ok(undefined) : await readAt(at);
      if (!added.ok) return added;
    }
    if (texts.size > before) continue;
    const named = loaded.ok ? textsOf(loaded.value.config) : undefined;
    return ok({ commit, texts, named: named ?? [] });
  }
}

/** Returns the path from the top folder of a repository; undefined for a file outside of it. */
function pathWithin(top: string, path: string): string | undefined {
  const within = relative(realPathOf(top), realPathOf(path));
  return within.startsWith("..") || within.startsWith("/") ? undefined : within;
}

/** Returns a commit, shortened as the history shows it. */
export function commitText(commit: string): string {
  return commit.slice(0, 10);
}
