import { Histogram, Registry } from "prom-client";
import type { WatchEvent, WatchView } from "../events/watch-events.ts";
import type { AgentState } from "../plan/explain/status.ts";
import { createAgentSeries, isPending } from "./agent-series.ts";
import { createEventCounts } from "./event-counts.ts";
import { metricPrefix, seriesIn } from "./series.ts";

/** The metrics of a watch. */
export interface FleetMetrics {
  tell(event: WatchEvent): void;
  show(view: WatchView): void;
  /** Returns all metrics in the text format of Prometheus, version 0.0.4. */
  text(): Promise<string>;
  readonly contentType: string;
}

const agentStates = Object.keys({
  running: true,
  starting: true,
  scheduled: true,
  completed: true,
  stopped: true,
  failed: true,
  restarting: true,
  missing: true,
  unmanaged: true,
} satisfies Readonly<Record<AgentState, true>>) as AgentState[];

/**
 * Returns the metrics of a watch. Names and units are those of Prometheus: a prefix, base units (seconds, bytes), `_total`
 * for counters. Series exist for present agents: a removed one leaves none. Memory and processor time are
 * read when somebody asks.
 */
export function createFleetMetrics(version: string): FleetMetrics {
  const registry = new Registry();
  const make = seriesIn(registry);
  make.gauge("build_info", "The version of mosaic-fleet; always 1.", "version").set({ version }, 1);
  const agents = make.gauge("agents", "Number of agents in each state.", "state");
  const pending = make.gauge("agents_pending", "Number of agents with a change that is not applied yet.");
  const perAgent = createAgentSeries(make);
  const seen = make.gauge("observation_timestamp_seconds", "Time of the last observation, since the epoch.");
  const tell = createEventCounts(make);
  const timed = timeLooks(registry);
  let view: WatchView | undefined;

  return {
    contentType: registry.contentType,
    tell,
    show(next) {
      timed(next.state === "looking");
      view = next;
    },
    async text() {
      const list = view?.agents ?? [];
      for (const state of agentStates) {
        agents.set({ state }, list.filter((each) => each.state === state).length);
      }
      pending.set(list.filter(isPending).length);
      if (view !== undefined && view.seenMs > 0) seen.set(view.seenMs / 1000);
      perAgent.set(list);
      return registry.metrics();
    },
  };
}

/** Returns a function that takes each state of a watch, and measures how long it looks. */
function timeLooks(registry: Registry): (isLooking: boolean) => void {
  const durations = new Histogram({
    name: `${metricPrefix}reconcile_duration_seconds`,
    help: "Duration of an observation with its plan and apply.",
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  let sinceMs: number | undefined;
  return (isLooking) => {
    const nowMs = performance.now();
    if (isLooking) sinceMs ??= nowMs;
    else if (sinceMs !== undefined) {
      durations.observe((nowMs - sinceMs) / 1000);
      sinceMs = undefined;
    }
  };
}
