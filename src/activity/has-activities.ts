import type { Desired } from "../desired/types.ts";

/** Returns true if an agent of the fleet can tell what it does: by a known program, or by the script for hooks. */
export function hasActivities({ shared, agents }: Pick<Desired, "shared" | "agents">): boolean {
  return (
    shared.some(({ role }) => role === "activity-script") ||
    agents.some(({ program }) => program !== undefined)
  );
}
