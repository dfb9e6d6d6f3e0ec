import type { Places } from "../../config/hosts/places.ts";

/** A difference between the table and the fleet, or a step of an agent on its way. */
export type PlaceChange =
  /** It has no place yet. */
  | { readonly kind: "new"; readonly agent: string; readonly to: string }
  /** It is to go to another host. */
  | {
      readonly kind: "moves";
      readonly agent: string;
      readonly from: string;
      readonly to: string;
      readonly why: MoveReason;
    }
  /** It is on its way, and has not ended on its old host as far as is known. */
  | {
      readonly kind: "on-its-way" | "arrives";
      readonly agent: string;
      readonly from: string;
      readonly to: string;
    }
  /** It should leave its host, and stays: no other host takes it, or enough others are on their way. */
  | {
      readonly kind: "stays";
      readonly agent: string;
      readonly on: string;
      readonly why: "no-host" | "enough";
    }
  /** It is where it was, and certainly on no other host: a host that knew it elsewhere starts it. */
  | { readonly kind: "ended"; readonly agent: string; readonly on: string }
  /** It is not declared any more, now or since an earlier table, and this host has not told yet that it has ended. */
  | { readonly kind: "removed" | "leaves"; readonly agent: string; readonly on: string }
  /** It is not declared any more, or not on one host alone, and is on none of its former hosts. */
  | { readonly kind: "gone"; readonly agent: string };

/** `lost`: its host is gone. `drained`: its host takes no agents. `declared`: fleet.yaml says another host. */
export type MoveReason = "lost" | "drained" | "declared" | "rebalance";

/** Requests of the user, and answers of hosts. */
export interface PlaceOptions {
  /** Move the fewest agents that make the shares of hosts right. */
  readonly rebalances: boolean;
  /** Hosts without agents from now on, and hosts with agents again. */
  readonly drain: readonly string[];
  readonly undrain: readonly string[];
  /** Hosts whose machine is gone for ever: their agents do not run any more. */
  readonly lost: ReadonlySet<string>;
  /** Agents that run on no host but their place, by the word of a person. */
  readonly ended: ReadonlySet<string>;
  /** Returns true if an agent that is to leave a host has certainly ended there. */
  readonly hasEnded: (agent: string, host: string) => boolean;
  /** The most agents on their way at a time. */
  readonly mostMoves: number;
  /** The time, ms since 1970. */
  readonly nowMs: number;
}

/** A table for a fleet, with its differences from the one before, in the order of the agents. */
export interface PlacedAgents {
  readonly places: Places;
  readonly changes: readonly PlaceChange[];
}
