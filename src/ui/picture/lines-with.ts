/** The most lines of one screen, and the longest part of one, characters. */
const [mostLines, mostText] = [3, 200] as const;

/** Returns the last lines of a screen that have a text, whatever its case, without spaces around them. Pure. */
export function linesWith(screen: string, text: string): readonly string[] {
  const wanted = text.toLowerCase();
  return screen
    .split("\n")
    .filter((line) => line.toLowerCase().includes(wanted))
    .slice(-mostLines)
    .map((line) => part(line.trim(), wanted));
}

/** Returns the part of a line around the text. */
function part(line: string, wanted: string): string {
  if (line.length <= mostText) return line;
  const at = Math.max(0, line.toLowerCase().indexOf(wanted) - mostText / 4);
  return line.slice(at, at + mostText);
}
