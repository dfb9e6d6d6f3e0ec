import type { ActivityState } from "../../src/activity/activity.ts";
import type { UiAgent, UiState } from "../../src/ui/protocol.ts";

/** The signs of states. Each is a shape of its own, so no colour is needed to tell them apart. */
export type Sign =
  | "ok"
  | "you"
  | "failed"
  | "moving"
  | "off"
  | "done"
  | "missing"
  | "foreign"
  | "later"
  | "paused"
  | "look"
  | "bell"
  | "no-bell"
  | "works"
  | "idle"
  | "changed";

const signs: Readonly<Record<string, Sign>> = {
  running: "ok",
  failed: "failed",
  starting: "moving",
  restarting: "moving",
  stopped: "off",
  completed: "done",
  missing: "missing",
  unmanaged: "foreign",
  scheduled: "later",
};

/** Returns the sign of an agent's state. */
export function signOf(agent: UiAgent): Sign {
  if (needsYou(agent)) return "you";
  if (agent.isFrozen) return "paused";
  return signs[agent.state] ?? "missing";
}

/** Returns the sign of what an agent's program does. */
export function activitySign(agent: UiAgent): Sign {
  if (agent.activity?.state === "working") return "works";
  return agent.activity?.state === "idle" ? "idle" : signOf(agent);
}

/** Returns true for an agent whose program waits for a person. */
export function needsYou({ activity, state }: UiAgent): boolean {
  return state === "running" && (activity?.state === "waiting" || activity?.state === "limited");
}

function does({ activity, state }: UiAgent, wanted: ActivityState): boolean {
  return state === "running" && activity?.state === wanted;
}

const activities: Readonly<Record<string, string>> = {
  working: "working",
  waiting: "waits for you",
  idle: "idle",
  limited: "at its limit",
};

/** Returns the activity of an agent in words. */
export function activityWord(state: string): string {
  return activities[state] ?? state;
}

/** The groups of agents, which are also filters. An agent can be in several. */
export const groups = [
  { id: "you", title: "Needs you", sign: "you", has: needsYou },
  {
    id: "failed",
    title: "Failed",
    sign: "failed",
    has: ({ action, desired, state }) =>
      state === "failed" || (state === "missing" && desired === "running" && action !== "add"),
  },
  {
    id: "pending",
    title: "Pending",
    sign: "changed",
    has: ({ action, pending }) => action !== "none" && pending !== null,
  },
  {
    id: "idle",
    title: "Idle",
    sign: "idle",
    has: (agent) => does(agent, "idle"),
  },
  {
    id: "working",
    title: "Working",
    sign: "works",
    has: (agent) => does(agent, "working"),
  },
  { id: "running", title: "Running", sign: "ok", has: ({ state }) => state === "running" },
  {
    id: "stopped",
    title: "Not running",
    sign: "off",
    has: ({ state }) => !["running", "failed", "unmanaged"].includes(state),
  },
] as const satisfies readonly {
  readonly id: string;
  readonly title: string;
  readonly sign: Sign;
  readonly has: (agent: UiAgent) => boolean;
}[];

/** Returns the name of an agent on its own machine: on the page, an agent of another host is `HOST/AGENT`. */
export function ownName({ host, name }: UiAgent): string {
  return host === null ? name : name.slice(host.length + 1);
}

/** Returns the names of the machines whose agents are on the page; none if it shows one machine alone. */
export function hostsOnPage({ fleet: { host, hosts } }: UiState): readonly string[] {
  return hosts.length === 0 ? [] : [...(host === null ? [] : [host]), ...hosts.map(({ name }) => name)];
}

/** Returns `1 agent` or `3 agents`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Returns `412 MB` or `1.2 GB`. */
export function memoryText(bytes: number): string {
  const megabytes = bytes / 1024 / 1024;
  return megabytes < 1_000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}
