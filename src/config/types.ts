import type * as z from "zod/mini";
import type { Places } from "./hosts/places.ts";
import type { fleetSchema } from "./schema/schema.ts";

// The types of fleet.yaml follow from its schema, so no key can be in one of them alone.

/**
 * The content of fleet.yaml, parsed and validated: the input of the desired state. Durations are in ms; paths are as
 * written (absolute, or beginning with `~/`). The schema describes each key.
 */
export type FleetConfig = Frozen<z.output<typeof fleetSchema>> & HostPlacement;

/** Facts about a fleet with hosts that are not in fleet.yaml. */
interface HostPlacement {
  /** The table in fleet.place.json; undefined without one. */
  readonly places?: Places;
  /** In the part of a host: its name. */
  readonly host?: string;
  /** In the part of a host: the agents on their way to it, each with the host it comes from. */
  readonly arrivals?: Readonly<Record<string, string>>;
}

/** An entry of `agents`. */
export type AgentConfig = FleetConfig["agents"][string];

/** Keys that `defaults` may set for every agent. */
export type AgentDefaults = FleetConfig["defaults"];

/** A string is a line for sh, a list is an argument vector. */
export type CommandConfig = FleetConfig["runtimes"][string]["command"];

/** The settings for automatic restarts. */
type RestartConfig = NonNullable<AgentDefaults["restart"]>;

/** The condition for an automatic restart by systemd. */
export type RestartPolicy = NonNullable<RestartConfig["policy"]>;

/** The condition for apply to end the session of an agent with a changed configuration. */
export type OnChange = NonNullable<AgentDefaults["onChange"]>;

type Frozen<T> = T extends string | number | boolean | undefined
  ? T
  : { readonly [Key in keyof T]: Frozen<T[Key]> };
