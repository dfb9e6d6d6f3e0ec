import type { Document } from "yaml";
import { entrySections } from "./entry-path.ts";
import type { Place } from "../diagnostics/diagnostic.ts";
import { mergeSpans, searchable } from "../secrets/mask.ts";
import { ownerOf, parseFleetFile, type FleetFile } from "./include/fleet-file.ts";
import { joinFiles } from "./include/join-files.ts";
import { placeOf, sourceOf, type Source, type Span } from "./yaml/located-problem.ts";
import type { Path } from "./problem.ts";
import { secretsIn } from "./yaml/secret-spans.ts";
import { spanOf } from "./yaml/spans.ts";
import { valueAt } from "./value-at.ts";

/** The place in fleet.yaml of an agent's field. */
export interface FieldPlace {
  /**
   * The part of fleet.yaml: the agent's own entry, the defaults of its host, `defaults`, its runtime, or a setting of the
   * whole fleet.
   */
  readonly from: "agent" | "host" | "defaults" | "runtimes" | "fleet";
  readonly place: Place;
}

/** A finder of lines in one fleet.yaml. Entries are those of `agents` and `services`: all replicas of one share theirs. */
export interface FieldPlaces {
  /** The key `agents`. */
  readonly agents: Place | undefined;
  /** The value at a path, or the key if it has no value of its own. */
  at(path: Path): Place | undefined;
  /** The name of an entry. */
  entry(name: string): Place | undefined;
  /**
   * Returns the sources of a field (`command`, `env.NAME`, `resources.memoryMax`, `tmux.socket`, …) for the
   * agents of an entry. Several for merged lists; none if the file does not set it.
   */
  field(entry: string, field: string): readonly FieldPlace[];
}

/** A file of a fleet: the path to show, and its text. */
interface FileText {
  readonly file: string;
  readonly text: string;
}

/**
 * Finds places in the text of a valid fleet.yaml, and in the files it includes. `file` is the path to show, and `host` the
 * host whose defaults count. Masks secrets in the lines, also repetitions of a secret without its name. Pure.
 */
export function fieldPlaces(
  text: string,
  file: string,
  included: readonly FileText[] = [],
  host?: string,
): FieldPlaces {
  const files = [
    parseFleetFile(text, file, undefined),
    ...included.map((each) => parseFleetFile(each.text, each.file, each.file)),
  ] as const;
  const value = joinFiles(files);
  const sources = new Map(files.map((each) => [each, locatedFile(each)]));
  const findPlace = (path: Path): Place | undefined => {
    const owner = ownerOf(files, path);
    const source = sources.get(owner);
    return source !== undefined && hasValue(owner.value, path)
      ? placeOfPath(owner.document, path, source.source, source.secrets)
      : undefined;
  };
  return {
    at: (path) => {
      const ofHost =
        host === undefined || path[0] !== "defaults" ? [] : [...defaultsOf(host), ...path.slice(1)];
      return ofHost.length > 0 && hasValue(value, ofHost) ? findPlace(ofHost) : findPlace(path);
    },
    agents: findPlace(["agents"]),
    entry: (name) => findPlace([sectionWith(value, name), name]),
    field: (entry, field) =>
      fieldPaths(value, entry, field, host).flatMap(({ from, path }) => {
        const place = findPlace(path);
        return place === undefined ? [] : [{ from, place }];
      }),
  };
}

function locatedFile({ file, text, document }: FleetFile): {
  readonly source: Source;
  readonly secrets: readonly string[];
} {
  const source = sourceOf(file, text, secretsIn(document, text));
  return { source, secrets: sourceSecrets(source) };
}

interface FieldPath {
  readonly from: FieldPlace["from"];
  readonly path: Path;
}

/** Returns the path of the defaults of a host. */
function defaultsOf(host: string): Path {
  return ["hosts", host, "defaults"];
}

/** Returns the effective paths of an agent's field: the agent's own value replaces the defaults. */
function fieldPaths(
  fleet: unknown,
  entry: string,
  field: string,
  host: string | undefined,
): readonly FieldPath[] {
  const keys = keysOfField(field);
  if (keys[0] === "tmux") return [{ from: "fleet", path: keys }];
  const section = sectionWith(fleet, entry);
  if (!hasValue(fleet, [section, entry])) return [];
  const ofHost: FieldPath | undefined =
    host === undefined ? undefined : { from: "host", path: [...defaultsOf(host), ...keys] };
  const runtime =
    valueAt(fleet, [section, entry, "runtime"]) ??
    (host === undefined ? undefined : valueAt(fleet, [...defaultsOf(host), "runtime"])) ??
    valueAt(fleet, ["defaults", "runtime"]);
  const ofRuntime: readonly FieldPath[] =
    typeof runtime === "string" ? [{ from: "runtimes", path: ["runtimes", runtime, ...keys] }] : [];
  if (field === "start") return [...ofRuntime, { from: "fleet", path: keys }];
  const own: FieldPath = { from: "agent", path: [section, entry, ...keys] };
  if (section === "services") return hasValue(fleet, own.path) ? [own] : [];
  const fallback: FieldPath = { from: "defaults", path: ["defaults", ...keys] };
  if (field === "envFiles") return [fallback, ...(ofHost === undefined ? [] : [ofHost]), own];
  if (hasValue(fleet, own.path)) return [own];
  if (field === "command") return ofRuntime;
  return [ofHost !== undefined && hasValue(fleet, ofHost.path) ? ofHost : fallback];
}

/**
 * Returns the keys of a field: `env.NAME` is a key in a map, and `replica` follows from the key `replicas`.
 */
function keysOfField(field: string): readonly string[] {
  if (field === "replica") return ["replicas"];
  const dot = field.indexOf(".");
  return dot === -1 ? [field] : [field.slice(0, dot), field.slice(dot + 1)];
}

/** Returns the section that declares an entry. */
function sectionWith(fleet: unknown, entry: string): (typeof entrySections)[number] {
  return entrySections.find((section) => hasValue(fleet, [section, entry])) ?? "agents";
}

function hasValue(value: unknown, path: Path): boolean {
  return valueAt(value, path) !== undefined;
}

function placeOfPath(document: Document, path: Path, source: Source, secrets: readonly string[]): Place {
  const span = spanOf(document, { path, on: "key" });
  const masked = mergeSpans([...source.secrets, ...copiesIn(source, span, secrets)]);
  return placeOf({ ...source, secrets: masked }, span);
}

/** Returns the lines of each secret, without quotes. */
function sourceSecrets({ text, secrets }: Source): readonly string[] {
  const lines = secrets.flatMap(({ start, end }) => text.slice(start, end).split("\n"));
  const bare = lines.map((line) => line.trim().replace(/^(["'])(.*)\1$/, "$2"));
  return searchable([...new Set(bare)]);
}

/** Returns the positions of secrets in the line of a span. */
function copiesIn({ text }: Source, { start }: Span, secrets: readonly string[]): readonly Span[] {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const end = text.indexOf("\n", start);
  const line = text.slice(from, end === -1 ? undefined : end);
  return secrets.flatMap((secret) => {
    const spans: Span[] = [];
    for (let at = line.indexOf(secret); at !== -1; at = line.indexOf(secret, at + secret.length)) {
      spans.push({ start: from + at, end: from + at + secret.length });
    }
    return spans;
  });
}
