import type { Desired } from "../../desired/types.ts";
import type { Program } from "../../runtimes/program.ts";
import type { Observed, ObservedPane } from "../../observed/types.ts";
import type { Policy } from "../../desired/marks/policy.ts";
import { sidePanesByAgent } from "../view/side-panes.ts";
import { panesByAgent } from "../view/agent-panes.ts";
import { unchangedAgents } from "./unchanged-agents.ts";

/** Returns true for a program with hooks. */
function reports(program: Program | undefined): boolean {
  return program !== undefined && program.activity !== "screen" && program.activity !== "off";
}

/** An agent, or a declared pane next to it, that a plan may interrupt. */
export interface Interruptible {
  /** The agent. */
  readonly name: string;
  readonly pane: ObservedPane;
  /** False if only its program can say it is idle: it was not quiet for long enough. */
  readonly isQuiet: boolean;
}

/**
 * Returns the agents with an unattended session to be ended or restarted by a plan, if they are quiet or have a
 * program that can say it is idle. Only for these does silent work matter. Pure, and needs nothing from the start
 * script's files.
 */
export function interruptible(
  desired: Desired,
  observed: Omit<Observed, "runtime">,
): readonly Interruptible[] {
  const unchanged = unchangedAgents(desired, observed);
  const declared = new Map(desired.agents.map((agent) => [agent.name, agent]));
  const candidates: Interruptible[] = [];
  for (const [name, { pane }] of panesByAgent(observed, desired.layout)) {
    if (unchanged.has(name) || pane === undefined || pane.dead || pane.attached > 0) continue;
    const agent = declared.get(name);
    const isSilent = isQuiet(pane, agent, observed.now);
    const mayBeDone = agent?.onChange === "when-idle" && reports(agent.program);
    if (isSilent || mayBeDone) candidates.push({ name, pane, isQuiet: isSilent });
  }
  for (const [name, sides] of sidePanesByAgent(observed, desired.layout)) {
    const agent = declared.get(name);
    const hashes = new Set(agent?.windows?.flatMap(({ panes }) => panes).map(({ hash }) => hash));
    for (const pane of sides) {
      const isSame = pane.side !== undefined && hashes.has(pane.side.hash);
      if (!isSame && !pane.dead && pane.attached === 0 && isQuiet(pane, agent, observed.now)) {
        candidates.push({ name, pane, isQuiet: true });
      }
    }
  }
  return candidates;
}

function isQuiet(pane: ObservedPane, agent: Partial<Policy> | undefined, now: number): boolean {
  const { onChange = "when-idle", idleAfterMs = 0 } = agent ?? {};
  return onChange === "when-idle" && now - pane.activity * 1000 >= idleAfterMs;
}
