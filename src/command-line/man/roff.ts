/** The head of a page. */
export interface PageHead {
  /** As in `fleet-apply`. */
  readonly name: string;
  readonly section: 1 | 5;
  /** One line, without a period. */
  readonly purpose: string;
  readonly version: string;
  /** As in `2026-11-29`. */
  readonly date: string;
}

/** Returns the beginning of a page, up to and with its NAME. */
export function head({ name, section, purpose, version, date }: PageHead): readonly string[] {
  const title = `.TH ${quoted(name.toUpperCase())} ${section} "${date}" ${quoted(`mosaic-fleet ${version}`)}`;
  return [title, ...heading("Name"), `${roffText(name)} \\- ${roffText(purpose)}`];
}

/** Returns the heading of a section. */
export function heading(name: string): readonly string[] {
  return [`.SH ${quoted(name.toUpperCase())}`];
}

/** Returns one paragraph for each part between empty lines. */
export function paragraphs(body: string): readonly string[] {
  return body
    .trim()
    .split(/\n\s*\n/)
    .map((part) => roffText(part.replace(/\s*\n\s*/g, " ")))
    .flatMap((part, index) => (index === 0 ? [part] : [".PP", part]));
}

/** Returns an entry of a list: a term, in bold, and its explanation. */
export function item(term: string, body: string): readonly string[] {
  return [".TP", `\\fB${roffText(term)}\\fR`, roffText(body)];
}

/** Returns lines that keep their breaks. */
export function verbatim(body: string): readonly string[] {
  return [
    ".nf",
    ...body
      .replace(/^\n+|\s+$/g, "")
      .split("\n")
      .map(roffText),
    ".fi",
  ];
}

/** Returns a text without any meaning for roff, in ASCII. Hyphens stay hyphens, so a flag can be copied. */
export function roffText(plain: string): string {
  const escaped = plain
    .replace(/\\/g, String.raw`\e`)
    .replace(/[-'`^~]/g, (character) => escapes[character] ?? character)
    .replace(/[^\p{ASCII}]/gu, (character) => `\\[u${codePoint(character)}]`);
  // A point at the beginning of a line would be a request.
  return escaped.replace(/^\./, String.raw`\&.`);
}

const escapes: Readonly<Record<string, string>> = {
  "-": String.raw`\-`,
  "'": String.raw`\(aq`,
  "`": String.raw`\(ga`,
  "^": String.raw`\(ha`,
  "~": String.raw`\(ti`,
};

function codePoint(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

/** Returns an argument of a macro. */
function quoted(plain: string): string {
  return `"${roffText(plain).replace(/"/g, '""')}"`;
}
