import type { Colors } from "../terminal/colors.ts";
import { paint } from "./agents/diff-text.ts";
import { visible } from "../terminal/display-text.ts";
import type { FileDiff, RunningDiff } from "../../diffs/plan/full-diffs.ts";

const heads = {
  written: { symbol: "+", color: "green", words: "will be written" },
  changed: { symbol: "~", color: "yellow", words: "will be changed" },
  removed: { symbol: "-", color: "red", words: "will be removed" },
} as const;

/** Returns every file of a plan with its whole diff, for people. */
export function fullDiffsText(files: readonly FileDiff[], colors: Colors): readonly string[] {
  return files.flatMap(({ path, becomes, diff }) => {
    const { symbol, color, words } = heads[becomes];
    return [
      `${colors[color](symbol)} ${colors.bold(visible(path))} ${words}`,
      ...diff.map((line) => `    ${paint(line, colors)}`),
      "",
    ];
  });
}

/** Returns the running configuration of waiting agents (`-`), and the one for their next start (`+`), for people. */
export function runningDiffsText(diffs: readonly RunningDiff[], colors: Colors): readonly string[] {
  return diffs.flatMap(({ agent, diff }) => [
    `${colors.yellow("~")} agent ${colors.bold(visible(agent))} runs with (-), and has for its next start (+)`,
    ...diff.map((line) => `    ${paint(line, colors)}`),
    "",
  ]);
}
