import { loadFleet } from "../../config/file/load.ts";
import { isRegularFile } from "../../drivers/files/read.ts";
import type { Context } from "../shared/context.ts";
import { findEntry } from "../../config/schema/replicas.ts";

/** The words after `fleet diff`. */
interface RevisionWords {
  readonly rev: string | undefined;
  readonly names: readonly string[];
}

/** Takes a revision from the words after `fleet diff`: the first one, if it looks like one and no agent has this name. */
export async function revisionIn(
  words: readonly string[],
  rev: string | undefined,
  context: Context,
): Promise<RevisionWords> {
  const [first, ...names] = words;
  if (rev !== undefined || first === undefined || !looksLikeRevision(first)) return { rev, names: words };
  return (await isDeclared(first, context)) ? { rev, names: words } : { rev: first, names };
}

function looksLikeRevision(word: string): boolean {
  return /^(?:[0-9a-f]{7,40}|HEAD(?:[~^]\d*)*)$/.test(word);
}

/** Returns true for the name of a declared agent, and if nobody can know. */
async function isDeclared(name: string, { flags, machine }: Context): Promise<boolean> {
  if (flags.file !== undefined && !isRegularFile(flags.file)) return true;
  const { home, configHome, cacheHome } = machine;
  const loaded = await loadFleet({ path: flags.file, home, configHome, cacheHome, isWhole: true });
  if (!loaded.ok) return false;
  return findEntry(loaded.value.config.agents, name) !== undefined;
}
