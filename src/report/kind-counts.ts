import { count } from "../text/counting.ts";

/** The numbers of things of a fleet. */
export interface KindCounts {
  readonly agents: number;
  readonly services: number;
  readonly timers?: number;
  /** The tmux holder, and other units belonging to no agent. */
  readonly others?: number;
}

/** Returns `4 agents, 2 services, 1 timer and the tmux holder`, without the things of which there are none. */
export function kindCounts({ agents, services, timers = 0, others = 0 }: KindCounts): string {
  const isHolder = others === 1 && agents + services + timers > 0;
  const parts = [
    ...(agents === 0 ? [] : [count(agents, "agent")]),
    ...(services === 0 ? [] : [count(services, "service")]),
    ...(timers === 0 ? [] : [count(timers, "timer")]),
    ...(others === 0 ? [] : [isHolder ? "the tmux holder" : count(others, "unit")]),
  ];
  const last = parts.at(-1) ?? count(0, "agent");
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

/** Returns the names of the services among the agents of a plan. */
export function servicesIn(
  agents: readonly { readonly name: string; readonly kind?: "service" | undefined }[],
): ReadonlySet<string> {
  return new Set(agents.flatMap(({ name, kind }) => (kind === "service" ? [name] : [])));
}
