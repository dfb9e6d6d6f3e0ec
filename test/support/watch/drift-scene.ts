import { apply, declare, waits } from "../fleet/fleet.ts";
import type { Sandbox } from "../rig/sandbox.ts";
import { until } from "../rig/until.ts";
import { drifts, type Drift } from "./drifts.ts";
import { mendedMs, startTimes, strike, type Mode } from "./mending.ts";
import { startWatch, type RunningWatch } from "./watcher.ts";

/** An agent for each drift. */
const agents = Object.fromEntries(
  drifts.map(({ settings }, index) => [agentOf(index), { command: waits, ...settings }]),
);
/** The names of all agents. */
export const names = Object.keys(agents);

/** Returns the name of the agent for a drift. */
export function agentOf(index: number): string {
  return `agent-${index}`;
}

/** A fleet with an agent for each drift, and its watch. */
export interface DriftScene {
  readonly box: Sandbox;
  readonly watch: RunningWatch;
}

/**
 * Applies the fleet and starts its watch. Waits for the first look: a later request for a look would otherwise be served
 * while an agent ends.
 */
export async function openScene(box: Sandbox, { args }: Mode): Promise<DriftScene> {
  const defaults = { onChange: "restart", env: { MODEL: "opus" }, resources: { memoryMax: "512M" } };
  await declare(box, { defaults, agents });
  await apply(box);
  const watch = await startWatch(box, args, { isReady: ({ event }) => event === "in-line" });
  return { box, watch };
}

/** Returns the time until the drift of an agent is fixed, ms. */
export async function mendingTime({ box, watch }: DriftScene, drift: Drift, agent: string): Promise<number> {
  const { length } = await watch.told();
  const began = await strike(box, drift.script.replaceAll("AGENT", agent));
  const mended =
    drift.told === undefined
      ? await until(`${agent} is started`, async () => {
          const at = (await startTimes(box)).get(agent) ?? 0;
          return at > began && at;
        })
      : await mendedMs(watch, new RegExp(`^${drift.told.replaceAll("AGENT", agent)}$`), length);
  return mended - began;
}
