import { readFileSync } from "node:fs";

/**
 * Returns the environment of an agent's command at its start, from /proc; undefined if it cannot be read. The
 * command is the child of the script in the pane.
 */
export function runningEnvironment(panePid: number): ReadonlyMap<string, string> | undefined {
  try {
    const [child] = readFileSync(`/proc/${panePid}/task/${panePid}/children`, "utf8").trim().split(" ");
    if (!child) return undefined;
    const entries = readFileSync(`/proc/${child}/environ`, "utf8").split("\0");
    return new Map(
      entries
        .filter((each) => each.includes("="))
        .map((each) => {
          const at = each.indexOf("=");
          return [each.slice(0, at), each.slice(at + 1)] as const;
        }),
    );
  } catch {
    return undefined;
  }
}
