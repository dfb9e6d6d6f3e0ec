import { dirname, resolve } from "node:path";
import type { FleetTexts, NamedText } from "../../config/file/fleet-draft.ts";
import { digestOfTexts } from "../../config/file/load.ts";
import { readText } from "../../config/file/read-text.ts";
import { searchSecrets } from "../../config/file/places/search-secrets.ts";
import { statesFolder } from "../../desired/layout.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { listReadableFolder, readContent } from "../../drivers/files/read.ts";
import { openState, parseState, secretsBySeal, type OpenedState } from "../../history/kept-fleet.ts";
import type { RunRecord } from "../../history/run-record.ts";
import { sealOfMachine } from "../../system/machine-key.ts";
import { ambiguousRevision, lostRevision, unknownRevision } from "../../report/history/revision-problems.ts";
import { historyProblem, readHistory } from "../events/read-history.ts";
import type { Context } from "../shared/context.ts";
import type { FleetHere } from "./fleet-here.ts";
import { commitText, committedTexts } from "./committed-texts.ts";

/** An earlier or other state of the fleet files. */
export interface Revision {
  /** Its short name: of a state, or of a commit. */
  readonly name: string;
  /** The texts of fleet.yaml and of the files it includes. */
  readonly texts: FleetTexts;
}

/** Finds a revision: a state in the history of this fleet by the beginning of its id, or a commit by any name of Git. */
export async function findRevision(
  revision: string,
  here: FleetHere,
  context: Context,
): Promise<Result<Revision>> {
  const records = readHistory(here.layout);
  const kept = listReadableFolder(statesFolder(here.layout)).map((name) => name.replace(/\.json$/, ""));
  const known = new Set([...kept, ...records.flatMap(({ digest }) => digest ?? [])]);
  const named = /^[0-9a-f]{4,16}$/.test(revision) ? [...known].filter((id) => id.startsWith(revision)) : [];
  const [digest] = named;
  if (named.length > 1) return ambiguousRevision(revision, named);
  if (digest !== undefined) {
    return stateOfDigest(digest, commitsFrom(digest, records), here, context);
  }
  const found = await committedTexts(revision, here, context);
  if (!found.ok) return found;
  if (found.value === undefined) {
    const problem = historyProblem(here.layout);
    if (problem !== undefined) return { ok: false, diagnostics: [problem] };
    return unknownRevision(revision, here.file, known.size > 0);
  }
  const { commit, texts } = found.value;
  return ok({ name: commit.slice(0, 10), texts });
}

/** The most commits to search for a text. */
const mostCommits = 10;

/** Returns the commits that may have the text of a state: those of its runs, and later ones, because it may have been committed later. */
function commitsFrom(digest: string, records: readonly RunRecord[]): readonly string[] {
  const own = records.filter((record) => record.digest === digest);
  const later = records.slice(records.findIndex((record) => record.digest === digest));
  const commits = [...own, ...later].flatMap(({ revision }) => revision ?? []);
  return own.length === 0 ? [] : [...new Set(commits)].slice(0, mostCommits);
}

/** Returns the whole texts of a state: as they were kept, or from the commits that were checked out then. */
async function stateOfDigest(
  digest: string,
  commits: readonly string[],
  here: FleetHere,
  context: Context,
): Promise<Result<Revision>> {
  const name = digest.slice(0, 8);
  const opened = await openKept(digest, here);
  if (opened?.missing.length === 0 && digestOfTexts(opened.texts) === digest)
    return ok({ name, texts: placed(opened.texts, here) });
  for (const commit of commits) {
    const found = await committedTexts(commit, here, context);
    // The file may have differed from its commit.
    if (found.ok && found.value !== undefined && digestOfTexts(found.value.named) === digest)
      return ok({ name, texts: found.value.texts });
  }
  return fail("revision-unreadable", ...lostRevision(name, opened, here.file, commits.map(commitText)));
}

/** Returns the kept texts of a state, with the secrets fleet.yaml still has; undefined without a usable file. */
async function openKept(digest: string, here: FleetHere): Promise<OpenedState | undefined> {
  const state = parseState(readContent(`${statesFolder(here.layout)}/${digest}.json`) ?? "");
  if (state?.digest !== digest) return undefined;
  const hasSecrets = state.files.some(({ parts }) => parts.some((part) => typeof part !== "string"));
  const seal = sealOfMachine();
  return openState(
    state,
    hasSecrets ? secretsBySeal(await presentTexts(state.files, here), seal) : new Map(),
  );
}

async function presentTexts(
  files: readonly { readonly name: string | null }[],
  here: FleetHere,
): Promise<Parameters<typeof secretsBySeal>[0]> {
  const present = files.flatMap(({ name }): readonly NamedText[] => {
    if (name === null) return [{ name, text: here.text }];
    const text = readText(pathOfCopy(name, here), name);
    return text?.ok ? [{ name, text: text.value }] : [];
  });
  return Promise.all(present.map(async (each) => ({ ...each, secrets: await searchSecrets(each.text) })));
}

function placed(texts: readonly NamedText[], here: FleetHere): FleetTexts {
  return new Map(texts.map(({ name, text }) => [pathOfCopy(name, here), text]));
}

function pathOfCopy(name: string | null, { path }: FleetHere): string {
  return name === null ? path : resolve(dirname(path), name);
}
