import { basename, dirname, join, relative } from "node:path/posix";
import type { FleetTexts, NamedText } from "../../config/file/fleet-draft.ts";
import { hasRelativePaths } from "../../config/file/absolute-paths.ts";
import { hostOf, loadFleet, textsOf, type LoadedFleet } from "../../config/file/load.ts";
import { maxFleetFileBytes } from "../../config/file/read-text.ts";
import { isRepositoryPath, type GitSettings } from "../../config/source/source-settings.ts";
import { holdPlaces } from "../../config/hosts/hold-places.ts";
import { placesProblems } from "../../config/hosts/place-checks.ts";
import { isPlacesPath, placesPath, placesText, type Places } from "../../config/hosts/places.ts";
import type { FleetConfig } from "../../config/types.ts";
import { fail, ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { entryInCommit, sizeOfObject, textOfObject, type Mirror } from "../../drivers/git/mirror.ts";
import type { SourceTrouble } from "../../events/source-events.ts";
import type { Machine } from "../../machine/machine.ts";

/** The first line of a pointer of Git LFS, which stands in the place of a file. */
const lfsPointer = "version https://git-lfs.github.com/spec/";

/** The fleet files of a revision. */
export interface RevisionFiles {
  readonly texts: readonly NamedText[];
  /** The part of this machine. */
  readonly config: FleetConfig;
  /** The places of agents to be kept as soon as the revision is applied; undefined for none. */
  readonly known: Places | undefined;
}

/** Either the files, or the reason for not taking them. */
export type RevisionRead =
  | { readonly kind: "files"; readonly files: RevisionFiles }
  | { readonly kind: "trouble"; readonly trouble: SourceTrouble };

/**
 * Reads fleet.yaml and its included files from a revision: regular files of the repository alone, by their kind and size
 * before their content. Then validates them as the part of this machine. A failed result says that the mirror cannot be
 * read.
 */
export async function readRevisionFiles(
  mirror: Mirror,
  revision: string,
  settings: GitSettings,
  place: { readonly fleetFile: string; readonly machine: Machine; readonly known: Places | undefined },
): Promise<Result<RevisionRead>> {
  const { fleetFile, machine, known } = place;
  const folder = dirname(fleetFile);
  const texts = new Map<string, string>();
  const first = await readOne(mirror, revision, settings.path);
  if (!first.ok) return first;
  if (typeof first.value !== "string") return okTrouble(first.value);
  texts.set(fleetFile, first.value);
  const looked = new Set<string>([fleetFile]);
  for (;;) {
    const included = new Set<string>();
    const loaded = await loadFleet({
      path: fleetFile,
      texts: onlyThese(texts),
      host: settings.host,
      home: machine.home,
      configHome: machine.configHome,
      onInclude: (path) => included.add(path),
    });
    const further = [...included].filter((path) => !looked.has(path));
    if (further.length === 0)
      return ok(
        withTable(checkedRevision(loaded, revision, settings), loaded, { fleetFile, texts, revision, known }),
      );
    for (const path of further) {
      looked.add(path);
      const name = relative(folder, path);
      const inRepository = isPlacesPath(path)
        ? placesPath(settings.path)
        : join(dirname(settings.path), name);
      // Files outside of its folder are those of this machine, or of nobody.
      if (!isRepositoryPath(name) || name === "fleet.yaml") return invalid(revision, outside(name));
      const read = await readOne(mirror, revision, inRepository);
      if (!read.ok) return read;
      if (typeof read.value === "string") texts.set(path, read.value);
      else if (read.value.why !== "no-file") return okTrouble(read.value);
    }
  }
}

interface TableThere {
  readonly fleetFile: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly revision: string;
  readonly known: Places | undefined;
}

/** Adds the table with the places of agents, which the fleet file does not name. In it, agents from elsewhere wait. */
function withTable(
  read: RevisionRead,
  loaded: Result<LoadedFleet>,
  { fleetFile, texts, revision, known }: TableThere,
): RevisionRead {
  if (read.kind !== "files" || !loaded.ok) return read;
  const { files } = read;
  const path = placesPath(fleetFile);
  const name = basename(path);
  const { declared } = loaded.value;
  const here = hostOf(files.config)?.name;
  const held =
    here === undefined ? { inPlace: undefined, known: declared.places } : holdPlaces(declared, here, known);
  const text = held.inPlace === undefined ? texts.get(path) : placesText(held.inPlace);
  if (held.inPlace !== undefined && text !== undefined) {
    const problems = placesProblems(declared, held.inPlace, text, name);
    if (problems.length > 0)
      return { kind: "trouble", trouble: { why: "invalid", revision, diagnostics: problems } };
  }
  const table = text === undefined ? [] : [{ name, text }];
  return { kind: "files", files: { ...files, known: held.known, texts: [...files.texts, ...table] } };
}

/** Returns texts without which a file counts as missing: no file of this machine is read. */
function onlyThese(texts: ReadonlyMap<string, string>): FleetTexts {
  return Object.assign(new Map<string, string | null>(texts), {
    get: (path: string) => texts.get(path) ?? null,
  });
}

function checkedRevision(
  loaded: Awaited<ReturnType<typeof loadFleet>>,
  revision: string,
  { fleet, host }: GitSettings,
): RevisionRead {
  const fileTrouble = (given: SourceTrouble): RevisionRead => ({ kind: "trouble", trouble: given });
  if (!loaded.ok) return fileTrouble({ why: "invalid", revision, diagnostics: loaded.diagnostics });
  const { config, declared } = loaded.value;
  const texts = textsOf(config) ?? [];
  if (config.name !== fleet)
    return fileTrouble({ why: "other-fleet", revision, fleet: config.name, wanted: fleet });
  if (hasRelativePaths(declared))
    return fileTrouble({ why: "invalid", revision, diagnostics: relativePaths });
  if (host !== undefined && declared.hosts === undefined)
    return fileTrouble({ why: "invalid", revision, diagnostics: noHostsProblems(host) });
  return { kind: "files", files: { texts, config, known: undefined } };
}

const relativePaths = revisionProblem("paths must be absolute in a fleet file from Git", {
  detail: "A relative path would begin in the folder with the fetched files.",
  hint: "write workdir, envFiles and other paths as /path or ~/path",
});

function noHostsProblems(host: string): readonly Diagnostic[] {
  return revisionProblem(`the fleet has no hosts, and source.yaml says host: ${host}`, {
    hint: "remove host from source.yaml, or declare the hosts in fleet.yaml",
  });
}

function outside(name: string): readonly Diagnostic[] {
  return revisionProblem(`a fleet file from Git cannot include ${name}`, {
    detail: "It includes files in its own folder of the repository, and in folders below that.",
  });
}

function revisionProblem(summary: string, more: Pick<Diagnostic, "detail" | "hint">): readonly Diagnostic[] {
  const failed = fail("invalid-value", summary, more);
  return failed.ok ? [] : failed.diagnostics;
}

function invalid(revision: string, diagnostics: readonly Diagnostic[]): Result<RevisionRead> {
  return okTrouble({ why: "invalid", revision, diagnostics });
}

function okTrouble(trouble: SourceTrouble): Result<RevisionRead> {
  return ok({ kind: "trouble", trouble });
}

/** Reads one file of a revision. Its kind and size count before its content. */
async function readOne(
  mirror: Mirror,
  revision: string,
  path: string,
): Promise<Result<string | Extract<SourceTrouble, { path: string }>>> {
  const contentTrouble = (why: Extract<SourceTrouble, { path: string }>["why"]) =>
    ok({ why, revision, path });
  const entry = await entryInCommit(mirror, revision, path);
  if (!entry.ok) return entry;
  if (entry.value === undefined) return contentTrouble("no-file");
  const { mode, object } = entry.value;
  if (!mode.startsWith("100")) return contentTrouble("no-regular-file");
  const size = await sizeOfObject(mirror, object);
  if (!size.ok) return size;
  if (size.value > maxFleetFileBytes) return contentTrouble("too-large");
  const text = await textOfObject(mirror, object);
  if (!text.ok) return text;
  // The decoder has replaced each wrong byte.
  if (text.value.includes("\uFFFD") || text.value.includes("\0")) return contentTrouble("no-text");
  return text.value.startsWith(lfsPointer) ? contentTrouble("lfs-pointer") : ok(text.value);
}
