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
import { newerVersion } from "./problems/newer-version.ts";
import { prototypeKeys } from "./problems/prototype-keys.ts";
import { withReadableVariables } from "./yaml/braced-variables.ts";
import { isUnread, maxErrors, readDocument } from "./yaml/yaml-document.ts";

/** The most findings of the schema that are looked up in the text: more than are ever told, for some say the same. */
const maxIssues = 1_000;

/**
 * Reads the text of a fleet.yaml. Of a wrong one, tells all errors in the order of the text. `file` is the path to
 * show. Pure. Places are looked up only once something is wrong, so that a good file costs its parsing alone.
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
      ? envSizeProblems(checked.data)
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
      diagnostics: [toDiagnostic(sourceOf(file, unmarked, secretsOf(document, unmarked)), foreign)],
    };
  }
  const newer = newerVersion(fleet);
  const told = newer === undefined ? problems : [newer];
  const source = sourceOf(file, unmarked, secretsOf(document, unmarked));
  const certain = [
    ...(repaired?.findings ?? []),
    ...findings,
    ...duplicates.slice(0, maxErrors).map((duplicate) => duplicateKeyProblem(duplicate, source)),
  ];
  const most = isFleet(value) ? maxErrors : maxErrorsElsewhere;
  return {
    ok: false,
    diagnostics: diagnose(document, source, certain, value === undefined ? [] : told, most),
  };
}

/** A file that has nothing of a fleet is another one, and each of its lines an error. */
const maxErrorsElsewhere = 10;

function isFleet(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return ["version", "agents", "runtimes", "defaults"].some((key) => Object.hasOwn(value, key));
}

/** How much is looked at before the place where reading ended, for what its line may belong to; characters. */
const secretReach = 20_000;

/** Of a text that was not read, which may be long, only the line where that ended is shown. */
function secretsOf(document: Document, text: string): readonly Span[] {
  if (!isUnread(document)) return secretsIn(document, text);
  const offset = document.errors[0]?.pos[0] ?? 0;
  const from = text.lastIndexOf("\n", Math.max(0, offset - secretReach)) + 1;
  const lineEnd = text.indexOf("\n", offset);
  const shown = text.slice(from, lineEnd === -1 ? undefined : lineEnd);
  return secretsIn(document, shown).map(({ start, end }) => ({ start: start + from, end: end + from }));
}

/** What no single entry can know: names, references and the order of starts. */
function fleetProblems(fleet: unknown): readonly Problem[] {
  const lenient = lenientFleetOf(fleet);
  return [...agentProblems(lenient), ...dependencyProblems(lenient), ...formerNameProblems(lenient)];
}

function diagnose(
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

/** A value with an escape that YAML does not know is not what its author meant. */
function isMisread({ errors }: Document, { start, end }: Span): boolean {
  return errors.some(({ code, pos }) => code === "BAD_DQ_ESCAPE" && pos[0] >= start && pos[0] < end);
}

/** The first errors, and where the next one is. */
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

/** Several agents that share a part through an anchor share its errors. */
function withoutRepetition(findings: readonly LocatedProblem[]): readonly LocatedProblem[] {
  const seen = new Set<string>();
  return findings.filter(({ code, span }) => {
    const id = `${code} ${span.start}`;
    return !seen.has(id) && seen.add(id);
  });
}
