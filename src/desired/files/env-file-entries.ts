/**
 * Environment files as systemd reads them (src/basic/env-file.c), but line by line and without losing anything: what
 * somebody wrote by hand need not be right.
 */
export interface EnvFileEntry {
  /** The lines as they are, without the line break at the end. */
  readonly raw: string;
  /** The name of the variable; undefined for empty lines, comments, and what is no assignment. */
  readonly name: string | undefined;
  /** The value without its quotes; of anything but an assignment, the text. */
  readonly value: string;
}

/** What systemd takes for the name of a variable (env_name_is_valid). */
const usableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The entries of an env file. A value in quotes, or one with a backslash at the end of a line, has several lines. */
export function envFileEntries(text: string): readonly EnvFileEntry[] {
  const entries: EnvFileEntry[] = [];
  for (let start = 0; start < text.length;) {
    const { end, value, name } = entryAt(text, start);
    entries.push({ raw: text.slice(start, end), name, value });
    start = end + (text.startsWith("\r\n", end) ? 2 : 1);
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
    if (name !== undefined && !usableName.test(name)) return line;
    line += raw.split("\n").length;
  }
  return undefined;
}

/** The variables that systemd makes of an env file: of a name that comes twice, the last value. */
export function environmentOf(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const { name, value } of envFileEntries(text)) {
    if (name !== undefined && usableName.test(name)) variables.set(name, value);
  }
  return variables;
}

interface FoundEntry {
  /** Offset of the line break that ends it, or the text's length. */
  readonly end: number;
  readonly name: string | undefined;
  readonly value: string;
}

/** A name begins with anything but a blank or what begins a comment. */
const assignment = /[ \t]*([^\n\r=#; \t][^\n\r=]*?)[ \t]*=/y;
const comment = /[ \t]*[#;]/y;

function entryAt(text: string, start: number): FoundEntry {
  assignment.lastIndex = comment.lastIndex = start;
  const found = assignment.exec(text);
  if (found?.[1] !== undefined) return { name: found[1], ...valueAt(text, assignment.lastIndex) };
  const end = comment.test(text) ? commentEnd(text, start) : lineEnd(text, start);
  return { end, name: undefined, value: text.slice(start, end) };
}

/** Quotes count at the beginning of a value, and right behind other quotes; a backslash hides what comes after it. */
function valueAt(text: string, start: number): Omit<FoundEntry, "name"> {
  let value = "";
  let quote: string | undefined;
  let atStart = true;
  /** Blanks at the end go, but not those in quotes or behind a backslash. */
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

/** What a backslash and the character behind it stand for. In double quotes it is itself before most characters. */
function escaped(char: string | undefined, quote: string | undefined): string {
  if (char === undefined || char === "\n" || (char === "\r" && quote === undefined)) return "";
  return quote === undefined || '"\\`$'.includes(char) ? char : `\\${char}`;
}

/** A backslash hides a line break in a comment, too. */
function commentEnd(text: string, start: number): number {
  const found = /^[^\\\n\r]*(?:\\[^]?[^\\\n\r]*)*/.exec(text.slice(start));
  return start + (found?.[0].length ?? 0);
}

function lineEnd(text: string, start: number): number {
  const length = text.slice(start).search(/[\n\r]/);
  return length === -1 ? text.length : start + length;
}
