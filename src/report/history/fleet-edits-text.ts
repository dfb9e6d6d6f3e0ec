import type { FleetEdit } from "../../diffs/fleet-edits.ts";
import { paint } from "../plan/agents/diff-text.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";

/** Returns the differences of fleet files, from now to a revision, for people. */
export function fleetEditsText(
  edits: readonly FleetEdit[],
  revision: string,
  colors: Colors,
): readonly string[] {
  if (edits.length === 0) return [`The fleet files are as in ${revision}.`, ""];
  return edits.flatMap(({ path, diff }) => [
    `${colors.yellow("~")} ${colors.bold(visible(path))} now (-), and in ${revision} (+)`,
    ...diff.map((line) => `    ${paint(line, colors)}`),
    "",
  ]);
}
