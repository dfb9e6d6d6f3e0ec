import type { DiagnosticJson, Problems } from "../json/shared-output.ts";
import type { HostsPlanOrigin } from "../../hosts/hosts-plan.ts";
import type { HostEnd } from "../../transport/host-run-state.ts";

/** The facts of a host that a command has reached. */
export interface HostFactsJson {
  /** The version of node that runs the program there. */
  readonly node: string;
  /** True for a node that was brought from another machine. */
  readonly isShippedNode: boolean;
  /** True if agents go on after a logout; null if that cannot be read. */
  readonly lingers: boolean | null;
  /** Its clock minus that of this machine, ms. The answer was some time on its way. */
  readonly clockAheadMs: number | null;
  readonly hostname: string;
}

/** The result of a command on one host. */
export interface HostRunJson {
  /** `done` if the command has ended there, whatever its exit code. */
  readonly state: HostEnd["name"];
  /** The exit code of the command there; null if it has not ended. */
  readonly code: number | null;
  /** The JSON of the command, as without --host; null if there is none. */
  readonly result: unknown;
  readonly diagnostics: readonly DiagnosticJson[];
  /** Only of `fleet hosts check`; null for a host that was not reached. */
  readonly facts?: HostFactsJson | null | undefined;
}

/** An agent that moves from one host to another. */
export interface HostMoveJson {
  readonly agent: string;
  readonly from: string;
  readonly to: string;
  /**
   * moved: it has ended on the old host, and the new one has started it. waits: the old host still has it. unknown: that
   * host does not answer, or may start it again by itself.
   */
  readonly state: "moved" | "waits" | "unknown";
}

/** The batches of an apply. */
export interface RolloutJson {
  /** The hosts of each batch with something to do, in their order. */
  readonly batches: readonly (readonly string[])[];
  /** The number of batches that were changed. */
  readonly completed: number;
  /** True if further batches were not begun. */
  readonly isStopped: boolean;
  /** The number of hosts that are unreachable, or whose change or agents have failed, and the most that may be. */
  readonly unavailable: number;
  readonly maxUnavailable: number;
}

/** The results of a command on several hosts. */
export interface HostsRunJson {
  readonly formatVersion: "1.0";
  /** The name of the fleet. */
  readonly fleet: string;
  /** The command, such as `plan`. */
  readonly command: string;
  /** By the name of the host. */
  readonly hosts: Readonly<Record<string, HostRunJson>>;
  /** Agents that move in a change; left out for other commands. */
  readonly moves?: readonly HostMoveJson[] | undefined;
  /** The batches of an apply with `rollout`; left out otherwise. */
  readonly rollout?: RolloutJson | undefined;
  readonly summary: {
    readonly hosts: number;
    readonly done: number;
    readonly incomplete: number;
  };
  /** Only in a saved plan, in which the result of each host is its saved plan. */
  readonly origin?: HostsPlanOrigin;
}

/**
 * The output of a command with --host and --json; npm run schema writes hosts-run.schema.json from it.
 * @public
 */
export type HostsRunDocument = HostsRunJson | Problems;
