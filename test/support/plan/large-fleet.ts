import { fleetSchema } from "../../../src/config/schema/schema.ts";
import type { FleetConfig } from "../../../src/config/types.ts";

/** A fleet of many agents, each in an entry of its own, with its own command and variables. */
export interface LargeFleet {
  /** The names begin so. */
  readonly prefix?: string;
  /** Returns the number of an agent's dependency; undefined for none. By default there are chains of ten. */
  readonly dependsOn?: (index: number) => number | undefined;
  /** Returns more keys of an entry. */
  readonly more?: (index: number) => object;
}

/** Returns a fleet.yaml as plain values. */
export function largeFleet(count: number, { prefix = "agent", dependsOn, more }: LargeFleet = {}): object {
  const ahead = dependsOn ?? ((index: number) => (index % 10 === 0 ? undefined : index - 1));
  const agents = Array.from({ length: count }, (_, index) => {
    const dependency = ahead(index);
    const entry = {
      command: `exec work --id ${index}`,
      env: { MODEL: `m${index % 7}`, API_TOKEN: `hush-${index}`, QUEUE: `work/queue-${index}` },
      ...(dependency === undefined ? {} : { dependsOn: [`${prefix}-${dependency}`] }),
      ...more?.(index),
    };
    return [`${prefix}-${index}`, entry] as const;
  });
  return { version: 1, agents: Object.fromEntries(agents) };
}

/** Returns its configuration, without the limits of a text. */
export function largeConfig(count: number, fleet?: LargeFleet): FleetConfig {
  return fleetSchema.parse(largeFleet(count, fleet));
}

/** Returns the number of the agent before: all of them make a single chain. */
export function oneChain(index: number): number | undefined {
  return index === 0 ? undefined : index - 1;
}
