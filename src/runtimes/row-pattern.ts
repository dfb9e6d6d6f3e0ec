/**
 * Returns patterns for rows of a screen as one extended regular expression of POSIX, for `grep -iE`. Only the forms that
 * presets use have an equivalent there.
 */
export function rowPattern(rows: readonly RegExp[]): string {
  return rows.map(({ source }) => posixSource(source)).join("|");
}

function posixSource(source: string): string {
  return source
    .replace(/\(\?(?::|<[A-Za-z]+>)/g, "(")
    .replace(/([+*])\?/g, "$1") // the shortest match and the longest one are in the same rows
    .replaceAll("\\b", "")
    .replaceAll("\\s", "[[:space:]]")
    .replaceAll("\\/", "/");
}
