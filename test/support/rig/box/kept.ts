import { readFileSync } from "node:fs";
import { openLine, type BoxOptions, type Line } from "./line.ts";

/** The most sandboxes that one process of tests keeps. */
const mostKept = 3;

/** The sandboxes that nobody uses, the latest last, each with the options that it was opened with. */
const kept: { readonly key: string; readonly line: Line }[] = [];

/** The script that starts the session of a sandbox. */
const script = readFileSync(new URL("../../../../src/sandbox/session.sh", import.meta.url), "utf8");

/**
 * Returns a sandbox with a journal and a user manager that have just started, and without any files: one that was used
 * before, or else a new one. The rig's own processes are most of the processor time of a new sandbox, and they go on.
 */
export async function takeBox(options: BoxOptions): Promise<Line> {
  const key = JSON.stringify(options);
  const at = kept.findLastIndex((each) => each.key === key);
  const [found] = at === -1 ? [] : kept.splice(at, 1);
  if (found === undefined) return openLine(options);
  await found.line.ask({ op: "begin", script });
  return found.line;
}

/** Ends everything in a sandbox, and returns once it is gone. Keeps the sandbox for another test if it can. */
export async function giveBack(options: BoxOptions, line: Line): Promise<void> {
  if (!canBeKept(options)) return line.end();
  try {
    await line.ask({ op: "clear" });
  } catch {
    return line.end(); // something is left that only the end of the sandbox removes
  }
  kept.push({ key: JSON.stringify(options), line });
  if (kept.length > mostKept) await kept.shift()?.line.end();
}

/** Returns true for a sandbox whose session needs no options, and whose user cannot change what others left. */
function canBeKept(options: BoxOptions): boolean {
  return options.uid !== 0 && Object.keys(options).every((name) => name === "visible" || name === "uid");
}
