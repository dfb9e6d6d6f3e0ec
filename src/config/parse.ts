import type { Document } from "yaml";
import { ok, type Diagnostic, type Result } from "../diagnostics/diagnostic.ts";
import { agentProblems } from "./problems/agent-checks.ts";
import { formerNameProblems } from "./problems/former-name-checks.ts";
import { dependencyProblems } from "./problems/dependency-checks.ts";
import { valueOf } from "./yaml/document-value.ts";
import { unreliableLines } from "./yaml/unreliable-lines.ts";
import { duplicateKeyProblem, duplicateKeys } from "./yaml/duplicate-keys.ts";
import { envSizeProblems } from "./problems/env-size.ts";
import { otherFileKind } from "./problems/other-file-kind.ts";
import {
  sourceOf,
  toDiagnostic,
  type LocatedProblem,
  type Source,
  type Span,
} from "./yaml/located-problem.ts";
import { lenientFleetOf } from "./problems/lenient-fleet.ts";
import type { Problem } from "./problem.ts";
import { fleetSchema } from "./schema/schema.ts";
import { schemaProblems } from "./problems/schema-problems.ts";
import { secretsIn } from "./yaml/secret-spans.ts";
import { spanOf } from "./yaml/spans.ts";
import { syntaxProblems } from "./yaml/syntax-problems.ts";
import type { FleetConfig } from "./types.ts";
import { replicaProblems } from "./problems/replica-placeholders.ts";
import { newerVersion } from "./problems/newer-version.ts";
import { prototypeKeys } from "./problems/prototype-keys.ts";
import { withReadableVariables } from "./yaml/braced-variables.ts";
import { isAbandoned, maxErrors, readDocument } from "./yaml/yaml-document.ts";

/**
 * Limit for the schema's findings to locate in the text: more than are ever shown, because some repeat
 * others.
 */
const maxIssues = 1_000;

/**
 * Parses the text of a fleet.yaml. Returns all errors of an invalid one, in the order of the text. `file` is
 * the path to show. Locates places only after an error, so a valid file costs its parsing alone. Pure.
 */
export function parseFleet(text: string, file: string): Result<FleetConfig> {
  const unmarked = text.replace(/^\uFEFF/, "");
  const asWritten = readDocument(unmarked);
  const repaired = withReadableVariables(unmarked, asWritten);
  const document = repaired?.document ?? asWritten;
  const { value, findings } = valueOf(document);
  const fleet = value ?? {};
  const checked = fleetSchema.safeParse(fleet);
  const problems = [
    ...(checked.success
      ? [...envSizeProblems(checked.data), ...replicaProblems(checked.data)]
      : schemaProblems(fleet, checked.error.issues.slice(0, maxIssues))),
    ...prototypeKeys(fleet, unmarked),
    ...fleetProblems(fleet),
  ];
  const duplicates = duplicateKeys(document);
  const isClean =
    document.errors.length + document.warnings.length === 0 &&
    findings.length + duplicates.length + problems.length === 0 &&
    repaired === undefined;
  if (checked.success && isClean) return ok(checked.data);
  const foreign = otherFileKind(value, document, unmarked);
  if (foreign !== undefined) {
    return {
      ok: false,
      diagnostics: [toDiagnostic(sourceOf(file, unmarked, secretSpansOf(document, unmarked)), foreign)],
    };
  }
  const newer = newerVersion(fleet);
  const told = newer === undefined ? problems : [newer];
  const source = sourceOf(file, unmarked, secretSpansOf(document, unmarked));
  const certain = [
    ...(repaired?.findings ?? []),
    ...findings,
    ...duplicates.slice(0, maxErrors).map((duplicate) => duplicateKeyProblem(duplicate, source)),
  ];
  const most = isFleet(value) ? maxErrors : maxErrorsElsewhere;
  return {
    ok: false,
    diagnostics: locatedDiagnostics(document, source, certain, value === undefined ? [] : told, most),
  };
}

/** A file without any part of a fleet is another kind of file, and each of its lines an error. */
const maxErrorsElsewhere = 10;

function isFleet(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return ["version", "agents", "runtimes", "defaults"].some((key) => Object.hasOwn(value, key));
}

/** Distance to search before the end of the parsed text, for the beginning of its line; characters. */
const secretReach = 20_000;

/**
 * Returns the secrets of the text. If parsing was aborted, only covers the line of the abort, because the
 * text may be long.
 */
function secretSpansOf(document: Document, text: string): readonly Span[] {
  if (!isAbandoned(document)) return secretsIn(document, text);
  const offset = document.errors[0]?.pos[0] ?? 0;
  const from = text.lastIndexOf("\n", Math.max(0, offset - secretReach)) + 1;
  const lineEnd = text.indexOf("\n", offset);
  const shown = text.slice(from, lineEnd === -1 ? undefined : lineEnd);
  return secretsIn(document, shown).map(({ start, end }) => ({ start: start + from, end: end + from }));
}

/** Returns problems between entries: names, references and the order of starts. */
function fleetProblems(fleet: unknown): readonly Problem[] {
  const lenient = lenientFleetOf(fleet);
  return [...agentProblems(lenient), ...dependencyProblems(lenient), ...formerNameProblems(lenient)];
}

function locatedDiagnostics(
  document: Document,
  source: Source,
  others: readonly LocatedProblem[],
  problems: readonly Problem[],
  most: number,
): readonly Diagnostic[] {
  const syntax = syntaxProblems(document, source);
  const certain: readonly LocatedProblem[] = [...syntax, ...others];
  const doubts = unreliableLines(
    source,
    syntax.flatMap(({ misread }) => misread ?? []),
  );
  const follow = problems
    .filter(({ absent }) => absent === undefined || !doubts.mayHide(absent))
    .map((problem) => located(document, problem))
    .filter(({ span }) => !isMisread(document, span))
    .filter(
      ({ span }) => !doubts.covers(span.start) && certain.every((other) => other.span.start !== span.start),
    );
  const findings = withoutRepetition([...certain, ...follow]).toSorted((a, b) => a.span.start - b.span.start);
  return withoutFlood(findings, most).map((finding) => toDiagnostic(source, finding));
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

function located(document: Document, { code, summary, detail, hint, path, on }: Problem): LocatedProblem {
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
