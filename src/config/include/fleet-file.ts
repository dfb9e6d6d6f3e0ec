import type { Document } from "yaml";
import type { Path } from "../problem.ts";
import { isEntrySection } from "../entry-path.ts";
import { valueAt } from "../value-at.ts";
import { withReadableVariables, type Repaired } from "../yaml/braced-variables.ts";
import { valueOf } from "../yaml/document-value.ts";
import { duplicateKeys, type DuplicateKey } from "../yaml/duplicate-keys.ts";
import type { LocatedProblem } from "../yaml/located-problem.ts";
import { readDocument } from "../yaml/yaml-document.ts";
import { withoutExtensions } from "./extensions.ts";

/** One file of a fleet: the first one, or one it includes. */
export interface FleetFile {
  /** The path to show. */
  readonly file: string;
  /** The path from the folder of the first file, or an absolute one; undefined for the first file. */
  readonly name: string | undefined;
  /** Without a byte order mark. */
  readonly text: string;
  readonly document: Document;
  /** The document without braces that YAML misreads; undefined if there are none. */
  readonly repaired: Repaired | undefined;
  /** The plain value, without `x-` keys; undefined if the document cannot be read. */
  readonly value: unknown;
  /** The parts of the document without a value. */
  readonly findings: readonly LocatedProblem[];
  readonly duplicates: readonly DuplicateKey[];
}

/** Reads a file with at most `words` words. Returns all its errors of YAML as values. */
export function parseFleetFile(
  text: string,
  file: string,
  name: string | undefined,
  words?: number,
): FleetFile {
  const unmarked = text.replace(/^\uFEFF/, "");
  const asWritten = readDocument(unmarked, words);
  const repaired = withReadableVariables(unmarked, asWritten);
  const document = repaired?.document ?? asWritten;
  const { value, findings } = valueOf(document);
  return {
    file,
    name,
    text: unmarked,
    document,
    repaired,
    value: unmarked.includes("x-") ? withoutExtensions(value) : value,
    findings,
    duplicates: duplicateKeys(document),
  };
}

/** Returns true for a file without an error of YAML. */
export function isClean({ document, repaired, findings, duplicates }: FleetFile): boolean {
  return (
    document.errors.length + document.warnings.length === 0 &&
    findings.length + duplicates.length === 0 &&
    repaired === undefined
  );
}

/** Returns true if the file has the agent, the runtime, the host or the other section of a path. */
export function declares({ value }: FleetFile, path: Path): boolean {
  const isNamed = isNamedSection(path);
  return valueAt(value, path.slice(0, isNamed ? 2 : 1)) !== undefined;
}

function isNamedSection([section]: Path): boolean {
  return isEntrySection(section) || section === "runtimes" || section === "hosts";
}

/** Returns the file with the agent, the runtime or the host of a path; the first one for anything else. */
export function ownerOf(files: readonly [FleetFile, ...FleetFile[]], path: Path): FleetFile {
  const [first] = files;
  const isNamed = isNamedSection(path) && path.length > 1;
  return isNamed ? (files.find((file) => declares(file, path)) ?? first) : first;
}
