import type { UiChange } from "../../../src/ui/changes/ui-change.ts";
import type { UiAgent } from "../../../src/ui/protocol.ts";

/** A change that fits some of the selected agents. */
export interface PossibleChange {
  readonly title: string;
  readonly change: UiChange;
}

const down: ReadonlySet<string> = new Set(["stopped", "failed", "completed", "missing"]);

const kinds: readonly {
  readonly title: string;
  readonly verb: UiChange["verb"];
  readonly now?: true;
  readonly fits: (agent: UiAgent) => boolean;
}[] = [
  { title: "Apply", verb: "apply", fits: ({ action }) => action !== "none" },
  {
    title: "Apply now",
    verb: "apply",
    now: true,
    fits: ({ action, isSuspended }) => action === "pending" && !isSuspended,
  },
  { title: "Start", verb: "start", fits: ({ state }) => down.has(state) },
  { title: "Restart", verb: "restart", fits: ({ state }) => !down.has(state) },
  { title: "Stop", verb: "stop", fits: ({ state }) => !down.has(state) },
  { title: "Suspend", verb: "suspend", fits: ({ isSuspended }) => !isSuspended },
  { title: "Resume", verb: "resume", fits: ({ isSuspended }) => isSuspended },
];

/** Returns the changes that fit these agents, each with those that it fits, on whatever machine they are. Pure. */
export function possibleChanges(agents: readonly UiAgent[]): readonly PossibleChange[] {
  return kinds.flatMap(({ fits, now = false, title, verb }) => {
    const names = agents
      .filter((agent) => agent.state !== "unmanaged" && fits(agent))
      .map(({ name }) => name);
    if (names.length === 0) return [];
    return [{ title, change: { verb, agents: names, now, allow: [] } }];
  });
}
