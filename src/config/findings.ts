import { LineCounter } from "yaml";
import type { Diagnostic, Place } from "../diagnostics/diagnostic.ts";

/** A part of the text, as offsets in UTF-16 code units; `end` is not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Something wrong, at its place in the text. */
export interface Finding extends Pick<Diagnostic, "code" | "summary" | "detail" | "hint"> {
  readonly span: Span;
}

/** The text of a file and where its lines begin. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}

/** The library's own count, made while it parses, misses lines behind some errors (seen with yaml 2.9). */
export function sourceOf(file: string, text: string): Source {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) lines.addNewLine(end + 1);
  return { file, text, lines };
}

/** The 1-based line of an offset. */
export function lineAt({ lines }: Source, offset: number): number {
  return Math.max(1, lines.linePos(offset).line);
}

/** A finding as an error with its place. The caret stays on the first line of the span. */
export function toDiagnostic(source: Source, { code, summary, detail, hint, span }: Finding): Diagnostic {
  return { severity: "error", code, summary, detail, hint, place: placeOf(source, span) };
}

function placeOf(source: Source, { start, end }: Span): Place {
  const line = lineAt(source, start);
  const lineStart = source.lines.lineStarts[line - 1] ?? 0;
  const text = lineText(source.text, lineStart);
  const lastColumn = Math.min(end, lineStart + text.trimEnd().length);
  return {
    file: source.file,
    line,
    column: start - lineStart + 1,
    length: Math.max(1, lastColumn - start),
    source: text,
  };
}

/** The line that begins at an offset, without its line ending. */
function lineText(text: string, lineStart: number): string {
  const lineEnd = text.indexOf("\n", lineStart);
  return text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd).replace(/\r$/, "");
}
