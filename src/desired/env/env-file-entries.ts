/**
 * An entry of an environment file as systemd reads it (src/basic/env-file.c), but line by line and complete,
 * because a file written by hand may have mistakes.
 */
export interface EnvFileEntry {
  /** The lines as they are, without the line break at the end. */
  readonly raw: string;
  /** The name of the variable; undefined for empty lines, comments, and other lines without an assignment. */
  readonly name: string | undefined;
  /** The value without its quotes; of anything but an assignment, the text. */
  readonly value: string;
}

/** systemd's form of a variable's name (env_name_is_valid). */
const usableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Returns the entries of an env file. A value in quotes, or one with a backslash at the end of a line, has
 * several lines.
 */
export function envFileEntries(text: string): readonly EnvFileEntry[] {
  const entries: EnvFileEntry[] = [];
  for (let start = 0; start < text.length;) {
    const { end, value, name } = entryFrom(text, start);
    entries.push({ raw: text.slice(start, end), name, value });
    start = end + (text.startsWith("\r\n", end) ? 2 : 1);
  }
  return entries;
}

/**
 * Returns the 1-based line of the first assignment with a name systemd rejects, such as
 * `export API_KEY=…`; undefined if there is none. systemd leaves the variable out and writes the whole
 * assignment to the journal, value included, at each start ("Ignoring invalid environment assignment",
 * invalid_env in src/core/execute.c).
 */
export function unusableLine(text: string): number | undefined {
  let line = 1;
  for (const { name, raw } of envFileEntries(text)) {
    if (name !== undefined && !usableName.test(name)) return line;
    line += raw.split("\n").length;
  }
  return undefined;
}

/** Returns systemd's variables from an env file. If a name occurs twice, the last value wins. */
export function environmentOf(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const { name, value } of envFileEntries(text)) {
    if (name !== undefined && usableName.test(name)) variables.set(name, value);
  }
  return variables;
}

interface FoundEntry {
  /** Offset of the line break at its end, or the text's length. */
  readonly end: number;
  readonly name: string | undefined;
  readonly value: string;
}

/** A name begins with anything but a blank or the sign of a comment. */
const assignment = /[ \t]*([^\n\r=#; \t][^\n\r=]*?)[ \t]*=/y;

function entryFrom(text: string, start: number): FoundEntry {
  assignment.lastIndex = start;
  const found = assignment.exec(text);
  if (found?.[1] !== undefined) return { name: found[1], ...readValue(text, assignment.lastIndex) };
  // A comment ends with its line. Before systemd 254 (systemd#27975), a backslash at its end continued it.
  const end = lineEnd(text, start);
  return { end, name: undefined, value: text.slice(start, end) };
}

/**
 * Reads a value. Quotes count at its beginning, and directly after other quotes; a backslash escapes the next
 * character.
 */
function readValue(text: string, start: number): Omit<FoundEntry, "name"> {
  let value = "";
  let quote: string | undefined;
  let atStart = true;
  /** Drops blanks at the end, except in quotes or after a backslash. */
  let kept = 0;
  const trimmed = (): string => value.slice(0, kept) + value.slice(kept).replace(/[ \t]+$/, "");
  for (let at = start; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "\\" && quote !== "'") {
      value += escaped(text[++at], quote);
      kept = value.length;
      if (quote === undefined) atStart = false;
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else value += char;
      kept = value.length;
    } else if (char === "\n" || char === "\r") {
      return { end: at, value: trimmed() };
    } else if (atStart && (char === '"' || char === "'")) {
      quote = char;
    } else if (!atStart || !/[ \t]/.test(char)) {
      value += char;
      atStart = false;
    }
  }
  return { end: text.length, value: trimmed() };
}

/**
 * Returns the meaning of a backslash and the next character. In double quotes the backslash stays before most
 * characters.
 */
function escaped(char: string | undefined, quote: string | undefined): string {
  if (char === undefined || char === "\n" || (char === "\r" && quote === undefined)) return "";
  return quote === undefined || '"\\`$'.includes(char) ? char : `\\${char}`;
}

function lineEnd(text: string, start: number): number {
  const length = text.slice(start).search(/[\n\r]/);
  return length === -1 ? text.length : start + length;
}
