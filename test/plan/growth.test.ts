import { stringify } from "yaml";
import { afterAll, describe, expect, it } from "vitest";
import { parseFleet } from "../../src/config/parse.ts";
import type { FleetConfig } from "../../src/config/types.ts";
import { resolveFleet } from "../../src/desired/agent/resolve.ts";
import type { Desired } from "../../src/desired/types.ts";
import { fullDiffs } from "../../src/diffs/plan/full-diffs.ts";
import type { Observed } from "../../src/observed/types.ts";
import { agentStatuses } from "../../src/plan/explain/status.ts";
import { planFleet } from "../../src/plan/fleet/plan-fleet.ts";
import { planJson } from "../../src/report/plan/plan-json.ts";
import { planText } from "../../src/report/plan/plan-text.ts";
import { createColors } from "../../src/report/terminal/colors.ts";
import { sealDesired } from "../../src/snapshot/snapshot.ts";
import { changedEvents } from "../../src/watch/reconcile/changed-events.ts";
import { newEvents, nothingTold } from "../../src/watch/reconcile/new-events.ts";
import { planWithHolds } from "../../src/watch/reconcile/plan-with-holds.ts";
import { bold } from "../support/plan/arbitraries.ts";
import { largeConfig, largeFleet, oneChain, type LargeFleet } from "../support/plan/large-fleet.ts";
import { account, configOf, inputsOf } from "../support/plan/resolved.ts";
import { settledMachine } from "../support/plan/settled.ts";
import { emptyWorld, observedOf } from "../support/plan/world.ts";
import { measured } from "../support/rig/measured.ts";

/** The sizes of the comparison, agents. Both are just beyond the 2,000 texts that a function remembers. */
const [few, many] = [2_100, 8_400];

/**
 * The bound for the ratio of their times. Linear work has 4, and 5 with a cache or a heap that does not suffice any
 * more; quadratic work has 16.
 */
const bound = 8;

const noColors = createColors(false);

/** A fleet, and machines without it and with it. Each is made when a work needs it, because that takes long. */
interface Made {
  readonly config: FleetConfig;
  readonly desired: Desired;
  readonly empty: Observed;
  readonly settled: Observed;
}

/** The fleets of more than one work: making one takes longer than most works. */
const known = new Map<string, Made>();

function made(count: number, fleet: LargeFleet = {}): Made {
  const { prefix = "", dependsOn, more } = fleet;
  const key = `${count} ${prefix} ${dependsOn === undefined ? "" : dependsOn.name}`;
  const found = (more === undefined ? known.get(key) : undefined) ?? make(count, fleet);
  if (more === undefined) known.set(key, found);
  return found;
}

function make(count: number, fleet: LargeFleet): Made {
  const config = largeConfig(count, fleet);
  const inputs = inputsOf(config);
  const desired = once(() => resolveFleet(config, account, inputs));
  const empty = once(() => observedOf(emptyWorld(desired().layout, inputs)));
  const settled = once(() => settledMachine(desired(), inputs));
  return {
    config,
    get desired() {
      return desired();
    },
    get empty() {
      return empty();
    },
    get settled() {
      return settled();
    },
  };
}

/** Returns a function that makes something at its first call, and returns it at each. */
function once<T>(makeIt: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => (result ??= { value: makeIt() }).value;
}

/** Returns the same machine as a value that was never looked at: results for one machine are kept. */
function fresh(observed: Observed): Observed {
  return { ...observed };
}

function watched(desired: Desired, observed: Observed): unknown {
  const config = configOf("version: 1\nagents:\n  a: { command: x }\n");
  const held = planWithHolds(
    { config, desired, observed: fresh(observed) },
    {
      backOff: new Map(),
      nowMs: 0,
      isAsked: false,
    },
  );
  const outcome = { done: held.plan.actions, failed: [], skipped: [] } as unknown as Parameters<
    typeof changedEvents
  >[1];
  return [newEvents(nothingTold, held, 0), changedEvents(held.plan, outcome, held)];
}

/** Work with a fleet of a size. The first call prepares it. */
const works: readonly (readonly [title: string, prepare: (count: number) => () => unknown])[] = [
  [
    "reading fleet.yaml",
    (count) => {
      // The limits of a text allow a tenth of the agents.
      const text = stringify(largeFleet(count / 10));
      return () => {
        const parsed = parseFleet(text, "fleet.yaml");
        // A refused text is read only in part, and its time says nothing.
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
        return parsed.value;
      };
    },
  ],
  [
    "rendering agents that depend on each other in a single chain",
    (count) => {
      const { config } = made(count, { dependsOn: oneChain });
      return () => resolveFleet(config, account, inputsOf(config));
    },
  ],
  [
    "sealing for a snapshot",
    (count) => {
      const { desired, settled } = made(count);
      return () => sealDesired(desired, settled);
    },
  ],
  [
    "a plan of new agents that depend on each other in a single chain, as text and as JSON",
    (count) => {
      const { desired, empty } = made(count, { dependsOn: oneChain });
      return () => {
        const plan = planFleet(desired, fresh(empty), bold);
        return [planText(plan, noColors, true), planJson(plan)];
      };
    },
  ],
  [
    "the diffs of new agents",
    (count) => {
      const { desired, empty } = made(count);
      const plan = planFleet(desired, empty, bold);
      return () => fullDiffs(plan, empty, desired.layout);
    },
  ],
  [
    "a plan and the status of an unchanged fleet",
    (count) => {
      const { desired, settled } = made(count);
      return () => {
        const observed = fresh(settled);
        return agentStatuses(desired, observed, planFleet(desired, observed, bold));
      };
    },
  ],
  [
    "a plan in which all agents have another name",
    (count) => {
      const { settled } = made(count);
      const { desired } = made(count, { prefix: "new" });
      return () => planFleet(desired, fresh(settled), bold);
    },
  ],
  [
    "a plan in which all agents are renamed by `formerly`",
    (count) => {
      const { settled } = made(count);
      const more = (index: number): object => ({ formerly: `agent-${index}` });
      const { desired } = made(count, { prefix: "new", more });
      return () => planFleet(desired, fresh(settled), bold);
    },
  ],
  [
    "a look of the watch at new agents",
    (count) => {
      const { desired, empty } = made(count);
      return () => watched(desired, empty);
    },
  ],
  [
    "a look of the watch at an unchanged fleet",
    (count) => {
      const { desired, settled } = made(count);
      return () => watched(desired, settled);
    },
  ],
  [
    "a look of the watch at agents that all end",
    (count) => {
      const { settled } = made(count);
      const { desired } = made(1, { prefix: "new" });
      return () => watched(desired, settled);
    },
  ],
];

describe("The time of a fleet grows at most as fast as its number of agents", () => {
  afterAll(() => known.clear()); // the process goes on with other files

  it.each(works)(`in %s`, (title, prepare) => {
    const short = leastTime(prepare(few), 3);
    const work = prepare(many);
    const first = leastTime(work, 1);
    // A second run takes seconds, so it happens only if it could change the result.
    const long = first / short < bound ? first : Math.min(first, leastTime(work, 1));
    const ratio = long / short;
    measured(`${title}, ms of ${few} and ${many} agents:`, [short, long], "ratio:", ratio);
    expect(ratio).toBeLessThan(bound);
  });
});

/**
 * Returns the least processor time of so many runs, ms. On a busy machine the time by the clock varies several times as
 * much: a ratio of 3.7 became 9.5.
 */
function leastTime(work: () => unknown, runs: number): number {
  const times = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}
