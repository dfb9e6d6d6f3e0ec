import type { Graph, GraphNode } from "../../graph/graph.ts";
import type { AgentState } from "../../plan/explain/status.ts";

/** The state a colour stands for: the most serious one among a node's agents. */
export type Tone = "good" | "bad" | "moving" | "still" | "unknown";

const tones: Readonly<Record<AgentState, Tone>> = {
  running: "good",
  completed: "still",
  scheduled: "still",
  stopped: "still",
  starting: "moving",
  restarting: "moving",
  failed: "bad",
  missing: "bad",
  unmanaged: "bad",
};

/** Returns the tone of a node. */
export function toneOf({ states }: GraphNode): Tone {
  const all = [...(states?.keys() ?? [])].map((state) => tones[state]);
  return (["bad", "moving", "good", "still"] as const).find((tone) => all.includes(tone)) ?? "unknown";
}

/** Returns the name of a node, with the number of its agents if there are several; a service says so. */
export function nameText({ name, agents, kind }: GraphNode): string {
  const words = [...(kind === undefined ? [] : [kind]), ...(agents.length === 1 ? [] : [agents.length])];
  return words.length === 0 ? name : `${name} (${words.join(", ")})`;
}

/** Returns the states of a node's agents: `running`, or `198 running, 2 failed`; an empty text if they are unknown. */
export function stateText({ states, agents, entry }: GraphNode): string {
  const all = [...(states ?? [])];
  const words = all.map(([state, count]) => (agents.length === 1 ? state : `${count} ${state}`)).join(", ");
  return entry === undefined ? `${words}, not in fleet.yaml` : words;
}

/** Returns the line about the tmux server. */
export function serverText({ socket, server }: Graph): string {
  return `tmux server ${socket}${server === undefined ? "" : `: ${server}`}`;
}
