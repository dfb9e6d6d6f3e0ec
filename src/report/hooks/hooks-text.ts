import type { FleetEdit } from "../../diffs/fleet-edits.ts";
import { paint } from "../plan/agents/diff-text.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";

/** Returns the change of a person's file as lines. `text` is undefined if the file goes. */
export function editText(
  { path, diff }: FleetEdit,
  text: string | undefined,
  colors: Colors,
): readonly string[] {
  const what = text === undefined ? `${visible(path)}, which fleet has made, goes` : visible(path);
  return [
    `${colors.yellow("~")} ${colors.bold(what)}`,
    ...diff.map((line) => `    ${paint(line, colors)}`),
    "",
  ];
}

/** Returns a line about hooks that are or are not in a person's file. */
export function hooksState(program: string, path: string, isInstalled: boolean): readonly string[] {
  return [
    isInstalled
      ? `The hooks for ${program} are in ${visible(path)}.`
      : `The hooks for ${program} are not in ${visible(path)}.`,
  ];
}

/** Returns what a person has to know after a change. */
export function hooksDone(program: string, path: string, what: "install" | "remove"): readonly string[] {
  if (what === "remove") return [`Removed from ${visible(path)}. Running agents notice at their next start.`];
  return [
    `Written to ${visible(path)}. ${program} runs a hook only after you have trusted it:`,
    `start ${program} in a terminal, open /hooks, and trust those of mosaic-activity.`,
    "They do nothing outside of agents. Agents use them from their next start on.",
  ];
}
