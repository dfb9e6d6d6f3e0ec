import { LineCounter } from "yaml";
import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import { mapWording } from "../../diagnostics/wording.ts";
import type { Span } from "../../secrets/values.ts";
import { placeInMasked, scrub } from "../../secrets/excerpt.ts";

export type { Span };

/** Something wrong, at its place in the text. */
export interface LocatedProblem extends Pick<
  Diagnostic,
  "code" | "summary" | "detail" | "hint" | "standsFor"
> {
  readonly span: Span;
}

/** The text of a file and the offsets of its lines. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
  /** Parts of the text to mask, in order. */
  readonly secrets: readonly Span[];
}

/**
 * Returns a source with its own count of lines: the library's count during parsing misses lines after some
 * errors (seen with yaml 2.9).
 */
export function sourceOf(file: string, text: string, secrets: readonly Span[] = []): Source {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) lines.addNewLine(end + 1);
  return { file, text, lines, secrets };
}

/** Returns the 1-based line of an offset. */
export function lineAt({ lines }: Source, offset: number): number {
  return Math.max(1, lines.linePos(offset).line);
}

/**
 * Returns a problem as an error with its place. The caret stays on the first line of the span. Masks the
 * secrets of this line, in the line and in the message.
 */
export function toDiagnostic(
  source: Source,
  { code, summary, detail, hint, standsFor, span }: LocatedProblem,
): Diagnostic {
  const hidden = source.secrets
    .filter(
      ({ start, end }) =>
        start < lineEndAfter(source, span.end) && end > lineStartAt(source.text, span.start),
    )
    .map(({ start, end }) => source.text.slice(start, end));
  return {
    severity: "error",
    code,
    summary: scrub(summary, hidden),
    detail: detail && scrub(detail, hidden),
    hint: hint && mapWording(hint, (text) => scrub(text, hidden)),
    ...(standsFor === undefined ? {} : { standsFor }),
    place: placeOf(source, span),
  };
}

/** Returns the offset of the beginning of the line at an offset. */
export function lineStartAt(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

function lineEndAfter({ text }: Source, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end;
}

/** Returns the place of a span: its first line, with that line's secrets masked. */
export function placeOf(source: Source, { start, end }: Span): Place {
  const line = lineAt(source, start);
  const lineStart = source.lines.lineStarts[line - 1] ?? 0;
  const text = lineText(source.text, lineStart);
  const lastColumn = Math.min(end, lineStart + text.trimEnd().length);
  const column = start - lineStart + 1;
  const length = Math.max(1, lastColumn - start);
  const secrets = source.secrets.map((span) => ({
    start: span.start - lineStart,
    end: span.end - lineStart,
  }));
  return { file: source.file, line, ...placeInMasked({ source: text, column, length }, secrets) };
}

/** Returns the line at an offset of its beginning, without its line ending. */
function lineText(text: string, lineStart: number): string {
  const lineEnd = text.indexOf("\n", lineStart);
  return text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd).replace(/\r$/, "");
}
