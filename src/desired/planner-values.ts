import type { AgentConfig } from "../config/types.ts";

/**
 * The keys of an agent that only the planner reads, each with its value if fleet.yaml does not set it. A key here
 * needs no other carrier: the planner finds it in DesiredAgent, by the same name.
 */
const defaults = {
  state: "running",
  protect: false,
  labels: {},
} as const satisfies Partial<AgentConfig>;

/** A key of an agent that only the planner reads. */
export type PlannerKey = keyof typeof defaults;

/** The values of these keys. */
export type PlannerValues = { readonly [Key in PlannerKey]: NonNullable<AgentConfig[Key]> };

/** All of these keys. */
export const plannerKeys = Object.keys(defaults) as readonly PlannerKey[];

/**
 * Returns these values of an entry that has the fleet's defaults. In a loop, because Object.fromEntries takes several
 * times as long, and each distinct entry needs them.
 */
export function plannerValues(entry: AgentConfig): PlannerValues {
  const values: Partial<Record<PlannerKey, unknown>> = {};
  for (const key of plannerKeys) values[key] = entry[key] ?? defaults[key];
  return values as PlannerValues;
}
