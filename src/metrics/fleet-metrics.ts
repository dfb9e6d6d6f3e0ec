import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { WatchEvent, WatchView } from "../events/watch-events.ts";
import { memoryReader, processorReader } from "../observe/processes/resource-use.ts";
import type { AgentState, AgentStatus } from "../plan/explain/status.ts";

/** The metrics of a watch. */
export interface FleetMetrics {
  tell(event: WatchEvent): void;
  show(view: WatchView): void;
  /** Returns all metrics in the text format of Prometheus, version 0.0.4. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** The events that count, and their effects. */
type Counting = {
  readonly [Kind in WatchEvent["kind"]]?: (event: Extract<WatchEvent, { readonly kind: Kind }>) => void;
};

const states: readonly AgentState[] = [
  "running",
  "starting",
  "scheduled",
  "completed",
  "stopped",
  "failed",
  "restarting",
  "missing",
  "unmanaged",
];

/**
 * Returns the metrics of a watch. Names and units are those of Prometheus: a prefix, base units (seconds, bytes), `_total`
 * for counters. Series exist for agents that are there: an agent that is gone leaves none. Memory and processor time are
 * read when somebody asks.
 */
export function createFleetMetrics(version: string): FleetMetrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <Label extends string = never>(
    name: string,
    help: string,
    ...labelNames: Label[]
  ): Gauge<Label> => new Gauge({ name: `mosaic_fleet_${name}`, help, labelNames, registers });
  const counter = <Label extends string = never>(
    name: string,
    help: string,
    ...labelNames: Label[]
  ): Counter<Label> => new Counter({ name: `mosaic_fleet_${name}`, help, labelNames, registers });

  gauge("build_info", "The version of mosaic-fleet; always 1.", "version").set({ version }, 1);
  const agents = gauge("agents", "Number of agents in each state.", "state");
  const pending = gauge("agents_pending", "Number of agents with a change that is not applied yet.");
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
  const seen = gauge("observation_timestamp_seconds", "Time of the last observation, since the epoch.");
  const paused = gauge("watch_paused", "1 while the watch is paused.");
  const valid = gauge("file_valid", "0 while fleet.yaml is rejected, and an earlier text is in force.");
  const observed = new Histogram({
    name: "mosaic_fleet_reconcile_duration_seconds",
    help: "Duration of an observation with its plan and apply.",
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const applies = counter("applies_total", "Applies of the watch.", "result");
  const changes = counter("agent_changes_total", "Agents that the watch has changed, by action.", "action");
  const crashes = counter("agent_crashes_total", "Ends with a failure.", "agent");
  const problems = counter("problems_total", "Problems that the watch has reported.");
  const refusals = counter("refusals_total", "Plans or parts of plans that a guard has refused.");
  valid.set(1);
  paused.set(0);

  let view: WatchView | undefined;
  let lookingSince: number | undefined;

  const counting: Counting = {
    edited: () => valid.set(1),
    "file-accepted": () => valid.set(1),
    "file-rejected": () => valid.set(0),
    applied: ({ failed, skipped }) => applies.inc({ result: failed + skipped > 0 ? "failed" : "done" }),
    changed: ({ action }) => changes.inc({ action }),
    crashed: ({ agent }) => crashes.inc({ agent }),
    failed: ({ agent }) => crashes.inc({ agent }),
    problem: () => problems.inc(),
    refused: () => refusals.inc(),
    paused: () => paused.set(1),
    resumed: () => paused.set(0),
  };

  return {
    contentType: registry.contentType,
    tell: (event) => (counting[event.kind] as ((event: WatchEvent) => void) | undefined)?.(event),
    show(next) {
      const now = performance.now();
      if (next.state === "looking") lookingSince ??= now;
      else if (lookingSince !== undefined) {
        observed.observe((now - lookingSince) / 1000);
        lookingSince = undefined;
      }
      view = next;
    },
    async text() {
      const list = view?.agents ?? [];
      const perAgent = [up, wanted, behind, restarts, started, quiet, attached, memory, processor];
      for (const metric of perAgent) metric.reset();
      for (const state of states) {
        agents.set({ state }, list.filter((each) => each.state === state).length);
      }
      pending.set(list.filter(isPending).length);
      if (view !== undefined && view.seenMs > 0) seen.set(view.seenMs / 1000);
      const memoryOf = memoryReader();
      const processorOf = processorReader();
      for (const status of list) {
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
      return registry.metrics();
    },
  };
}

function isPending(status: AgentStatus): boolean {
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
