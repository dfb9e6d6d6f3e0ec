import { lineAt, type Source, type Span } from "./located-problem.ts";

/** What a syntax error makes unreliable. */
export interface UnreliableLines {
  /** True where what was read from this offset may not be what was meant. */
  covers(offset: number): boolean;
  /** True where a name that is missed, or the agent of a replica that is, may stand in the unreliable lines. */
  mayHide(name: string): boolean;
}

/**
 * The lines whose meaning is lost with misleading syntax errors: from the key above that is indented less, to the next
 * line that is not indented more than that key. What is found there would only follow from the error.
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

/** 1-based line numbers. */
function blockAround(lines: readonly string[], first: number, last: number): readonly number[] {
  const indent = indentOf(lines[first - 1]) ?? 0;
  const above = lines.slice(0, first - 1).findLastIndex((line) => (indentOf(line) ?? Infinity) < indent);
  const from = above === -1 ? first : above + 1;
  const outer = above === -1 ? 0 : (indentOf(lines[above]) ?? 0);
  let to = last;
  while (to < lines.length && (indentOf(lines[to]) ?? Infinity) > outer) to++;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Width of the white space that a line begins with; undefined for empty lines and comments. */
function indentOf(line = ""): number | undefined {
  const text = line.trimStart();
  return text === "" || text.startsWith("#") ? undefined : line.length - text.length;
}
