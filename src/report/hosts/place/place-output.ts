import type { PlaceChange } from "../../../hosts/places/place-changes.ts";
import type { Problems } from "../../json/shared-output.ts";

/** A host in a table. */
interface PlaceHostJson {
  readonly name: string;
  readonly weight: number;
  /** False for a drained or ignored host. */
  readonly takesAgents: boolean;
  /** The number of agents in the table as it is, with those on their way to it. */
  readonly now: number;
  /** The same in the next table. */
  readonly next: number;
}

/** The table of places, compared with the next one. */
export interface PlacesJson {
  readonly formatVersion: "1.0";
  /** The name of the fleet. */
  readonly fleet: string;
  /** The path of the table. */
  readonly file: string;
  /** False if there is no table: then the names of agents decide. */
  readonly hasTable: boolean;
  /** True if the next table was written. */
  readonly isWritten: boolean;
  /** In the order of fleet.yaml. */
  readonly hosts: readonly PlaceHostJson[];
  readonly changes: readonly PlaceChange[];
}

/**
 * The output of `fleet place --json`; npm run schema writes place.schema.json from it.
 * @public
 */
export type PlaceDocument = PlacesJson | Problems;
