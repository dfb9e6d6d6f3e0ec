import { visit, type Document, type ErrorCode, type YAMLError } from "yaml";
import { lineAt, type LocatedProblem, type Source, type Span } from "./located-problem.ts";
import { explainSyntax } from "./explain-syntax.ts";

/** A violation of YAML's own rules. */
export interface SyntaxProblem extends LocatedProblem {
  /** The text the parser may have misread or skipped; the lines around it count as well. */
  readonly misread: Span | undefined;
}

/** Errors without consequences for the rest of the file. */
const harmlessCodes: ReadonlySet<ErrorCode> = new Set([
  "BAD_DQ_ESCAPE",
  "BAD_SCALAR_START",
  "MULTIPLE_DOCS",
  "NON_STRING_KEY",
  "RESOURCE_EXHAUSTION", // nothing is read then
  "TAG_RESOLVE_FAILED",
] as const);

/** Returns YAML's own errors, one problem for each line: further errors of a line follow from the first. */
export function syntaxProblems(document: Document, source: Source): readonly SyntaxProblem[] {
  const errors: readonly YAMLError[] = [...document.errors, ...document.warnings];
  const byLine = new Map<number, SyntaxProblem>();
  for (const error of errors.filter((each) => !isFollowing(each, errors))) {
    const finding = withDoubts(error, findingOf(error, errors, document, source), source);
    const line = lineAt(source, finding.span.start);
    if (!byLine.has(line)) byLine.set(line, finding);
  }
  return [...byLine.values()];
}

/**
 * Returns true for a consequence of an earlier error. An editor that indents with tabs does so in every line:
 * one error is enough. After a misplaced token, the library reports every token to the end. A key with too
 * much indentation is reported as nested and as continued.
 */
function isFollowing(error: YAMLError, all: readonly YAMLError[]): boolean {
  if (error.code === "TAB_AS_INDENT") return all.find(({ code }) => code === "TAB_AS_INDENT") !== error;
  if (isEndOfReading(error)) return all.find(isEndOfReading) !== error;
  if (error.code !== "MULTILINE_IMPLICIT_KEY") return false;
  return all.some(({ code, pos }) => code === "BLOCK_AS_IMPLICIT_KEY" && pos[0] === error.pos[0]);
}

function isEndOfReading({ code, message }: YAMLError): boolean {
  return code === "UNEXPECTED_TOKEN" && message.includes(" token in YAML stream");
}

function withDoubts(error: YAMLError, finding: LocatedProblem, { text }: Source): SyntaxProblem {
  if (harmlessCodes.has(error.code)) return { ...finding, misread: undefined };
  const { start, end } = finding.span;
  return { ...finding, misread: { start, end: isEndOfReading(error) ? text.length : end } };
}

function findingOf(
  error: YAMLError,
  all: readonly YAMLError[],
  document: Document,
  source: Source,
): LocatedProblem {
  const { code } = error;
  if (code === "BLOCK_AS_IMPLICIT_KEY") return nestedKey(error, all, source);
  const quoteSpan = code === "MISSING_CHAR" ? openQuoteAt(error, document) : undefined;
  return { ...explainSyntax(error), span: quoteSpan ?? restOfLine(error, source) };
}

/**
 * Returns the problem of `a: b: c` in one line, or of a value continued in a line with another key, which has
 * too much indentation.
 */
function nestedKey(error: YAMLError, all: readonly YAMLError[], source: Source): LocatedProblem {
  const [start] = error.pos;
  const continued = all.find(({ code, pos }) => code === "MULTILINE_IMPLICIT_KEY" && pos[0] === start);
  if (continued === undefined) return { ...explainSyntax(error), span: restOfLine(error, source) };
  const line = lineAt(source, Math.max(start, continued.pos[1] - 1));
  const lineStart = source.lines.lineStarts[line - 1] ?? 0;
  const keyStart = lineStart + (/[^ \t]/.exec(source.text.slice(lineStart))?.index ?? 0);
  return {
    code: "yaml-syntax",
    summary: "bad indentation",
    detail: `This line is indented further than line ${lineAt(source, start)}, whose key already has a value.`,
    hint: "begin keys of one map in the same column",
    span: { start: keyStart, end: continued.pos[1] },
  };
}

/**
 * Returns the beginning of an unclosed quote: the library reports the end of the text, but the author needs
 * the beginning.
 */
function openQuoteAt({ pos: [offset] }: YAMLError, document: Document): LocatedProblem["span"] | undefined {
  let start: number | undefined;
  visit(document, {
    Scalar: (_key, { type, range }) => {
      if (type?.startsWith("QUOTE_") !== true || range === undefined || range === null) return;
      if (range[0] < offset && range[1] >= offset) start = range[0];
    },
  });
  return start === undefined ? undefined : { start, end: start + 1 };
}

/**
 * Returns the rest of the line. The library underlines a single character; a position at a line's end or in
 * its indentation moves to its text.
 */
function restOfLine({ code, pos: [offset, end] }: YAMLError, { text }: Source): LocatedProblem["span"] {
  if (code === "TAB_AS_INDENT") return { start: offset, end };
  if (code === "BAD_DQ_ESCAPE") return { start: offset, end: offset + 2 };
  const indent = /^[ \t]*/.exec(text.slice(offset))?.[0].length ?? 0;
  const start = /[\r\n]/.test(text[offset + indent] ?? "\n") ? offset : offset + indent;
  const lineEnd = text.indexOf("\n", start);
  return { start, end: lineEnd === -1 ? text.length : lineEnd };
}
