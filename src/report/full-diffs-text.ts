import type { Colors } from "./diagnostics.ts";
import { paint } from "./diff-text.ts";
import { visible } from "./display-text.ts";
import type { FileDiff } from "./full-diffs.ts";

const heads = {
  written: { symbol: "+", color: "green", words: "will be written" },
  changed: { symbol: "~", color: "yellow", words: "will be changed" },
  removed: { symbol: "-", color: "red", words: "will be removed" },
} as const;

/** Every file of a plan with its whole diff, for people. */
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
