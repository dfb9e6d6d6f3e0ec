import type { DesiredAgent } from "../../desired/types.ts";
import { logAction } from "../actions.ts";
import type { Change } from "../change.ts";
import type { Action } from "../types.ts";
import type { AgentView } from "../view/agent-view.ts";
import { unitPhase } from "../view/unit-phase.ts";
import type { RunDiff } from "./diff-run.ts";

/** A difference of the log of a running agent, and the action against it. */
export interface LogFix {
  readonly change: Change;
  readonly action: Action;
}

/**
 * Compares the log of an agent that goes on running with its declaration. Every start sets up the log by itself, so an
 * agent that starts now has none to fix.
 */
export function diffLog(
  { name: agent, log: wanted, state }: DesiredAgent,
  { pane, unit }: AgentView,
  run: RunDiff,
): LogFix | undefined {
  const goesOn = state === "running" && (run.kind === "none" || run.kind === "pending");
  if (!goesOn || pane === undefined || pane.dead || unitPhase(unit) !== "running") return undefined;
  const { log: found, isPiped = false } = pane;
  if (found === wanted && (wanted === undefined || isPiped)) return undefined;
  const change: Change =
    found === wanted
      ? { reason: "log-ended" }
      : { reason: "settings-changed", record: "env", names: ["log"] };
  const event = found === undefined ? "log turned on" : "log goes on";
  return { change, action: logAction(pane, wanted, event, { agent, reason: change.reason }) };
}
