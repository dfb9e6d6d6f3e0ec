import { beforeEach, describe, expect, it } from "vitest";
import type { WatchView } from "../../src/events/watch-events.ts";
import { createFleetMetrics, type FleetMetrics } from "../../src/metrics/fleet-metrics.ts";
import type { AgentStatus } from "../../src/plan/explain/status.ts";

const coder: AgentStatus = {
  name: "coder",
  desired: "running",
  labels: {},
  state: "running",
  unit: "mosaic-agent@coder.service",
  active: "active",
  sub: "running",
  pid: undefined,
  since: 1_700_000_000_000,
  restarts: 2,
  exitStatus: undefined,
  killedAfterMs: undefined,
  attached: 1,
  viewers: 0,
  idleSeconds: 7,
  pending: undefined,
  plan: undefined,
};
const lost: AgentStatus = {
  ...coder,
  name: "lost",
  state: "failed",
  since: undefined,
  attached: 0,
  idleSeconds: undefined,
  restarts: 0,
  pending: "command-changed",
};
const view: WatchView = {
  fleet: "mosaic",
  file: "fleet.yaml",
  state: "waiting",
  agents: [coder, lost],
  seenMs: 1_700_000_060_000,
  nextLookMs: undefined,
};

describe("the metrics of a watch", () => {
  let metrics: FleetMetrics;
  beforeEach(() => {
    metrics = createFleetMetrics("1.2.3");
  });

  /** Returns the samples whose name begins with `prefix`, without the prefix of all. */
  async function samples(prefix = ""): Promise<readonly string[]> {
    const lines = (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(lines.filter((line) => !line.startsWith("mosaic_fleet_"))).toEqual([]);
    return lines.map((line) => line.slice("mosaic_fleet_".length)).filter((line) => line.startsWith(prefix));
  }

  it("count agents by state, and tell each one", async () => {
    metrics.show(view);
    expect((await samples("agents")).filter((line) => !line.endsWith(" 0"))).toEqual([
      'agents{state="running"} 1',
      'agents{state="failed"} 1',
      "agents_pending 1",
    ]);
    expect(await samples("agent_")).toEqual([
      'agent_up{agent="coder"} 1',
      'agent_up{agent="lost"} 0',
      'agent_wanted{agent="coder"} 1',
      'agent_wanted{agent="lost"} 1',
      'agent_pending{agent="coder"} 0',
      'agent_pending{agent="lost"} 1',
      'agent_restarts_total{agent="coder"} 2',
      'agent_restarts_total{agent="lost"} 0',
      'agent_start_time_seconds{agent="coder"} 1700000000',
      'agent_quiet_seconds{agent="coder"} 7',
      'agent_attached{agent="coder"} 1',
      'agent_attached{agent="lost"} 0',
    ]);
    expect(await samples("observation")).toEqual(["observation_timestamp_seconds 1700000060"]);
    expect(await samples("build")).toEqual(['build_info{version="1.2.3"} 1']);
  });

  it("have no series of an agent that is gone, and do not add up what is read twice", async () => {
    metrics.show(view);
    await metrics.text();
    metrics.show({ ...view, agents: [coder] });
    expect((await samples("agent_")).filter((line) => line.includes("lost"))).toEqual([]);
    expect(await samples("agent_restarts_total")).toEqual(['agent_restarts_total{agent="coder"} 2']);
  });

  it("count what the watch did", async () => {
    const applied = { kind: "applied", causes: ["edit"], skipped: 0, wasCut: false, ms: 5 } as const;
    metrics.tell({ ...applied, done: 1, failed: 0 });
    metrics.tell({ ...applied, done: 1, failed: 1 });
    metrics.tell({ kind: "changed", agent: "coder", action: "restarted", changes: [], wasStopped: false });
    metrics.tell({ kind: "crashed", agent: "lost", exitStatus: 1, lines: [] });
    metrics.tell({ kind: "file-rejected", file: "fleet.yaml", diagnostics: [], inForce: true });
    metrics.tell({ kind: "paused" });
    expect(await samples("applies")).toEqual([
      'applies_total{result="done"} 1',
      'applies_total{result="failed"} 1',
    ]);
    expect(await samples("agent_changes")).toEqual(['agent_changes_total{action="restarted"} 1']);
    expect(await samples("agent_crashes")).toEqual(['agent_crashes_total{agent="lost"} 1']);
    expect(await samples("file_valid")).toEqual(["file_valid 0"]);
    expect(await samples("watch_paused")).toEqual(["watch_paused 1"]);
    metrics.tell({ kind: "edited", file: "fleet.yaml", agents: 2 });
    metrics.tell({ kind: "resumed" });
    expect(await samples("file_valid")).toEqual(["file_valid 1"]);
    expect(await samples("watch_paused")).toEqual(["watch_paused 0"]);
  });

  it("measure each observation once", async () => {
    metrics.show({ ...view, state: "looking" });
    metrics.show({ ...view, state: "looking" });
    metrics.show(view);
    metrics.show(view);
    expect(await samples("reconcile_duration_seconds_count")).toEqual(["reconcile_duration_seconds_count 1"]);
  });
});
