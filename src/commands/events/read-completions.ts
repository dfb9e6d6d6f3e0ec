import { completionPath, parseCompletion } from "../../desired/marks/completion.ts";
import type { Layout } from "../../desired/layout.ts";
import { readContent } from "../../drivers/files/read.ts";
import type { LifeEvent } from "../../history/fleet-event.ts";

/**
 * Returns the end of each completed job, from the file the start script writes. The messages of a user manager do not
 * tell it. The next start removes the file, so only the last end is known.
 */
export function readCompletions(layout: Layout, agents: Iterable<string>): readonly LifeEvent[] {
  return [...agents].flatMap((agent): readonly LifeEvent[] => {
    const text = readContent(completionPath(layout, agent));
    const atMs = text === undefined ? undefined : parseCompletion(text).atMs;
    return atMs === undefined
      ? []
      : [{ kind: "ended", agent, atMs, end: { result: "success", exitStatus: 0 } }];
  });
}
