import { join } from "node:path/posix";
import type { Layout } from "../../desired/layout.ts";
import { readPath } from "../../drivers/files/read.ts";

/**
 * Returns a file that exists from before the first unit is written until after the daemon-reload. Without it,
 * an apply killed in between would leave correct files and a manager that has not read them. It lies
 * on tmpfs: a manager reads everything at boot anyway.
 */
export function reloadFlagPath(layout: Layout): string {
  return join(layout.stateDir, `${layout.fleet}.reload-pending`);
}

export function isReloadPending(layout: Layout): boolean {
  return readPath(reloadFlagPath(layout)) !== undefined;
}
