import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import type { ImportedAgent, ImportedFleet } from "./imported.ts";

/** Returns the agents with the defaults that at least one of them uses. Without agents there are none. */
export function withSharedKeys(
  agents: readonly ImportedAgent[],
  shared: Readonly<Record<string, WrittenValue>>,
): Pick<ImportedFleet, "agents" | "defaults"> {
  // Variables and policies are shared by all agents; a folder or files only by those without their own.
  const isUsed = (key: string): boolean =>
    key === "env" || key === "restart" || agents.some(({ keys }) => !(key in keys));
  const defaults = Object.fromEntries(
    Object.entries(shared).filter(([key]) => agents.length > 0 && isUsed(key)),
  );
  return { agents, defaults };
}
