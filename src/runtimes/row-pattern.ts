import type { ScreenPatterns } from "./preset.ts";

/**
 * Returns patterns for rows of a screen as one extended regular expression of POSIX, for `grep -iE`. Only the forms that
 * presets use have an equivalent there. The result fits the same rows in each locale: in that of C, a character of several
 * bytes counts as several characters, so a set may not contain one.
 */
export function rowPattern(rows: readonly RegExp[]): string {
  return rows.map((row) => posixSource(withoutSets(patternText(row)))).join("|");
}

/**
 * Returns a line for each pattern of a limit with a group `until`: the number of this group, and the pattern as an extended
 * regular expression, in which every group has a number. Then come `prompt` and `empty` with the patterns of prompts: a
 * limit above a prompt of a person is over. Empty without any pattern of a limit.
 */
export function limitRows({
  limits,
  prompt,
  emptyPrompt,
}: Pick<ScreenPatterns, "limits" | "prompt" | "emptyPrompt">): string {
  const lines = limits.flatMap((limit) => {
    const source = patternText(limit);
    const at = source.indexOf("(?<until>");
    if (at === -1) return [];
    const number = [...source.slice(0, at).matchAll(/(?<!\\)\(/g)].length + 1;
    return [`${number} ${posixSource(source)}`];
  });
  if (lines.length === 0 || emptyPrompt === undefined) return lines.join("\n");
  return [...lines, `prompt ${rowPattern([prompt])}`, `empty ${rowPattern([emptyPrompt])}`].join("\n");
}

function posixSource(source: string): string {
  return source
    .replace(/\(\?(?::|<[A-Za-z]+>)/g, "(")
    .replace(/([+*])\?/g, "$1") // the shortest match and the longest one are in the same rows
    .replaceAll("\\b", "")
    .replaceAll("\\s", "[[:space:]]")
    .replaceAll("\\/", "/");
}

/** Returns the source with alternatives instead of sets that a set of POSIX cannot express. */
function withoutSets(source: string): string {
  return source.replace(/\[(\^?)([^\]]+)\]/g, (whole, not: string, members: string) =>
    not === "" && /\\s|[^\p{ASCII}]/u.test(members) ? alternatives(members) : whole,
  );
}

/** A character that is itself in a set, and something else outside of one. */
const special = /^[$^.*+?()[{}|]$/;

/** Returns the members of a set as alternatives. */
function alternatives(members: string): string {
  const each = members.match(/\\s|\\?./gu) ?? [];
  return `(?:${each.map((one) => (special.test(one) ? `\\${one}` : one)).join("|")})`;
}

/** Returns an expression with its characters as they are: the build writes those beyond ASCII as escapes. */
export function patternText({ source }: RegExp): string {
  return source.replaceAll(/\\u([\da-f]{4})/gi, (_, code: string) =>
    String.fromCodePoint(parseInt(code, 16)),
  );
}
