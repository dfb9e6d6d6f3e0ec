import { existsSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { fail, ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { configCache, type ConfigCache, type KnownFleet } from "./cache.ts";
import { envFileRisks, warningsFor } from "./trust/file-warnings.ts";
import { hasRelativePaths, withAbsolutePaths } from "./absolute-paths.ts";
import { candidatesFor, currentFolder, isTaken, type FleetSearch } from "./candidates.ts";
import { hasControlCharacter } from "../schema/values/names.ts";
import { givenText, includerFor, isSameText, shownPath, type IncludedFile } from "./included-files.ts";
import { placedDamage } from "./placed-files.ts";
import { noCurrentFolder, noFleet, noSuchFile } from "./no-file.ts";
import { readText } from "./read-text.ts";
import { withPlaces } from "./read-places.ts";
import { isStreamPath } from "./stream-path.ts";
import { ownPart } from "./own-part.ts";
import type { FoundHost } from "../hosts/find-host.ts";
import { digest } from "../../text/digests/digest.ts";
import type { FleetDraft, FleetTexts, NamedText } from "./fleet-draft.ts";
import type { FleetConfig } from "../types.ts";

/** The possible places of fleet.yaml. */
export interface FleetLocation extends FleetSearch {
  /** A draft to read in the place of its file. */
  readonly draft?: FleetDraft | undefined;
  /** The texts of another revision of the fleet. The files themselves stay as they are. */
  readonly texts?: FleetTexts | undefined;
  /** Absolute home for ~ in the paths of envFiles. Without it, their modes are not checked. */
  readonly home?: string | undefined;
  /** Absolute: $XDG_CACHE_HOME, or ~/.cache. Without it there is no cache. */
  readonly cacheHome?: string | undefined;
  /** The host this machine is, if its name does not tell. */
  readonly host?: string | undefined;
  /** True for the agents of all hosts. By default the configuration is the part of this machine. */
  readonly isWhole?: boolean | undefined;
  /** True to leave out fleet.place.json, also an unfitting one. */
  readonly isWithoutPlaces?: boolean | undefined;
  /** Agents to be ended elsewhere before they start, each with its former host; by default from fleet.place.json. */
  readonly waits?: Readonly<Record<string, string>> | undefined;
  /** The host this machine is for another one; by default the one with its name. */
  readonly hostHere?: string | undefined;
  /** The list of all hosts that run the same command; undefined for a command on one machine. */
  readonly among?: string | undefined;
  /** Hears the absolute path of each included file, also of a missing one. */
  readonly onInclude?: ((path: string) => void) | undefined;
  /** Hears a text that is about to be parsed, because it is not in the cache. */
  readonly onParse?: ((text: string) => void) | undefined;
}

export interface LoadedFleet {
  /** Relative paths are written out from `folder`. */
  readonly config: FleetConfig;
  /** As the file says it, with relative paths. */
  readonly declared: FleetConfig;
  /** The folder of the file, absolute: relative paths in the file begin there. */
  readonly folder: string;
  /** The path to show: as given, `fleet.yaml`, or the absolute one below the configuration directory. */
  readonly file: string;
  readonly text: string;
  /** The files it includes, in their order, and fleet.place.json. */
  readonly included: readonly IncludedFile[];
  /** Warnings about the file for the user. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * Finds, reads and parses fleet.yaml: the requested file, else ./fleet.yaml, else the fallback, else
 * CONFIGHOME/mosaic/fleet/fleet.yaml.
 */
export async function loadFleet(location: FleetLocation): Promise<Result<LoadedFleet>> {
  const { path, draft, texts, cwd = currentFolder() } = location;
  if (cwd === undefined && (path === undefined || !isAbsolute(path))) return noCurrentFolder();
  const fromHere = (file: string): string => resolve(cwd ?? "/", file);
  const draftOf = (file: string): string | undefined =>
    draft?.of === file && existsSync(fromHere(draft.path)) ? draft.path : undefined;
  const candidates = candidatesFor(location);
  for (const file of candidates) {
    const source = draftOf(fromHere(file)) ?? file;
    const pipes = path === undefined ? "refuse" : "read";
    const text = givenText(texts, fromHere(source)) ?? readText(fromHere(source), source, pipes);
    if (text === undefined) continue;
    if (!text.ok) return text;
    // The cache knows the included files, and not their drafts.
    const isDraftOfIncluded = draft !== undefined && draft.of !== fromHere(file);
    const cache =
      location.cacheHome === undefined || isDraftOfIncluded || texts !== undefined
        ? undefined
        : configCache(location.cacheHome, fromHere(file), text.value);
    const folder = folderOfFile(fromHere(file), cwd ?? "/");
    const first = { file: source, path: fromHere(file), folder, home: location.home, draftOf, texts };
    const parsed = await parseWithCache(text.value, first, cache, location);
    if (!parsed.ok) return parsed;
    const { included: ofFile } = parsed.value;
    const placed =
      location.isWithoutPlaces === true
        ? ok({ config: parsed.value.config, table: undefined })
        : withPlaces(parsed.value.config, { file: source, path: fromHere(file), texts }, (each) =>
            location.onInclude?.(each),
          );
    if (!placed.ok) return placed;
    const { config: declared, table } = placed.value;
    const included = table === undefined ? ofFile : [...ofFile, table];
    if (hasRelativePaths(declared) && hasControlCharacter(folder)) return unusableFolder(file, folder);
    const own =
      location.isWhole === true
        ? ok({ config: declared, host: undefined })
        : await ownPart(declared, fromHere(file), {
            known: location.host,
            asked: location.hostHere,
            waits: location.waits,
          });
    if (!own.ok) return own;
    const named = [{ name: null, text: text.value }, ...ofFile.map(({ path: _path, ...each }) => each)];
    const tables = table === undefined ? [] : [{ name: table.name, text: table.text }];
    const damage =
      texts === undefined && location.isWithoutPlaces !== true
        ? placedDamage(fromHere(source), source, () => digestOfTexts([...named, ...tables]))
        : undefined;
    if (damage !== undefined) return { ok: false, diagnostics: [damage] };
    const config = withAbsolutePaths(own.value.config, folder);
    origins.set(config, {
      host: own.value.host,
      whole: own.value.host === undefined ? undefined : declared,
      among: location.among,
      path: fromHere(file),
      included: included.map((each) => each.path),
      // Without the table: a rollback must not move agents.
      texts: named,
      table: tables,
      keepDigests: () => cache?.keepDigests(parsed.value),
    });
    return ok({
      config,
      declared,
      folder,
      file: source,
      text: text.value,
      included,
      warnings: [
        ...warningsFor(fromHere(file), file),
        ...included.flatMap((each) => warningsFor(each.path, shownPath({ file }, each))),
        ...envFileRisks(config, location.home),
      ],
    });
  }
  return path === undefined ? noFleet(candidates.map(fromHere)) : noSuchFile(path);
}

/** Returns the folder of a file; for a pipe, which has no folder of its own, the current one. */
function folderOfFile(path: string, cwd: string): string {
  return isStreamPath(path) ? cwd : dirname(path);
}

function unusableFolder(file: string, folder: string): Result<LoadedFleet> {
  return fail("invalid-value", `relative paths in ${file} cannot be used in its folder`, {
    detail: `The name of the folder ${JSON.stringify(folder)} has a control character, which no unit can name.`,
    hint: "write absolute paths, or move the file",
  });
}

interface FileOrigin {
  /** Undefined for a fleet without hosts. */
  readonly host: FoundHost | undefined;
  /** The agents of all hosts; undefined for a fleet without hosts. */
  readonly whole: FleetConfig | undefined;
  readonly among: string | undefined;
  /** The absolute path of the file. */
  readonly path: string;
  /** The absolute paths of the files it includes. */
  readonly included: readonly string[];
  readonly texts: readonly NamedText[];
  /** The digest of the texts, once somebody has asked for it. */
  digest?: string;
  /** The text of fleet.place.json; none without one. */
  readonly table: readonly NamedText[];
  readonly keepDigests: () => void;
}

/** The files behind configurations. */
const origins = new WeakMap<FleetConfig, FileOrigin>();

/**
 * Returns the absolute path of the file that loadFleet has read a configuration from; undefined for any other
 * configuration.
 */
export function fileOf(config: FleetConfig): string | undefined {
  return origins.get(config)?.path;
}

/** Returns the host whose part of a fleet a configuration is; undefined for a fleet without hosts. */
export function hostOf(config: FleetConfig): FoundHost | undefined {
  return origins.get(config)?.host;
}

/**
 * Returns the agents of all hosts in the file of a configuration, and the hosts of the run as a list; undefined for a fleet
 * without hosts.
 */
export function wholeOf(config: FleetConfig): Pick<FileOrigin, "whole" | "among"> {
  return origins.get(config) ?? { whole: undefined, among: undefined };
}

/** Returns the digest of the texts behind a configuration; undefined for one that was not read from files. */
export function digestOf(config: FleetConfig): string | undefined {
  const origin = origins.get(config);
  return origin && (origin.digest ??= digestOfTexts(origin.texts));
}

/** Returns the same with the text of fleet.place.json, for one that decides if a revision was applied. */
export function digestWithPlaces(config: FleetConfig): string | undefined {
  const origin = origins.get(config);
  return origin && digestOfTexts([...origin.texts, ...origin.table]);
}

/** Returns the digest of the texts of fleet.yaml and of the files it includes, in their order. */
export function digestOfTexts(named: readonly NamedText[]): string {
  const texts = named.map(({ text }) => text);
  return digest(texts.length === 1 ? (texts[0] ?? "") : JSON.stringify(texts));
}

/** Returns the texts behind a configuration, fleet.yaml first; undefined for one that was not read from files. */
export function textsOf(config: FleetConfig): readonly NamedText[] | undefined {
  return origins.get(config)?.texts;
}

/** Returns the absolute paths of the files that the file of a configuration includes; none for any other configuration. */
export function includedFilesOf(config: FleetConfig | undefined): readonly string[] {
  return config === undefined ? [] : (origins.get(config)?.included ?? []);
}

/**
 * Keeps the digests of this run in the cache, next to a configuration that loadFleet has read. Call it when the
 * desired state of that configuration is known.
 */
export function keepDigests(config: FleetConfig): void {
  origins.get(config)?.keepDigests();
}

/** Returns the display path of loadFleet's file, whatever its content, or the reason for its absence. */
export async function findFleet(location: FleetLocation): Promise<Result<string>> {
  const { cwd = currentFolder() } = location;
  const found = candidatesFor(location).find((file) => isTaken(resolve(cwd ?? "/", file)));
  if (found !== undefined && existsSync(resolve(cwd ?? "/", found))) return ok(found);
  const loaded = await loadFleet(location);
  return loaded.ok ? ok(loaded.value.file) : loaded;
}

/** Reads a fleet file. Loads the parser only for a new text, also of an included file. */
async function parseWithCache(
  text: string,
  first: Parameters<typeof includerFor>[0],
  cache: ConfigCache | undefined,
  { onInclude = () => undefined, onParse }: Pick<FleetLocation, "onInclude" | "onParse">,
): Promise<Result<KnownFleet>> {
  const known = cache?.read();
  if (known?.included.every(isSameText) === true) {
    for (const { path } of known.included) onInclude(path);
    return ok({ config: known.config, included: known.included });
  }
  const { parseFleet } = await import("../parse.ts");
  onParse?.(text);
  const included = new Map<string, IncludedFile>();
  const includer = includerFor(first, onInclude, (each) => included.set(each.path, each));
  const parsed = parseFleet(text, first.file, includer);
  if (!parsed.ok) return parsed;
  const fleet = { config: parsed.value, included: [...included.values()] };
  cache?.write(fleet);
  return ok(fleet);
}
