import type { UiChange } from "../../../../ui/changes/ui-change.ts";
import { lineSplitter } from "../../../../transport/frames.ts";
import { runFleet } from "../child/fleet-child.ts";
import { wordsFor } from "./change-words.ts";
import type { ProposedPart } from "./proposals.ts";
import type { ChangeWorld } from "./world.ts";

/**
 * Runs the change of one machine, with its output in a file. Hands over whole lines of it, and returns the exit code of the
 * command; null if that is unknown.
 */
export async function runChange(
  { askAgain, file, machine }: ChangeWorld,
  change: UiChange,
  { path, target }: ProposedPart,
  output: string,
  say: (text: string) => void,
): Promise<number | null> {
  const split = lineSplitter();
  // Several machines speak at the same time, so their lines stay whole.
  const sayLines = (text: string): void => {
    const lines = split(text);
    if (lines.length > 0) say(`${lines.join("\n")}\n`);
  };
  try {
    const code = await runFleet(machine, output, wordsFor(change, target, file, path), sayLines);
    return code ?? null;
  } catch {
    return null;
  } finally {
    const [rest = ""] = split("\n");
    if (rest !== "") say(rest);
    if (target.host !== null) askAgain(target.host);
  }
}
