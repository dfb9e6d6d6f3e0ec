import { agentUnit, type Layout } from "../../desired/layout.ts";
import type { Observed, ObservedPane } from "../../observed/types.ts";

export interface AgentSession {
  /** `$N` */
  readonly id: string;
  readonly name: string;
}

/** The panes with an agent's mark. There may be several: a renamed session keeps a dead one. */
export interface AgentPanes {
  /** The decisive one: a live one if there is any, and then one in a session of the agent's name. */
  readonly pane: ObservedPane | undefined;
  /** Sessions of its unit without panes of other agents. */
  readonly sessions: readonly AgentSession[];
}

/**
 * Returns the agents' panes by agent, without those of other fleets: a wrong `tmux.socket` may lead to
 * another fleet's server.
 */
export function panesByAgent(
  { tmux }: Pick<Observed, "tmux">,
  layout: Layout,
): ReadonlyMap<string, AgentPanes> {
  const all = tmux.kind === "server" ? tmux.panes : [];
  const shared = sharedSessions(all);
  const byAgent = new Map<string, ObservedPane[]>();
  for (const pane of all) {
    if (pane.agent === undefined || (pane.config && pane.config.fleet !== layout.fleet)) continue;
    const known = byAgent.get(pane.agent);
    if (known === undefined) byAgent.set(pane.agent, [pane]);
    else known.push(pane);
  }
  const found = new Map<string, AgentPanes>();
  for (const [agent, panes] of byAgent) found.set(agent, agentPanes(agent, panes, shared, layout));
  return found;
}

function agentPanes(
  agent: string,
  panes: readonly ObservedPane[],
  shared: ReadonlySet<string>,
  layout: Layout,
): AgentPanes {
  const unit = agentUnit(layout, agent);
  const best = panes.reduce((known, pane) => (isBetter(pane, known, agent) ? pane : known));
  const own = panes.filter(({ sessionId, sessionUnit }) => sessionUnit === unit && !shared.has(sessionId));
  return { pane: inAllSessions(best, panes), sessions: sessionsOf(own) };
}

/**
 * Merges the entries of a pane. If its window is linked into several sessions, tmux lists it in each: anyone
 * attached to one of them uses it.
 */
function inAllSessions(pane: ObservedPane, panes: readonly ObservedPane[]): ObservedPane {
  if (panes.length === 1) return pane;
  const rows = panes.filter(({ id }) => id === pane.id);
  return {
    ...pane,
    attached: Math.max(...rows.map(({ attached }) => attached)),
    viewers: Math.max(...rows.map(({ viewers = 0 }) => viewers)),
  };
}

/** Ids of sessions with panes of more than one agent: someone has joined them. */
function sharedSessions(panes: readonly ObservedPane[]): ReadonlySet<string> {
  const agents = new Map<string, string>();
  const shared = new Set<string>();
  for (const { sessionId, agent } of panes) {
    if (agent === undefined) continue;
    if ((agents.get(sessionId) ?? agent) !== agent) shared.add(sessionId);
    agents.set(sessionId, agent);
  }
  return shared;
}

function isBetter(pane: ObservedPane, other: ObservedPane, agent: string): boolean {
  if (pane.dead !== other.dead) return !pane.dead;
  const isAtHome = pane.sessionName === agent;
  if (isAtHome !== (other.sessionName === agent)) return isAtHome;
  return pane.id < other.id;
}

function sessionsOf(panes: readonly ObservedPane[]): readonly AgentSession[] {
  const [only] = panes;
  if (only !== undefined && panes.length === 1) return [{ id: only.sessionId, name: only.sessionName }];
  const names = new Map(panes.map(({ sessionId, sessionName }) => [sessionId, sessionName]));
  return [...names].map(([id, name]) => ({ id, name })).sort((a, b) => (a.id < b.id ? -1 : 1));
}
