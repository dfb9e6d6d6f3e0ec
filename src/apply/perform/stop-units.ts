import { agentOfUnit, type Layout } from "../../desired/layout.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { runVerb } from "../../drivers/systemd/verbs.ts";
import { killSessions } from "../../drivers/tmux/kill-sessions.ts";
import { listPanes } from "../../drivers/tmux/list-panes.ts";
import type { Target } from "../target.ts";

/** Stops units, at most so many ms, and ends the sessions that their agents have left. */
export async function stopUnits(
  units: readonly string[],
  timeoutMs: number,
  target: Target,
): Promise<Result<void>> {
  const stopped = await runVerb(target.exec, "stop", units, timeoutMs);
  return stopped.ok ? closeLeft(units, target) : stopped;
}

/**
 * Ends the sessions of these units if their agents have ended. The script of a unit does so only if a stop is queued when it
 * looks: it leaves the session of an agent that ended by itself just before the stop.
 */
async function closeLeft(units: readonly string[], { exec, layout }: Target): Promise<Result<void>> {
  const agents = agentUnits(units, layout);
  if (agents.size === 0) return ok(undefined);
  const server = await listPanes(exec, layout.socket);
  if (!server.ok) return server;
  const left = (server.value?.panes ?? []).filter(
    ({ sessionUnit, agent, dead }) => dead && agents.get(sessionUnit) === agent,
  );
  if (left.length === 0) return ok(undefined);
  return killSessions(
    exec,
    layout.socket,
    left.map(({ sessionId, sessionUnit }) => ({ id: sessionId, unit: sessionUnit })),
  );
}

/** Returns the agents of these units, by unit. */
function agentUnits(units: readonly string[], layout: Layout): ReadonlyMap<string, string> {
  return new Map(
    units.flatMap((unit) => {
      const agent = agentOfUnit(layout, unit);
      return agent === undefined ? [] : [[unit, agent] as const];
    }),
  );
}
