import { lineAt, type Source, type Span } from "./located-problem.ts";

/** The part of a file made unreliable by a syntax error. */
export interface UnreliableLines {
  /** Returns true if the value at this offset may differ from its author's intention. */
  covers(offset: number): boolean;
  /** Returns true if a missing name, or the agent of a missing replica, may be in the unreliable lines. */
  mayHide(name: string): boolean;
}

/**
 * Returns the lines around misleading syntax errors: from the key above with less indentation, to the next
 * line without more indentation than that key. Problems there would only follow from the error.
 */
export function unreliableLines(source: Source, spans: readonly Span[]): UnreliableLines {
  const lines = source.text.split("\n");
  const doubtful = new Set(
    spans.flatMap((span) => blockAround(lines, lineAt(source, span.start), lineAt(source, span.end))),
  );
  const words = new Set([...doubtful].flatMap((line) => lines[line - 1]?.match(/[\w-]+/g) ?? []));
  return {
    covers: (offset) => doubtful.has(lineAt(source, offset)),
    mayHide: (name) => words.has(name) || words.has(name.replace(/-\d+$/, "")),
  };
}

/** Returns 1-based line numbers. */
function blockAround(lines: readonly string[], first: number, last: number): readonly number[] {
  const indent = indentOf(lines[first - 1]) ?? 0;
  const above = lines.slice(0, first - 1).findLastIndex((line) => (indentOf(line) ?? Infinity) < indent);
  const from = above === -1 ? first : above + 1;
  const outer = above === -1 ? 0 : (indentOf(lines[above]) ?? 0);
  let to = last;
  while (to < lines.length && (indentOf(lines[to]) ?? Infinity) > outer) to++;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Returns the indentation of a line; undefined for empty lines and comments. */
function indentOf(line = ""): number | undefined {
  const text = line.trimStart();
  return text === "" || text.startsWith("#") ? undefined : line.length - text.length;
}
