import { remembering } from "../text/remembering.ts";
import { noSpans, secretShapes, type Reach, type Span } from "./values.ts";
import { credentialSpans } from "./credentials.ts";
import { isSecretName } from "./names.ts";

/** The replacement for a secret: Terraform's words. */
export const sensitive = "(sensitive value)";

/** Returns a text with its secrets replaced. */
export function maskText(text: string, reach: Reach): string {
  return masked[reach](text);
}

const masked: Readonly<Record<Reach, (text: string) => string>> = {
  word: remembering((text) => replaceSpans(text, secretSpans(text, "word"))),
  rest: remembering((text) => replaceSpans(text, secretSpans(text, "rest"))),
};

/** Returns the parts of a text that are secrets by their form, or by the name in front of them. */
export function secretSpans(text: string, reach: Reach): readonly Span[] {
  if (text.length < shortestSearched) return [];
  const [shapes, named] = [secretShapes(text), namedSpans(text, reach)];
  const credentials = credentialSpans(text, reach);
  return shapes.length + named.length + credentials.length === 0
    ? noSpans
    : [...shapes, ...named, ...credentials];
}

/** The shortest text with a name, a sign and a value: `pw=x`. Most lines of a flood of lines are shorter. */
const shortestSearched = 4;

/** Replaces parts of a text. The parts may overlap or touch. */
export function replaceSpans(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let shown = "";
  let from = 0;
  for (const { start, end } of mergeSpans(spans)) {
    shown += text.slice(from, start) + sensitive;
    from = end;
  }
  return shown + text.slice(from);
}

/** Returns the same parts in order, without empty ones, and joins parts that overlap or touch. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of spans.filter(({ start, end }) => start < end).toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || span.start > last.end) merged.push(span);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return merged;
}

/**
 * `NAME=`, `"name": `, `--name `: a name and the signs before its value. JSON inside another string has a
 * backslash before each quote.
 */
const naming =
  /(?<![\w.-])(?<name>[A-Za-z_][\w.-]*)(?:\\{0,7}["']?\s*(?:\+=|:=|=>|[=:])[ \t]*|["'](?=\s))|(?<![\w-])--?(?<option>[A-Za-z][\w-]*)(?:=|["']?,[ \t]*|[ \t]+)/g;

/** A sign in every match of it. */
const namingSign = /[=:"'-]/;

/** A value in quotes (with a backslash before each, in JSON inside a string), or up to a blank or the end of a list. */
const oneValue =
  /^(?:"(?:[^"\\]|\\.)*"|\\+"(?:[^"\\]|\\\\(?:\\.)?|\\[^"\\])*\\+"|'(?:[^']|'')*'|[^\s,\]}"']+)/;
/** A variable the shell expands is no secret. */
const variableReference = /^["']?\$(?:\{\w+\}|\w+)["']?(?:[\s;,]|$)/;

function namedSpans(text: string, reach: Reach): readonly Span[] {
  if (!namingSign.test(text)) return noSpans;
  const spans: Span[] = [];
  naming.lastIndex = 0;
  for (let found = naming.exec(text); found !== null; found = naming.exec(text)) {
    const name = found.groups?.["name"] ?? found.groups?.["option"] ?? "";
    if (!isSecretName(name)) continue;
    const start = found.index + found[0].length;
    const value = text.slice(start);
    if (value.trim() === "" || variableReference.test(value)) continue;
    if (value.startsWith("{") && !/^[A-Z0-9_]+$/.test(name)) continue; // an agent of this name
    const length = reach === "rest" ? value.trimEnd().length : (oneValue.exec(value)?.[0].length ?? 0);
    spans.push({ start, end: start + length });
    if (reach === "rest") break;
  }
  return spans;
}

/** Returns the lines of secrets that can be searched for in other text. Shorter ones would be found everywhere. */
export function searchable(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.trim().length >= shortestSecret);
}

const shortestSecret = 4;
