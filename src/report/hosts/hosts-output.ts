import type { Problems } from "../json/shared-output.ts";

/** A machine of a fleet. */
export interface HostJson {
  readonly name: string;
  /** The name of the machine. */
  readonly hostname: string;
  readonly labels: Readonly<Record<string, string>>;
  /** True for this machine. */
  readonly isHere: boolean;
  /** Present for a host with `state: ignore`. */
  readonly isIgnored?: true | undefined;
  /** The agents and services of this machine, with their replicas. */
  readonly agents: readonly string[];
}

/** The machines of a fleet. */
interface HostsJson {
  readonly formatVersion: "1.0";
  /** The name of the fleet. */
  readonly fleet: string;
  /** In the order of fleet.yaml. Empty for a fleet without hosts. */
  readonly hosts: readonly HostJson[];
}

/**
 * The output of `fleet hosts --json`; npm run schema writes hosts.schema.json from it.
 * @public
 */
export type HostsDocument = HostsJson | Problems;
