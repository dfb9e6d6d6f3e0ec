import type { Document } from "yaml";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { FleetFile } from "./include/fleet-file.ts";
import type { Problem } from "./problem.ts";
import { isIncomplete } from "./yaml/document-value.ts";
import { duplicateKeyProblem } from "./yaml/duplicate-keys.ts";
import {
  sourceOf,
  toDiagnostic,
  type LocatedProblem,
  type Source,
  type Span,
} from "./yaml/located-problem.ts";
import { secretsIn } from "./yaml/secret-spans.ts";
import { nodeAt, spanOf } from "./yaml/spans.ts";
import { syntaxProblems, type SyntaxProblem } from "./yaml/syntax-problems.ts";
import { unreliableLines, type UnreliableLines } from "./yaml/unreliable-lines.ts";
import { isAbandoned, maxErrors } from "./yaml/yaml-document.ts";

/** A file with its own errors of YAML, and the lines that these make unreliable. */
export interface LocatedFile {
  readonly file: FleetFile;
  readonly source: Source;
  readonly syntax: readonly SyntaxProblem[];
  readonly doubts: UnreliableLines;
}

/** Returns a file with its errors of YAML. */
export function locateFile(file: FleetFile): LocatedFile {
  const source = sourceOf(file.file, file.text, secretSpansOf(file));
  const syntax = syntaxProblems(file.document, source);
  const misread = syntax.flatMap((problem) => problem.misread ?? []);
  return { file, source, syntax, doubts: unreliableLines(source, misread) };
}

/** Returns one problem of a file as a diagnostic. */
export function locatedDiagnostic(file: FleetFile, problem: LocatedProblem): Diagnostic {
  return toDiagnostic(sourceOf(file.file, file.text, secretSpansOf(file)), problem);
}

/** A file without any part of a fleet is another kind of file, and each of its lines an error. */
const maxErrorsElsewhere = 10;

/**
 * Returns the errors of a file in the order of its text: those of YAML, and `problems`. `all` are the files of the fleet:
 * a name that is missing may be in unreliable lines of any of them.
 */
export function locatedDiagnostics(
  { file, source, syntax, doubts }: LocatedFile,
  problems: readonly Problem[],
  all: readonly LocatedFile[],
): readonly Diagnostic[] {
  const { document, repaired, findings, duplicates } = file;
  const certain: readonly LocatedProblem[] = [
    ...syntax,
    ...(repaired?.findings ?? []),
    ...findings,
    ...duplicates.slice(0, maxErrors).map((duplicate) => duplicateKeyProblem(duplicate, source)),
  ];
  const known = new Set(certain.map(({ span }) => span.start));
  const mayBeHidden = (absent: string): boolean => all.some((each) => each.doubts.mayHide(absent));
  const follow = (file.value === undefined ? [] : problems)
    .filter(({ absent }) => absent === undefined || !mayBeHidden(absent))
    .filter(({ path }) => !isIncomplete(nodeAt(document, path)))
    .map((problem) => locatedProblem(document, problem))
    .filter(({ span }) => !isMisread(document, span))
    .filter(({ span }) => !doubts.covers(span.start) && !known.has(span.start));
  const sorted = withoutRepetition([...certain, ...follow]).toSorted((a, b) => a.span.start - b.span.start);
  const most = isFleet(file.value) ? maxErrors : maxErrorsElsewhere;
  return withoutFlood(sorted, most).map((finding) => toDiagnostic(source, finding));
}

function isFleet(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return ["version", "agents", "services", "runtimes", "defaults"].some((key) => Object.hasOwn(value, key));
}

/** Distance to search before the end of the parsed text, for the beginning of its line; characters. */
const secretReach = 20_000;

/**
 * Returns the secrets of the text. If parsing was aborted, only covers the line of the abort, because the
 * text may be long.
 */
function secretSpansOf({ document, text }: FleetFile): readonly Span[] {
  if (!isAbandoned(document)) return secretsIn(document, text);
  const offset = document.errors[0]?.pos[0] ?? 0;
  const from = text.lastIndexOf("\n", Math.max(0, offset - secretReach)) + 1;
  const lineEnd = text.indexOf("\n", offset);
  const shown = text.slice(from, lineEnd === -1 ? undefined : lineEnd);
  return secretsIn(document, shown).map(({ start, end }) => ({ start: start + from, end: end + from }));
}

/** Returns true for a value with an escape unknown to YAML, because its author meant another value. */
function isMisread({ errors }: Document, { start, end }: Span): boolean {
  return errors.some(({ code, pos }) => code === "BAD_DQ_ESCAPE" && pos[0] >= start && pos[0] < end);
}

/** Returns the first errors, and the place of the next one. */
function withoutFlood(findings: readonly LocatedProblem[], most: number): readonly LocatedProblem[] {
  const next = findings[most];
  if (next === undefined) return findings;
  const { code, span } = next;
  const left = findings.length - most;
  const rest: LocatedProblem = {
    code,
    span,
    summary: left === 1 ? "one more error here" : `${left} more errors from here on`,
    hint: "correct those above first",
    standsFor: left,
  };
  return [...findings.slice(0, most), rest];
}

function locatedProblem(
  document: Document,
  { code, summary, detail, hint, path, on }: Problem,
): LocatedProblem {
  return { code, summary, detail, hint, span: spanOf(document, { path, on }) };
}

/** Removes repetitions: agents that share a part through an anchor share its errors. */
function withoutRepetition(findings: readonly LocatedProblem[]): readonly LocatedProblem[] {
  const seen = new Set<string>();
  return findings.filter(({ code, span }) => {
    const id = `${code} ${span.start}`;
    return !seen.has(id) && seen.add(id);
  });
}
