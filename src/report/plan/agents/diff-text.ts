import type { Change } from "../../../plan/change.ts";
import type { Colors } from "../../terminal/colors.ts";
import { visible } from "../../terminal/display-text.ts";

/** The most lines of an edit to show for a file, without --verbose. */
const mostLines = 20;

/** Returns the lines a file loses, if somebody has edited it by hand; none for any other change. */
export function diffText({ edit, diff }: Change, colors: Colors, verbose: boolean): readonly string[] {
  if (edit === undefined || diff === undefined) return [];
  const left = verbose ? 0 : Math.max(0, diff.length - mostLines);
  const shown = left > 0 ? diff.slice(0, mostLines) : diff;
  const becomes = edit.wanted.length > 0 ? "+ will be written" : "the file will be removed";
  return [
    `      ${colors.dim(`${visible(edit.path)}: - will be lost, ${becomes}`)}`,
    ...shown.map((line) => `        ${paint(line, colors)}`),
    ...(left > 0 ? [`        ${colors.dim(`… ${left} more line${left === 1 ? "" : "s"}: add -v`)}`] : []),
  ];
}

/** Returns a line of a diff in its colour. */
export function paint(line: string, colors: Colors): string {
  const text = visible(line);
  if (line.startsWith("-")) return colors.red(text);
  return line.startsWith("+") ? colors.green(text) : colors.dim(text);
}
