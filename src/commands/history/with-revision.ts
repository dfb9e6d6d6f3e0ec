import { loadFleet } from "../../config/file/load.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetEdit, type FleetEdit, type TextToShow } from "../../diffs/fleet-edits.ts";
import { fleetEditsText } from "../../report/history/fleet-edits-text.ts";
import { renamedFleet, notValidNow, withoutHosts } from "../../report/history/revision-problems.ts";
import type { FleetTexts } from "../../config/file/fleet-draft.ts";
import { searchSecrets } from "../../config/file/places/search-secrets.ts";
import { readText } from "../../config/file/read-text.ts";
import { report, type Context } from "../shared/context.ts";
import { fleetHere, type FleetHere } from "./fleet-here.ts";
import { findRevision, type Revision } from "./find-revision.ts";

/** A revision, with everything a command about it needs. */
export interface RevisionAt {
  readonly here: FleetHere;
  readonly revision: Revision;
  /** The context that reads the texts of the revision in the place of the files. */
  readonly context: Context;
  /** The differences of the files, from now to the revision. */
  readonly edits: readonly FleetEdit[];
  /** The present hosts the revision does not have. */
  readonly withoutHost: readonly string[];
}

/**
 * Returns a revision of the fleet here. Its texts must be valid, and of the same fleet. `isWhole`: for the agents of all hosts,
 * on a machine that may be none of them.
 */
export async function revisionAt(given: Context, name: string, isWhole = false): Promise<Result<RevisionAt>> {
  const here = await fleetHere(given);
  if (!here.ok) return here;
  const { file, layout } = here.value;
  const found = await findRevision(name, here.value, given);
  if (!found.ok) return found;
  const { texts } = found.value;
  const { home, configHome } = given.machine;
  const loaded = await loadFleet({ path: file, texts, home, configHome, isWhole });
  if (!loaded.ok)
    return { ok: false, diagnostics: [notValidNow(found.value.name, file), ...loaded.diagnostics] };
  const { name: fleet, tmux } = loaded.value.config;
  if (fleet !== layout.fleet || tmux.socket !== layout.socket)
    return renamedFleet(found.value.name, { fleet, socket: tmux.socket }, layout);
  const hosts = loaded.value.declared.hosts;
  if (here.value.hosts !== undefined && hosts === undefined) return withoutHosts(found.value.name);
  return ok({
    here: here.value,
    revision: found.value,
    context: { ...given, flags: { ...given.flags, file, texts } },
    edits: await editsFor(texts),
    withoutHost: (here.value.hosts ?? []).filter(
      (host) => hosts !== undefined && !Object.hasOwn(hosts, host),
    ),
  });
}

/** Returns the files that differ. A file the revision does not have stays as it is. */
async function editsFor(texts: FleetTexts): Promise<readonly FleetEdit[]> {
  const edits: FleetEdit[] = [];
  for (const [path, text] of texts) {
    const now = presentText(path);
    if (text === null || text === now) continue;
    edits.push(fleetEdit(path, await searched(now ?? ""), await searched(text)));
  }
  return edits;
}

async function searched(text: string): Promise<TextToShow> {
  return { text, secrets: await searchSecrets(text) };
}

/** Returns the text of a file; undefined for a missing or unreadable one. */
export function presentText(path: string): string | undefined {
  const text = readText(path, path);
  return text?.ok ? text.value : undefined;
}

/** Runs a command for fleet.yaml as it was in a revision, and shows first how the file differs. */
export async function withRevision(
  given: Context,
  name: string,
  command: (context: Context) => Promise<number>,
): Promise<number> {
  const at = await revisionAt(given, name);
  if (!at.ok) return report(given, at.diagnostics);
  showEdits(at.value);
  return command(at.value.context);
}

/** Shows the differences of the files themselves, above the plan. */
export function showEdits({ edits, revision, context: { output } }: RevisionAt): void {
  output.text(fleetEditsText(edits, revision.name, output.colors));
}
