import { join } from "node:path/posix";
import { freshPath, restartsPath, type Layout } from "../../desired/layout.ts";
import { linkTarget } from "../../drivers/files/permissions.ts";
import { removeFile, writeNote } from "../../drivers/files/write.ts";
import type { Action } from "../../plan/types.ts";

/**
 * Removes the counts of restarts, and lets the next start of a restarted agent begin a new one. Otherwise an agent started
 * while systemd is about to restart it, or while its start script still counts the end of its run, would continue its count,
 * and would seem to fail again. A start may join one that is under way, and the next one after that is no part of the plan.
 */
export async function forgetRestarts(actions: readonly Action[], layout: Layout): Promise<void> {
  await Promise.all(
    actions.map(async ({ kind, agent }) => {
      if (agent === undefined || ownRuntimeFolder(agent, layout) === undefined) return;
      // Without the folder, there is no count.
      if (kind === "restart") await writeNote(freshPath(layout, agent), "1\n");
      await removeFile(restartsPath(layout, agent));
    }),
  );
}

/** Removes the counts of restarts of agents that run as declared: their present start was the one a plan needed. */
export async function acceptStarts(actions: readonly Action[], layout: Layout): Promise<void> {
  const names = actions.flatMap(({ agent }) => agent ?? []);
  const own = names.filter((name) => ownRuntimeFolder(name, layout) !== undefined);
  await Promise.all(own.map((name) => removeFile(restartsPath(layout, name))));
}

/** Returns the runtime directory of an agent, if systemd has made it: a link in its place leads to foreign files. */
function ownRuntimeFolder(agent: string, { runtimeDir }: Layout): string | undefined {
  const folder = join(runtimeDir, agent);
  return linkTarget(folder) === undefined ? folder : undefined;
}
