/**
 * Environment files as systemd reads them (src/basic/env-file.c), but line by line and without losing anything: what
 * somebody wrote by hand need not be right.
 */
export interface EnvFileEntry {
  /** The lines as they are, without the last line feed. */
  readonly raw: string;
  /** The name of the variable; undefined for empty lines, comments, and what is no assignment. */
  readonly name: string | undefined;
  /** The value without its quotes; of anything but an assignment, the text. */
  readonly value: string;
}

/** The entries of an env file. A value in quotes, or one with a backslash at the end of a line, has several lines. */
export function envFileEntries(text: string): readonly EnvFileEntry[] {
  const entries: EnvFileEntry[] = [];
  for (let start = 0; start < text.length;) {
    const { end, value, name } = entryAt(text, start);
    entries.push({ raw: text.slice(start, end), name, value });
    start = end + 1;
  }
  return entries;
}

/**
 * The 1-based line of the first assignment whose name systemd does not take, such as `export API_KEY=…`. It leaves the
 * variable out and writes the whole assignment to the journal, value included, at each start ("Ignoring invalid
 * environment assignment", invalid_env in src/core/execute.c). Undefined where there is none.
 */
export function unusableLine(text: string): number | undefined {
  let line = 1;
  for (const { name, raw } of envFileEntries(text)) {
    if (name !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return line;
    line += raw.split("\n").length;
  }
  return undefined;
}

interface FoundEntry {
  /** Offset of the line feed that ends it, or the text's length. */
  readonly end: number;
  readonly name: string | undefined;
  readonly value: string;
}

const assignment = /[ \t\r]*([^\n=#; \t\r][^\n=]*?)[ \t\r]*=/y;

function entryAt(text: string, start: number): FoundEntry {
  assignment.lastIndex = start;
  const found = assignment.exec(text);
  if (found?.[1] !== undefined) return { name: found[1], ...valueAt(text, assignment.lastIndex) };
  let end = lineEnd(text, start);
  // A comment goes on behind a backslash, too.
  while (text[end - 1] === "\\" && end < text.length) end = lineEnd(text, end + 1);
  return { end, name: undefined, value: text.slice(start, end) };
}

/** Quotes count at the beginning of a value, and right behind other quotes; a backslash hides what comes after it. */
function valueAt(text: string, start: number): Omit<FoundEntry, "name"> {
  let value = "";
  let quote: string | undefined;
  let atStart = true;
  /** Blanks at the end go, but not those in quotes. */
  let kept = 0;
  const trimmed = (): string => value.slice(0, kept) + value.slice(kept).trimEnd();
  for (let at = start; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "\\" && quote !== "'") {
      const next = text[++at] ?? "";
      if (quote === '"' && !/["\\`$\n]/.test(next)) value += char;
      value += next === "\n" ? "" : next;
      kept = value.length;
      if (quote === undefined) atStart = false;
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else value += char;
      kept = value.length;
    } else if (char === "\n") {
      return { end: at, value: trimmed() };
    } else if (atStart && (char === '"' || char === "'")) {
      quote = char;
    } else if (!atStart || !/[ \t\r]/.test(char)) {
      value += char;
      atStart = false;
    }
  }
  return { end: text.length, value: trimmed() };
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
}
