import type { Document } from "yaml";
import { type LocatedProblem, lineStartAt } from "./located-problem.ts";
import { readDocument } from "./yaml-document.ts";

/**
 * `${NAME}`, or a placeholder such as `{name}`, outside of quotes; inside of { } or [ ] its braces end the value before
 * it.
 */
const variable = /\$\{(?<name>[A-Za-z_]\w*)\}|\{(?<placeholder>name|replica)\}/g;

/** A document with variables in braces read as text, and their errors. */
export interface Repaired {
  readonly document: Document;
  readonly findings: readonly LocatedProblem[];
}

/**
 * Parses a text with syntax errors again, with `$(NAME)` in the place of `${NAME}` and `(name)` in that of `{name}`, which
 * have the same length: so the rest of the file can be checked. Undefined if the text has no such variable, or this fixes
 * no line. Pure.
 */
export function withReadableVariables(text: string, document: Document): Repaired | undefined {
  if (document.errors.length === 0 || !text.includes("{")) return undefined;
  const broken = new Set(document.errors.map(({ pos }) => lineStartAt(text, pos[0])));
  const findings: LocatedProblem[] = [];
  const replaced = text.replace(
    variable,
    (found, name: string | undefined, placeholder: string, offset: number) => {
      if (!broken.has(lineStartAt(text, offset))) return found;
      findings.push(name === undefined ? unquotedPlaceholder(found, offset) : unquotedProblem(name, offset));
      return name === undefined ? `(${placeholder})` : `$(${name})`;
    },
  );
  if (findings.length === 0) return undefined;
  const again = readDocument(replaced);
  if (again.errors.length >= document.errors.length) return undefined;
  const stillBroken = new Set(again.errors.map(({ pos }) => lineStartAt(text, pos[0])));
  return {
    document: again,
    findings: findings.filter(({ span }) => !stillBroken.has(lineStartAt(text, span.start))),
  };
}

function unquotedProblem(name: string, offset: number): LocatedProblem {
  const written = `\${${name}}`;
  return {
    code: "yaml-syntax",
    summary: `${written} without quotes inside of { } or [ ]`,
    detail: "Its braces have a meaning there. Variables are expanded in commands only.",
    hint: "put the value in quotes; in a path, begin with ~/ for your home directory",
    span: { start: offset, end: offset + written.length },
  };
}

function unquotedPlaceholder(written: string, offset: number): LocatedProblem {
  return {
    code: "yaml-syntax",
    summary: `${written} without quotes inside of { } or [ ]`,
    detail: "Its braces have a meaning there.",
    hint: "put the value in quotes",
    span: { start: offset, end: offset + written.length },
  };
}
