/** A sequence of ECMA-48 as `capture-pane -e` prints it, a shift to line drawing, a tab, or a character. */
const pieces =
  // oxlint-disable-next-line no-control-regex
  /\u001B\[[\d;:]*[ -/]*[@-~]|\u001B[\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[\u000E\u000F]|[^]/gu;

const tabStop = 8;

/**
 * Returns a captured text with spaces in place of its tabs. tmux prints a tab as it came since 3.6, and spaces before. Each
 * character counts as one column, so a tab after wide ones is some columns longer here than on the screen. Pure.
 */
export function expandTabs(captured: string): string {
  if (!captured.includes("\t")) return captured;
  return captured
    .split("\n")
    .map((line) => (line.includes("\t") ? expandLine(line) : line))
    .join("\n");
}

function expandLine(line: string): string {
  let column = 0;
  return line.replaceAll(pieces, (piece) => {
    if (piece === "\t") {
      const spaces = tabStop - (column % tabStop);
      column += spaces;
      return " ".repeat(spaces);
    }
    if (piece >= " ") column += 1;
    return piece;
  });
}
