import type { Gauge } from "prom-client";
import { memoryReader, processorReader } from "../observe/processes/resource-use.ts";
import type { AgentStatus } from "../plan/explain/status.ts";
import type { SeriesMaker } from "./series.ts";

/** The series with one value for each agent. */
export interface AgentSeries {
  /** Replaces all values. Reads memory and processor time. An agent that is gone leaves no series. */
  set(agents: readonly AgentStatus[]): void;
}

/** Returns the series of agents, without values. */
export function createAgentSeries({ gauge, counter }: SeriesMaker): AgentSeries {
  const up = gauge("agent_up", "1 if the agent runs, else 0.", "agent");
  const wanted = gauge("agent_wanted", "1 if the agent is declared to run, else 0.", "agent");
  const behind = gauge("agent_pending", "1 if the agent has a change that is not applied yet.", "agent");
  const restarts = counter(
    "agent_restarts_total",
    "Automatic restarts since the last start by hand.",
    "agent",
  );
  const started = gauge("agent_start_time_seconds", "Start of the agent, seconds since the epoch.", "agent");
  const quiet = gauge("agent_quiet_seconds", "Time since the last output of the agent.", "agent");
  const attached = gauge("agent_attached", "Number of people attached to the agent.", "agent");
  const memory = gauge("agent_memory_bytes", "Memory of the control group, where it is known.", "agent");
  const processor = counter(
    "agent_cpu_seconds_total",
    "Processor time since the start of the agent.",
    "agent",
  );
  const all = [up, wanted, behind, restarts, started, quiet, attached, memory, processor];

  return {
    set(agents) {
      for (const series of all) series.reset();
      const memoryOf = memoryReader();
      const processorOf = processorReader();
      for (const status of agents) {
        const agent = { agent: status.name };
        up.set(agent, status.state === "running" ? 1 : 0);
        wanted.set(agent, status.desired === "running" ? 1 : 0);
        behind.set(agent, isPending(status) ? 1 : 0);
        restarts.inc(agent, status.restarts);
        attached.set(agent, status.attached);
        setKnown(started, agent, status.since, 1000);
        setKnown(quiet, agent, status.idleSeconds, 1);
        if (status.pid === undefined) continue;
        setKnown(memory, agent, memoryOf(status.unit, status.pid), 1);
        const usedUs = processorOf(status.unit, status.pid);
        if (usedUs !== undefined) processor.inc(agent, usedUs / 1e6);
      }
    },
  };
}

/** Returns true for an agent with a change that is not applied yet. */
export function isPending(status: AgentStatus): boolean {
  return status.pending !== undefined;
}

/** Sets a gauge to a figure in its base unit; an unknown figure has no series. */
function setKnown(
  gauge: Gauge<"agent">,
  labels: { readonly agent: string },
  value: number | undefined,
  perUnit: number,
): void {
  if (value !== undefined) gauge.set({ ...labels }, value / perUnit);
}
