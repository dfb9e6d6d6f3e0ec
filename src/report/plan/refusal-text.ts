import type { EffectiveAction } from "../../plan/agent-plan.ts";
import { heldBy, type Refusal } from "../../plan/allowances.ts";
import { count } from "../../text/counting.ts";

/** Returns why a guard refuses a plan, without a full stop. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.guard) {
    case "empty-fleet":
      return `the file declares no agents, and ${count(refusal.removed, "agent")} would be removed`;
    case "other-fleet": {
      const { removed, appliedFile } = refusal;
      const origin = appliedFile === undefined ? "" : `, and ${appliedFile} was applied last`;
      return (
        `none of the agents of this fleet is in this file${origin}: ${count(removed, "agent")} would be removed. ` +
        "If this is another fleet, give it a name of its own (name: NAME)"
      );
    }
    case "mass-removal": {
      const { among, all, removed, stopped } = refusal;
      const which = among === "agents" ? count(all, "agent") : `${count(all, "agent")} with a session`;
      return `${removed} of ${which} would be removed${stopped > 0 ? `, and ${stopped} stopped` : ""}`;
    }
    case "mass-stop": {
      const { all, removed, stopped } = refusal;
      return `${removed + stopped} of ${count(all, "agent")} with a session would be ${endedPhrase(stopped, removed)}`;
    }
    case "own-session":
      return `this command runs inside the session of ${refusal.agent}, which would end`;
  }
}

function endedPhrase(stopped: number, removed: number): string {
  if (stopped === 0) return "removed";
  const cause = "state: stopped";
  return removed === 0 ? `stopped (${cause})` : `ended: ${stopped} stopped (${cause}), ${removed} removed`;
}

const participles: Readonly<Record<EffectiveAction, string>> = {
  add: "added",
  change: "changed",
  start: "started",
  restart: "restarted",
  stop: "stopped",
  remove: "removed",
  adopt: "adopted",
};

/** Returns the actions a watch leaves out because of a refusal: `No agent is added, stopped or removed`. */
export function heldText(refused: Refusal): string {
  const held = heldBy([refused]);
  const names = Object.keys(participles) as readonly EffectiveAction[];
  const words = names.filter((name) => held.has(name)).map((name) => participles[name]);
  return `No agent is ${words.join(", ").replace(/, (\w+)$/, " or $1")}`;
}
