import { parseDocument, type Document } from "yaml";
import { ok, type Diagnostic, type Result } from "../diagnostics/diagnostic.ts";
import { agentProblems } from "./agent-checks.ts";
import { dependencyProblems } from "./dependency-checks.ts";
import { valueOf } from "./document-value.ts";
import { doubtsAbout } from "./doubtful-lines.ts";
import { sourceOf, toDiagnostic, type Finding, type Source } from "./findings.ts";
import { outlineOf } from "./outline.ts";
import type { Problem } from "./problems.ts";
import { fleetSchema } from "./schema.ts";
import { schemaProblems } from "./schema-problems.ts";
import { spanOf } from "./spans.ts";
import { syntaxFindings } from "./syntax-findings.ts";
import type { FleetConfig } from "./types.ts";
import { newerVersion, prototypeKeys } from "./value-checks.ts";

/**
 * Reads the text of a fleet.yaml. Of a wrong one, tells all errors in the order of the text. `file` is the path to
 * show. Pure. Places are looked up only once something is wrong, so that a good file costs its parsing alone.
 */
export function parseFleet(text: string, file: string): Result<FleetConfig> {
  const unmarked = text.replace(/^\uFEFF/, "");
  const document = parseDocument(unmarked, {
    merge: true,
    prettyErrors: false,
    resolveKnownTags: false,
    stringKeys: true,
    // "silent" would also hide a second document.
    logLevel: "error",
  });
  const { value, findings } = valueOf(document);
  const fleet = value ?? {};
  const checked = fleetSchema.safeParse(fleet);
  const problems = [
    ...(checked.success ? [] : schemaProblems(fleet, checked.error.issues)),
    ...prototypeKeys(fleet, unmarked),
    ...fleetProblems(fleet),
  ];
  const isClean = document.errors.length + document.warnings.length + findings.length + problems.length === 0;
  if (checked.success && isClean) return ok(checked.data);
  const newer = newerVersion(fleet);
  const told = newer === undefined ? problems : [newer];
  return {
    ok: false,
    diagnostics: diagnose(document, sourceOf(file, unmarked), findings, value === undefined ? [] : told),
  };
}

/** What no single entry can know: names, references and the order of starts. */
function fleetProblems(fleet: unknown): readonly Problem[] {
  const outline = outlineOf(fleet);
  return [...agentProblems(outline), ...dependencyProblems(outline)];
}

function diagnose(
  document: Document,
  source: Source,
  aliasFindings: readonly Finding[],
  problems: readonly Problem[],
): readonly Diagnostic[] {
  const syntax = syntaxFindings(document, source);
  const certain: readonly Finding[] = [...syntax, ...aliasFindings];
  const doubts = doubtsAbout(
    source,
    syntax.flatMap(({ misread }) => misread ?? []),
  );
  const follow = problems
    .filter(({ absent }) => absent === undefined || !doubts.mayHide(absent))
    .map((problem) => located(document, problem))
    .filter(
      ({ span }) => !doubts.covers(span.start) && certain.every((other) => other.span.start !== span.start),
    );
  return withoutRepetition([...certain, ...follow])
    .toSorted((a, b) => a.span.start - b.span.start)
    .map((finding) => toDiagnostic(source, finding));
}

function located(document: Document, { code, summary, detail, hint, path, on }: Problem): Finding {
  return { code, summary, detail, hint, span: spanOf(document, { path, on }) };
}

/** Several agents that share a part through an anchor share its errors. */
function withoutRepetition(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, span }) => {
    const id = `${code} ${span.start}`;
    return !seen.has(id) && seen.add(id);
  });
}
