import { visible } from "../terminal/display-text.ts";

/** The most of a foreign text shown in one place, characters: a table with longer ones is none. */
const longest = 300;

/**
 * The characters with a meaning in GitHub's Markdown, at the beginning of a line or within it, or in HTML. Underscores
 * inside a word have none.
 */
const meaning = /[\\`*[\]<>&|~$#!]|_(?![A-Za-z0-9])|(?<![A-Za-z0-9])_/g;

/** Behind these GitHub makes links of what follows, and tells people: `@name`, `#12`, `https://…`. */
const linking = /@|&#35;|:(?=\/\/)/g;

/**
 * Returns any text as plain text in Markdown: one line that neither ends a table's cell nor begins anything. It uses
 * character references, because these cannot be structure (CommonMark 0.31, 2.5).
 */
export function inert(text: string): string {
  return references(text).replaceAll(linking, (sign) => `${sign}&#8203;`);
}

/** Returns a name or path in code style: by the HTML element, because no run of backticks can hold a `|` in a table. */
export function code(text: string): string {
  return `<code>${references(text)}</code>`;
}

/** Returns lines in a fence that none of them can close. */
export function fenced(lines: readonly string[], language: string): readonly string[] {
  const shown = lines.map(visible);
  const runs = shown.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length);
  const fence = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return [`${fence}${language}`, ...shown, fence];
}

function references(text: string): string {
  const whole = Array.from(visible(text));
  const shown = whole.length > longest ? `${whole.slice(0, longest - 1).join("")}…` : whole.join("");
  return shown.replaceAll(meaning, (sign) => `&#${sign.codePointAt(0)};`);
}
